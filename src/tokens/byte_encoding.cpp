#include "tokens/byte_encoding.hpp"

#include <cassert>
#include <optional>
#include <utility>

#include "tokens/merge.hpp"

namespace sheaf::tokens {
namespace {

/// The pairs of one piece's symbols.
class PiecePairs {
 public:
  PiecePairs(const RankTable& ranks, const std::string_view& piece)
      : ranks_(ranks), piece_(piece) {}

  std::optional<Merged> operator()(const Symbol& left, const Symbol& right) const {
    const auto rank = right.end - left.begin == 2
                          ? ranks_.rank_of_pair(byte_at(left.begin), byte_at(right.begin))
                          : ranks_.rank_of(piece_.substr(left.begin, right.end - left.begin));
    if (!rank) return std::nullopt;
    return Merged{*rank, *rank};
  }

 private:
  unsigned char byte_at(std::uint32_t at) const { return static_cast<unsigned char>(piece_[at]); }

  const RankTable& ranks_;
  const std::string_view& piece_;  ///< Changes from piece to piece.
};

}  // namespace

ByteEncoding::ByteEncoding(RankTable ranks, PieceEnd piece_end)
    : ranks_(std::move(ranks)), piece_end_(piece_end) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto alone = static_cast<char>(byte);
    const auto rank = ranks_.rank_of({&alone, 1});
    assert(rank);
    bytes_.push_back(rank.value_or(0));
  }
}

/// `one` is called with the token of a piece that is one, `several` with the symbols of another.
template <class One, class Several>
void ByteEncoding::each_piece(std::string_view text, One one, Several several) const {
  std::string_view piece;
  std::vector<Symbol> symbols;
  Merger merger{PiecePairs(ranks_, piece)};
  for (std::size_t at = 0; at < text.size(); at += piece.size()) {
    piece = text.substr(at, piece_end_(text, at) - at);
    if (const auto whole = ranks_.rank_of(piece)) {
      one(*whole);
      continue;
    }
    symbols.clear();
    for (std::uint32_t i = 0; i < piece.size(); ++i) {
      symbols.push_back({i, i + 1, bytes_[static_cast<unsigned char>(piece[i])]});
    }
    merger.merge(symbols);
    several(symbols);
  }
}

void ByteEncoding::encode(std::string_view text, std::vector<TokenId>& tokens) const {
  each_piece(
      text, [&](TokenId token) { tokens.push_back(token); },
      [&](const std::vector<Symbol>& symbols) {
        for (const auto& symbol : symbols) tokens.push_back(symbol.token);
      });
}

std::int64_t ByteEncoding::count(std::string_view text) const {
  std::int64_t sum = 0;
  each_piece(
      text, [&](TokenId) { ++sum; },
      [&](const std::vector<Symbol>& symbols) { sum += std::ssize(symbols); });
  return sum;
}

}  // namespace sheaf::tokens
