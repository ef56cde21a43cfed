// Any bytes as JSON: what the quick parser reads, the thorough one reads the same, and what is read
// comes back equal from its own dump. The first byte is the deepest nesting allowed; its lowest bit
// refuses doubled keys.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/json.hpp"
#include "core/json_parsers.hpp"
#include "core/text.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sheaf;
  using fuzz::require;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const json::ParseOptions options{.max_depth = data[0] / 2 + 1,
                                   .refuse_duplicate_keys = (data[0] & 1) != 0};
  const auto parsed = json::parse(text, options);
  if (text::find_invalid_utf8(text)) {
    require(!parsed && parsed.error().reason == json::not_utf8);
    return 0;
  }
  const auto thorough = json::parse_thoroughly(text, options);
  const auto quick = json::parse_quickly(text, options);
  require(!quick || (thorough && *quick == *thorough));
  require(parsed.has_value() == thorough.has_value());
  if (!thorough) {
    const auto& error = thorough.error();
    require(error.offset <= text.size() && !error.reason.empty());
    require(parsed.error().offset == error.offset && parsed.error().reason == error.reason);
    return 0;
  }
  require(*parsed == *thorough);
  const auto again = json::parse(json::dump(*thorough), options);
  require(again && *again == *thorough);
  return 0;
}
