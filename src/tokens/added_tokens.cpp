#include "tokens/added_tokens.hpp"

#include <algorithm>
#include <cassert>

namespace sheaf::tokens {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

}  // namespace

AddedTokens::AddedTokens(const Texts& texts) {
  for (const auto& [text, token] : texts) {
    assert(!text.empty());
    entries_.push_back({text, token});
    first_bytes_.set(byte_at(text, 0));
  }
}

std::optional<AddedTokens::Match> AddedTokens::next(std::string_view text, std::size_t at) const {
  if (entries_.empty()) return std::nullopt;
  for (; at < text.size(); ++at) {
    if (!first_bytes_[byte_at(text, at)]) continue;
    if (auto match = longest_at(text, at)) return match;
  }
  return std::nullopt;
}

std::optional<AddedTokens::Match> AddedTokens::longest_at(std::string_view text,
                                                          std::size_t at) const {
  std::optional<Match> longest;
  auto first = entries_.begin();
  auto last = entries_.end();  // [first, last) begin with the bytes [at, at + length) of the text.
  for (std::size_t length = 0; first != last; ++length) {
    if (first->text.size() == length) {
      longest = Match{at, at + length, first->token};
      if (++first == last) break;
    }
    if (at + length == text.size()) break;
    const auto byte = [length](const Entry& entry) { return byte_at(entry.text, length); };
    const auto narrowed =
        std::ranges::equal_range(first, last, byte_at(text, at + length), {}, byte);
    first = narrowed.begin();
    last = narrowed.end();
  }
  return longest;
}

}  // namespace sheaf::tokens
