#include "tokens/byte_encoding.hpp"

#include <atomic>
#include <cassert>
#include <optional>
#include <span>
#include <utility>

#include "tokens/merge.hpp"
#include "tokens/piece_cache.hpp"

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

/// Of no other encoding in this process, not even of one that is gone.
std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

}  // namespace

ByteEncoding::ByteEncoding(RankTable ranks, PieceEnd piece_end)
    : ranks_(std::move(ranks)), piece_end_(piece_end), id_(next_id()) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto alone = static_cast<char>(byte);
    const auto rank = ranks_.rank_of({&alone, 1});
    assert(rank);
    bytes_.push_back(rank.value_or(0));
  }
}

/// `one` is called with the token of a piece that is one, `several` with those of another.
template <class One, class Several>
void ByteEncoding::each_piece(std::string_view text, One one, Several several) const {
  // Of the thread, for all encodings: texts are short, and words come again in the next one.
  thread_local PieceCache cache;
  std::string_view piece;
  std::vector<Symbol> symbols;
  std::vector<TokenId> tokens;
  Merger merger{PiecePairs(ranks_, piece)};
  for (std::size_t at = 0; at < text.size(); at += piece.size()) {
    piece = text.substr(at, piece_end_(text, at) - at);
    if (const auto whole = ranks_.rank_of(piece)) {
      one(*whole);
      continue;
    }
    if (const auto known = cache.find(id_, piece); !known.empty()) {
      several(known);
      continue;
    }
    symbols.clear();
    for (std::uint32_t i = 0; i < piece.size(); ++i) {
      symbols.push_back({i, i + 1, bytes_[static_cast<unsigned char>(piece[i])]});
    }
    merger.merge(symbols);
    tokens.clear();
    for (const auto& symbol : symbols) tokens.push_back(symbol.token);
    cache.keep(id_, piece, tokens);
    several(tokens);
  }
}

void ByteEncoding::encode(std::string_view text, std::vector<TokenId>& tokens) const {
  each_piece(
      text, [&](TokenId token) { tokens.push_back(token); },
      [&](std::span<const TokenId> more) {
        tokens.insert(tokens.end(), more.begin(), more.end());
      });
}

std::int64_t ByteEncoding::count(std::string_view text) const {
  std::int64_t sum = 0;
  each_piece(
      text, [&](TokenId) { ++sum; },
      [&](std::span<const TokenId> more) { sum += std::ssize(more); });
  return sum;
}

}  // namespace sheaf::tokens
