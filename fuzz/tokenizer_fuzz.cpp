// Any bytes as a tokenizer's file, a NUL, and a text: a file is refused with a reason, or gives the
// same number of tokens whichever way they are counted, the same each time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/text.hpp"
#include "require.hpp"
#include "tokens/encodings.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sheaf;
  using fuzz::require;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find('\0');
  const auto file = input.substr(0, end);
  const auto text = end == std::string_view::npos
                        ? std::string()
                        : text::replace_invalid_utf8(input.substr(end + 1));
  const auto tokenizer = tokens::read_tokenizer(file, "it");
  if (!tokenizer) {
    require(tokenizer.error().code == ErrorCode::usage);
    require(tokenizer.error().message.starts_with("it: "));
    return 0;
  }
  std::vector<tokens::TokenId> ids;
  (*tokenizer)->encode(text, ids);
  require((*tokenizer)->count(text) == std::ssize(ids));
  (*tokenizer)->encode(text, ids);
  const auto half = std::ssize(ids) / 2;
  require(std::equal(ids.begin(), ids.begin() + half, ids.begin() + half, ids.end()));
  return 0;
}
