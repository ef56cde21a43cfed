#include "tokens/splitter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tokens/character_class.hpp"

namespace sheaf::tokens {
namespace {

using Words = SplitRules::Words;
using Contractions = SplitRules::Contractions;

constexpr bool is_cased(CharacterClass kind) {
  return kind == CharacterClass::upper || kind == CharacterClass::lower;
}
constexpr bool is_letter(CharacterClass kind) {
  return is_cased(kind) || kind == CharacterClass::caseless;
}
/// Of either half of a cased word.
constexpr bool is_of_both(CharacterClass kind) {
  return kind == CharacterClass::caseless || kind == CharacterClass::mark;
}

constexpr bool is_line_end(char c) { return c == '\r' || c == '\n'; }

template <SplitRules rules>
class Splitter {
 public:
  Splitter(std::string_view text, std::size_t begin) : text_(text), begin_(begin) {}

  std::size_t end() const {
    if constexpr (rules.contractions == Contractions::piece) {
      if (const auto bytes = contraction(begin_)) return begin_ + bytes;
    }
    const auto first = character_at(text_, begin_);
    if (begins_word(first.kind)) return *word(begin_);
    if (first.kind == CharacterClass::number) return digits();
    const auto behind = begin_ + first.bytes;
    if (!is_line_end(text_[begin_])) {
      if (const auto end = word(behind)) return *end;
    }
    if (first.kind != CharacterClass::space) return signs(begin_);
    if (text_[begin_] == ' ' && behind < text_.size() && is_sign(character_at(text_, behind))) {
      return signs(behind);
    }
    return white_space();
  }

 private:
  static bool begins_word(CharacterClass kind) {
    return is_letter(kind) || (rules.words != Words::letters && kind == CharacterClass::mark);
  }

  static bool is_sign(Character character) {
    if (rules.words == Words::letters_and_marks && character.kind == CharacterClass::mark) {
      return false;
    }
    return character.kind == CharacterClass::other || character.kind == CharacterClass::mark;
  }

  template <class Belongs>
  std::size_t run(std::size_t at, Belongs belongs) const {
    while (at < text_.size()) {
      const auto character = character_at(text_, at);
      if (!belongs(character)) break;
      at += character.bytes;
    }
    return at;
  }

  std::optional<std::size_t> word(std::size_t at) const {
    if constexpr (rules.words == Words::cased) return cased_word(at);
    const auto end = run(at, [](Character c) { return begins_word(c.kind); });
    if (end == at) return std::nullopt;
    return end;
  }

  /// U* W+, else U+, where U are capitals, W small letters, and caseless letters and marks are of
  /// both. Without a small letter behind the U, W+ takes back the last one of both.
  std::optional<std::size_t> cased_word(std::size_t at) const {
    std::optional<std::size_t> last_of_both;
    auto capitals = at;
    while (capitals < text_.size()) {
      const auto character = character_at(text_, capitals);
      if (character.kind != CharacterClass::upper && !is_of_both(character.kind)) break;
      capitals += character.bytes;
      if (is_of_both(character.kind)) last_of_both = capitals;
    }
    const auto end = run(capitals, [](Character c) {
      return c.kind == CharacterClass::lower || is_of_both(c.kind);
    });
    if (end > capitals) return with_suffix(end);
    if (last_of_both) return with_suffix(*last_of_both);
    if (capitals > at) return with_suffix(capitals);
    return std::nullopt;
  }

  std::size_t with_suffix(std::size_t end) const {
    if constexpr (rules.contractions == Contractions::suffix) end += contraction(end);
    return end;
  }

  /// Bytes of (?i:'s|'t|'re|'ve|'m|'ll|'d) at `at`, 0 without. U+017F is an s that is not written
  /// as one.
  std::size_t contraction(std::size_t at) const {
    if (at + 1 >= text_.size() || text_[at] != '\'') return 0;
    const auto rest = text_.substr(at + 1, 2);
    const auto first = static_cast<char>(rest[0] | 0x20);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
    if (rest == "\xC5\xBF") return 3;
    if (rest.size() < 2) return 0;
    const auto second = static_cast<char>(rest[1] | 0x20);
    const bool two = second == 'e' ? first == 'r' || first == 'v' : first == 'l' && second == 'l';
    return two ? 3 : 0;
  }

  std::size_t digits() const {
    int left = rules.most_digits;
    return run(begin_,
               [&left](Character c) { return c.kind == CharacterClass::number && left-- > 0; });
  }

  std::size_t signs(std::size_t at) const {
    auto end = run(at, is_sign);
    while (end < text_.size() &&
           (is_line_end(text_[end]) || (rules.slashes_follow && text_[end] == '/'))) {
      ++end;
    }
    return end;
  }

  std::size_t white_space() const {
    auto at = begin_;
    auto last = begin_;  // Of the run.
    std::size_t behind_line_end = 0;
    while (at < text_.size()) {
      const auto character = character_at(text_, at);
      if (character.kind != CharacterClass::space) break;
      last = at;
      at += character.bytes;
      if (is_line_end(text_[last])) behind_line_end = at;
    }
    if (rules.space_ends_whole && at == text_.size()) return at;
    if (behind_line_end > 0) return behind_line_end;
    // The last one goes with the word behind it.
    return at == text_.size() || last == begin_ ? at : last;
  }

  std::string_view text_;
  std::size_t begin_;
};

template <SplitRules rules>
std::size_t piece_end(std::string_view text, std::size_t at) {
  return Splitter<rules>(text, at).end();
}

struct Known {
  SplitRules rules;
  PieceEnd end;
};

template <SplitRules... rules>
constexpr std::array<Known, sizeof...(rules)> functions_of() {
  return {Known{rules, piece_end<rules>}...};
}

constexpr auto known = functions_of<o200k_rules, cl100k_rules, llama_3_rules, qwen_2_rules,
                                    qwen_3_5_rules, tekken_rules>();

struct Stated {
  std::string_view regex;
  SplitRules rules;
};

constexpr std::array stated{
    Stated{R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})"
           R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
           llama_3_rules},
    Stated{R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})"
           R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
           qwen_2_rules},
    Stated{R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N})"
           R"(| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
           qwen_3_5_rules},
    Stated{R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
           R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
           R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
           tekken_rules},
    Stated{R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
           R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
           R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
           R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
           R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
           o200k_rules},
};

}  // namespace

std::optional<SplitRules> split_rules_of(std::string_view regex) {
  const auto* found = std::ranges::find(stated, regex, &Stated::regex);
  if (found == stated.end()) return std::nullopt;
  return found->rules;
}

PieceEnd piece_end_for(const SplitRules& rules) {
  const auto* found = std::ranges::find(known, rules, &Known::rules);
  return found == known.end() ? nullptr : found->end;
}

}  // namespace sheaf::tokens
