#include "answer/letters.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "answer/words.hpp"
#include "core/text.hpp"

namespace sheaf::answer {
namespace {

constexpr std::string_view decoration = "*_`\"'";
constexpr std::string_view bullets = "->#";
constexpr std::size_t farthest = 8;  // Signs between a letter and its brackets, at most.

bool is_in(std::string_view signs, char c) { return signs.find(c) != std::string_view::npos; }
bool is_gap(char c) { return c == ' ' || c == '\n'; }

char at(std::string_view shown, std::size_t i) { return i < shown.size() ? shown[i] : '\0'; }
char before(std::string_view shown, std::size_t i) { return i > 0 ? shown[i - 1] : '\0'; }

// The decoration around the letter: "**b**" begins and ends at its stars.
struct Reach {
  std::size_t begin;
  std::size_t end;
};

Reach reach_of(std::string_view shown, std::size_t letter) {
  Reach reach{letter, letter + 1};
  while (letter - reach.begin < farthest && is_in(decoration, before(shown, reach.begin))) {
    --reach.begin;
  }
  while (reach.end - letter < farthest && is_in(decoration, at(shown, reach.end))) ++reach.end;
  return reach;
}

bool in_brackets(std::string_view shown, Reach reach) {
  const auto open = before(shown, reach.begin);
  const auto close = at(shown, reach.end);
  return (open == '(' && close == ')') || (open == '[' && close == ']') ||
         (open == '{' && close == '}');
}

bool starts_line(std::string_view shown, std::size_t begin) {
  for (std::size_t i = begin; begin - i < farthest; --i) {
    const auto c = before(shown, i);
    if (c == '\0' || c == '\n') return true;
    if (c != ' ' && !is_in(bullets, c)) return false;
  }
  return false;
}

// "b)", "b." and "b:", with a space or nothing behind.
bool is_item(std::string_view shown, Reach reach) {
  const auto sign = at(shown, reach.end);
  const auto next = at(shown, reach.end + 1);
  return (sign == ')' || sign == ']' || sign == '.' || sign == ':') &&
         (next == '\0' || is_gap(next) || is_in(decoration, next));
}

bool is_whole_line(std::string_view shown, Reach reach) {
  const auto next = at(shown, reach.end);
  return next == '\0' || next == '\n';
}

bool follows_word(std::string_view shown, std::size_t begin) {
  constexpr std::array<std::string_view, 3> words{"option ", "choice ", "letter "};
  const auto prior = text::fold_ascii(shown.substr(begin - std::min(begin, farthest), farthest));
  const auto front = std::string_view(prior).substr(0, std::min(begin, farthest));
  return std::ranges::any_of(words, [&](auto word) { return front.ends_with(word); });
}

// Abbreviations and elisions: "e.g.", "I'd", "d'accord".
bool is_part_of_abbreviation(std::string_view shown, std::size_t letter) {
  const auto next = at(shown, letter + 1);
  const auto prior = before(shown, letter);
  if ((next == '.' || next == '\'') && joins_words(code_point_at(shown, letter + 2))) return true;
  return (prior == '.' || prior == '\'') && joins_words(code_point_before(shown, letter - 1));
}

// "a is wrong", "A or B": the word behind such a letter follows no article.
bool is_no_article(std::string_view shown, std::size_t letter) {
  constexpr std::array<std::string_view, 14> words{
      "is",  "isn't", "was", "wasn't", "are", "does",  "doesn't",
      "and", "or",    "nor", "but",    "as",  "since", "because",
  };
  if (shown[letter] != 'a' && shown[letter] != 'A') return false;
  const auto behind = text::fold_ascii(shown.substr(std::min(letter + 2, shown.size()), farthest));
  const auto belongs = [](char c) { return (c >= 'a' && c <= 'z') || c == '\''; };
  const auto word_end = std::ranges::find_if_not(behind, belongs);
  const std::string_view word(behind.begin(), word_end);
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool may_be_word(std::string_view shown, std::size_t letter, Place place) {
  const auto c = shown[letter];
  if (c != 'a' && c != 'A' && c != 'i' && c != 'I') return false;
  const auto next = at(shown, letter + 1);
  if (next == '\'') return true;
  if (!is_gap(next) || !joins_words(code_point_at(shown, letter + 2))) return false;
  if (is_no_article(shown, letter)) return false;
  if (c != 'A') return true;
  auto begin = letter;
  while (begin > 0 && letter - begin < farthest && !joins_words(code_point_before(shown, begin)) &&
         !is_in(".!?\n", shown[begin - 1])) {
    --begin;
  }
  const auto prior = before(shown, begin);
  if (prior == '\0') return place == Place::whole_answer;
  return is_in(".!?\n", prior);
}

bool may_name_choice(std::string_view shown, std::size_t letter, Place place) {
  if (!is_whole_word(shown, letter, letter + 1)) return false;
  if (is_part_of_abbreviation(shown, letter) || may_be_word(shown, letter, place)) return false;
  // "(b) A quiet place" begins its own sentence.
  auto front = shown.substr(0, letter);
  if (!front.ends_with(' ')) return true;
  front.remove_suffix(1);
  for (std::size_t i = 0; i < farthest && is_in(decoration, before(front, front.size())); ++i) {
    front.remove_suffix(1);
  }
  const bool behind_letter = is_in(").:", before(front, front.size()));
  const bool begins_sentence = shown[letter] == 'A' && at(shown, letter + 1) == ' ';
  return !(behind_letter && begins_sentence) || is_no_article(shown, letter);
}

bool names_choice(std::string_view shown, std::size_t letter, Place place) {
  if (!is_whole_word(shown, letter, letter + 1)) return false;
  if (is_part_of_abbreviation(shown, letter)) return false;
  const auto reach = reach_of(shown, letter);
  if (joins_words(code_point_before(shown, reach.begin)) ||
      joins_words(code_point_at(shown, reach.end))) {
    return false;
  }
  if (in_brackets(shown, reach)) return true;
  if (may_be_word(shown, letter, place)) return false;
  if (follows_word(shown, reach.begin)) return true;
  if (!starts_line(shown, reach.begin)) return false;
  if (is_item(shown, reach) || is_whole_line(shown, reach)) return true;
  const bool leads = reach.begin == 0;
  return leads && (place == Place::announced || is_in(",;", at(shown, reach.end)));
}

}  // namespace sheaf::answer
