// The encodings of OpenAI's models: split rules and a rank table.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokens/rank_table.hpp"
#include "tokens/splitter.hpp"
#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// Byte-pair encoding over bytes, where any two neighbours whose bytes together are a token may be
/// merged: what tiktoken's `encode_ordinary` does. What looks like a special token is plain text.
class ByteEncoding final : public Tokenizer {
 public:
  /// Preconditions: each of the 256 bytes alone is a token; `piece_end` is not null.
  ByteEncoding(RankTable ranks, PieceEnd piece_end);
  void encode(std::string_view text, std::vector<TokenId>& tokens) const override;
  std::int64_t count(std::string_view text) const override;

 private:
  template <class One, class Several>
  void each_piece(std::string_view text, One one, Several several) const;

  RankTable ranks_;
  std::vector<TokenId> bytes_;
  PieceEnd piece_end_;
  std::uint64_t id_;  ///< By which a thread's cache of pieces knows it.
};

}  // namespace sheaf::tokens
