// Any bytes as the body of a reply that succeeded, and what each provider makes of it.
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "core/json.hpp"
#include "core/text.hpp"
#include "provider/anthropic.hpp"
#include "provider/gemini.hpp"
#include "provider/reply.hpp"
#include "provider/responses.hpp"
#include "require.hpp"
#include "require_usage.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

using Read = std::expected<Completion, provider::BadReply>;

struct Reader {
  Read (*read)(std::string_view body);
  /// The member without which there is no answer.
  std::string_view answer;
};

constexpr std::array readers{
    Reader{[](std::string_view body) { return provider::read_completion(body, Api::chat); },
           "choices"},
    Reader{[](std::string_view body) { return provider::read_completion(body, Api::completions); },
           "choices"},
    Reader{provider::read_response, "output"},
    Reader{provider::read_message, "content"},
    Reader{provider::read_generated, "candidates"},
};

void check(const Reader& reader, std::string_view body) {
  const auto read = reader.read(body);
  if (!read) {
    const auto& detail = read.error().detail;
    require(!detail.empty() && text::display_safe(detail, detail.size()) == detail);
    fuzz::require_possible(read.error().usage);
    return;
  }
  const auto parsed = json::parse(body, {.refuse_duplicate_keys = true});
  require(parsed.has_value());
  const bool blocked = parsed->find("promptFeedback") != nullptr;
  require(blocked || parsed->find(reader.answer) != nullptr);
  require(!text::find_invalid_utf8(read->text));
  fuzz::require_possible(read->usage);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const auto& reader : readers) check(reader, body);
  return 0;
}
