#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "sample_task.hpp"

namespace sheaf::task {
namespace {

std::string example() {
  std::ifstream file(SHEAF_SOURCE_DIR "/examples/support-triage/task.yaml");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Loaded, or refused by one printable line that begins with the file's name.
void expect_an_orderly_end(const std::string& yaml) {
  const auto task = parsed(yaml);
  if (task) return;
  const auto& message = task.error().message;
  RC_ASSERT(message.starts_with("task.yaml:"));
  RC_ASSERT(text::display_safe(message, message.size()) == message);
}

RC_GTEST_PROP(HostileTaskFile, AnyBytesEndInATaskOrOnePrintableLine, (const std::string& bytes)) {
  expect_an_orderly_end(bytes);
}

RC_GTEST_PROP(HostileTaskFile, AnyDamageEndsInATaskOrOnePrintableLine, ()) {
  static const std::string whole = example();
  std::string yaml = whole;
  const int edits = *rc::gen::inRange(1, 6);
  for (int i = 0; i < edits; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, yaml.size());
    const auto length = *rc::gen::element<std::size_t>(0, 1, 1, 5, 40);
    const auto piece = *rc::gen::element<std::string>(
        "", "\"", "'", "[", "{", "}", ":", ": ", "\n", "\t", "- ", "#", "&a ", "*a", "!!int ",
        "|\n", "\xff", "\x04", "{{", "<<: ", "name: x\n", "---\n", "? ", "\\", "%", "null", "é",
        "\xe2\x80\xae", "\xc2\x9b");
    yaml.replace(at, length, piece);
  }
  expect_an_orderly_end(yaml);
}

}  // namespace
}  // namespace sheaf::task
