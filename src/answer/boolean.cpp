#include "answer/boolean.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace sheaf::answer {
namespace {

struct Word {
  std::string_view text;
  bool value;
};
constexpr std::array words{Word{"true", true}, Word{"yes", true}, Word{"false", false},
                           Word{"no", false}};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_gap(char c) { return c == ' ' || c == '\n'; }

// "there is no evidence": a word of the sentence, not an answer.
bool is_determiner(const FlatText& text, std::size_t end) {
  return end + 1 < text.shown.size() && is_gap(text.shown[end]) &&
         joins_words(code_point_at(text.shown, end + 1));
}

bool is_negated(const FlatText& text, std::size_t begin) {
  const auto denial = denial_before(text, begin);
  return !denial.empty() && denial != "no";  // "no yes": a "no" is a word of truth itself.
}

}  // namespace

std::expected<bool, Unreadable> last_boolean(const FlatText& text) {
  const std::string_view folded = text.folded;
  const auto first = folded.size() - static_cast<std::size_t>(std::ranges::distance(
                                         std::ranges::find_if(folded, is_letter), folded.end()));
  auto end = folded.size();
  while (end > 0) {
    while (end > 0 && !is_letter(folded[end - 1])) --end;
    auto begin = end;
    while (begin > 0 && is_letter(folded[begin - 1])) --begin;
    const auto word = folded.substr(begin, end - begin);
    const auto* known = std::ranges::find_if(words, [&](const Word& w) { return w.text == word; });
    const bool counts = known != words.end() && is_whole_word(text.shown, begin, end) &&
                        (word != "no" || begin == first || !is_determiner(text, end));
    if (counts && is_negated(text, begin)) {
      return std::unexpected(Unreadable{"negates its last word of truth"});
    }
    if (counts) return known->value;
    end = begin;
  }
  return std::unexpected(Unreadable{"names neither true nor false, yes nor no"});
}

}  // namespace sheaf::answer
