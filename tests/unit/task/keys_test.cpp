// The keys the loader knows, the keys it checks and the keys that docs/task-file.md describes are
// the same.
#include "task/keys.hpp"

#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.hpp"
#include "sample_task.hpp"

namespace sheaf::task {
namespace {

/// A task with `key` set to what no key may be: a list in a list.
std::string with_wrong_value(const std::string& key) {
  const auto dot = key.find('.');
  if (dot == std::string::npos) return with(key + ": [[1]]");
  const auto section = key.substr(0, dot);
  const auto line = fmt::format("{}: [[1]]", key.substr(dot + 1));
  if (section == "endpoints") return with(fmt::format("endpoints: [{{{}}}]", line));
  if (section == "model" && line != "name: [[1]]") return with("model: {name: m, " + line + "}");
  if (key == "answer.choices") return with("answer: {type: choice, " + line + "}");
  if (section == "answer" && line != "type: [[1]]")
    return with("answer: {type: text, " + line + "}");
  return with(fmt::format("{}: {{{}}}", section, line));
}

TEST(TaskFileKeys, AreEachReadAndCheckedByTheLoader) {
  for (const auto& key : keys::all()) {
    const auto message = refusal(with_wrong_value(key));
    EXPECT_NE(message, "") << key << " is known, and whatever it holds is ignored";
    EXPECT_EQ(message.find("unknown key"), std::string::npos) << message;
  }
}

/// The first cell of each table row that begins "| `key` |".
std::set<std::string> documented_keys() {
  std::ifstream file(SHEAF_SOURCE_DIR "/docs/task-file.md");
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  std::set<std::string> found;
  for (const auto line : text::lines(content)) {
    const auto name = line.starts_with("| `") ? line.substr(3, line.find('`', 3) - 3) : "";
    const bool is_provider = name.ends_with('/');
    if (name.empty() || is_provider) continue;
    EXPECT_TRUE(found.emplace(name).second) << name << " is described twice";
  }
  return found;
}

TEST(TaskFileKeys, AreAllDocumentedAndNoOthers) {
  const auto all = keys::all();
  EXPECT_THAT(documented_keys(),
              testing::ContainerEq(std::set<std::string>(all.begin(), all.end())));
}

}  // namespace
}  // namespace sheaf::task
