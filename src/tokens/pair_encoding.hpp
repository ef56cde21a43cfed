// Byte-pair encoding by a list of merges: what PyPI's `tokenizers` does with a tokenizer.json.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tokens/added_tokens.hpp"
#include "tokens/merge.hpp"
#include "tokens/normalizer.hpp"
#include "tokens/pair_table.hpp"
#include "tokens/pre_tokenizer.hpp"
#include "tokens/rank_table.hpp"
#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// A text's way through it: added tokens are cut out, each section between them is normalized,
/// added tokens are cut out of that, what is left is cut into words, and the symbols of each word
/// are merged. An added token that stands in the text is that token, special or not.
/// Memory: that of its tables. A text's: three times its size, and up to 100 bytes for each
/// symbol of its longest word.
class PairEncoding final : public Tokenizer {
 public:
  struct Parts {
    AddedTokens added;             ///< Found in the text as it is.
    AddedTokens added_normalized;  ///< Found in normalized sections.
    Normalizer normalizer;
    PreTokenizer pre_tokenizer;
    /// A word's symbols are its bytes, not its characters.
    bool byte_level = false;
    /// The tokens, as they stand in a word.
    RankTable vocabulary{{}};
    PairTable merges{{}};
    /// The symbols that some merge joins, should they stand side by side: between others a word is
    /// cut, for short ones are merged sooner. Without, all may be joined.
    std::optional<PairTable> joints{};
    /// A word that is a token needs no merge.
    bool takes_words_whole = false;
    /// The tokens of a character's bytes, where it has none; it counts only with all of them.
    std::array<std::optional<TokenId>, 256> bytes{};
    /// Stands for a symbol that has no token; without, nothing does.
    std::optional<TokenId> unknown;
    /// One for unknown symbols side by side.
    bool fuses_unknown = false;
  };
  explicit PairEncoding(Parts parts);
  void encode(std::string_view text, std::vector<TokenId>& tokens) const override;
  std::int64_t count(std::string_view text) const override;

 private:
  class Pairs;
  class Reader;

  Parts parts_;
  std::array<std::optional<TokenId>, 256> alone_{};  ///< The tokens of one byte.
};

}  // namespace sheaf::tokens
