// The split rules of encodings: a text is cut into pieces, and no token reaches over two of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sheaf::tokens {

/// The regular expressions that encodings split by differ in a few places only. Each stands here as
/// what it does, so that a text is split in one pass without a backtracking engine.
struct SplitRules {
  enum class Words : std::uint8_t {
    letters,            ///< \p{L}+
    letters_and_marks,  ///< [\p{L}\p{M}]+
    cased,              ///< Capitals and marks, then small letters and marks: "camelCase" is two.
  };
  enum class Contractions : std::uint8_t {
    none,
    piece,   ///< "'s" and its like are a piece wherever they begin one.
    suffix,  ///< They belong to the word before them.
  };

  Words words = Words::letters;
  Contractions contractions = Contractions::none;
  int most_digits = 1;            ///< In one piece.
  bool slashes_follow = false;    ///< Signs take slashes behind them as they do line ends.
  bool space_ends_whole = false;  ///< White space at the end of the text is one piece.

  friend bool operator==(const SplitRules&, const SplitRules&) = default;
};

/// o200k_base, as OpenAI's tiktoken 0.14 has it (tiktoken_ext/openai_public.py).
inline constexpr SplitRules o200k_rules{SplitRules::Words::cased, SplitRules::Contractions::suffix,
                                        3, true, false};
/// cl100k_base, likewise. Older bindings end differently where a text ends with white space.
inline constexpr SplitRules cl100k_rules{SplitRules::Words::letters,
                                         SplitRules::Contractions::piece, 3, false, true};

// As the tokenizer.json files of these families have them.
inline constexpr SplitRules llama_3_rules{SplitRules::Words::letters,
                                          SplitRules::Contractions::piece, 3, false, false};
inline constexpr SplitRules qwen_2_rules{SplitRules::Words::letters,
                                         SplitRules::Contractions::piece, 1, false, false};
inline constexpr SplitRules qwen_3_5_rules{SplitRules::Words::letters_and_marks,
                                           SplitRules::Contractions::piece, 1, false, false};
/// Mistral Nemo and later.
inline constexpr SplitRules tekken_rules{SplitRules::Words::cased, SplitRules::Contractions::none,
                                         1, true, false};

/// The rules that a tokenizer.json states by this regular expression, character by character:
/// those of the families, and o200k_base's, which gpt-oss has. nullopt for any other, whatever it
/// would match.
std::optional<SplitRules> split_rules_of(std::string_view regex);

/// Where the piece that begins at `at` ends. A pure function; linear in the piece but for
/// white space, which it reads to its end.
/// Precondition: `text` is well-formed UTF-8, `at` < its size, at a character.
using PieceEnd = std::size_t (*)(std::string_view text, std::size_t at);

/// The function for these rules; nullptr for rules that no known encoding has.
PieceEnd piece_end_for(const SplitRules& rules);

}  // namespace sheaf::tokens
