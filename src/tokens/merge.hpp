// Byte-pair encoding: the pair of neighbours with the lowest rank is merged, the leftmost of
// equals, until no pair has a rank (Sennrich, Haddow, Birch, arXiv 1508.07909).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// Part of a piece: the bytes [begin, end) of it, which are one token so far.
struct Symbol {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  TokenId token = 0;
};

/// What two neighbours become, the lowest rank first.
struct Merged {
  std::uint32_t rank = 0;
  TokenId token = 0;
};

/// Merges the symbols of one piece after the other; reuses its memory. `Pairs` is called with two
/// neighbouring symbols and gives std::optional<Merged>. Single-threaded.
template <class Pairs>
class Merger {
 public:
  explicit Merger(Pairs pairs) : pairs_(std::move(pairs)) {}

  /// Merges `symbols`, which lie side by side, in place. n log n in their number.
  void merge(std::vector<Symbol>& symbols) {
    if (symbols.size() <= most_scanned) {
      scan(symbols);
    } else {
      merge_by_rank(symbols);
    }
  }

 private:
  /// Beyond it waiting by rank is quicker than looking at all pairs for each merge.
  static constexpr std::size_t most_scanned = 96;
  static constexpr std::uint32_t no_rank = std::numeric_limits<std::uint32_t>::max();

  static constexpr Merged never{no_rank, 0};
  Merged pair(const Symbol& left, const Symbol& right) const {
    return pairs_(left, right).value_or(never);
  }

  /// `ahead_[i]` is what symbol i and the one behind it become.
  void scan(std::vector<Symbol>& symbols) {
    ahead_.assign(symbols.size(), never);
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      ahead_[i] = pair(symbols[i], symbols[i + 1]);
    }
    while (true) {
      const auto lowest = std::ranges::min_element(ahead_, {}, &Merged::rank);
      if (lowest == ahead_.end() || lowest->rank == no_rank) return;
      const auto at = static_cast<std::size_t>(lowest - ahead_.begin());
      symbols[at] = {symbols[at].begin, symbols[at + 1].end, lowest->token};
      symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(at) + 1);
      ahead_.erase(lowest);
      ahead_[at] = at + 1 < symbols.size() ? pair(symbols[at], symbols[at + 1]) : never;
      if (at > 0) ahead_[at - 1] = pair(symbols[at - 1], symbols[at]);
    }
  }

  struct Link {
    std::uint32_t before = 0;
    std::uint32_t behind = 0;
  };

  /// Rank after rank, each from left to right: a long piece is passed over again and again instead
  /// of jumped about in. A merge that makes a rank no higher than its own is rare: then its pair
  /// comes between.
  void merge_by_rank(std::vector<Symbol>& symbols) {
    const auto size = static_cast<std::uint32_t>(symbols.size());
    links_.resize(size);
    for (std::uint32_t i = 0; i < size; ++i) links_[i] = {i - 1, i + 1};
    ahead_.assign(size, never);
    rank_ = -1;
    for (std::uint32_t i = 0; i + 1 < size; ++i) wait(symbols, i);
    while (!waiting_.empty()) {
      auto lowest = waiting_.extract(waiting_.begin());
      rank_ = lowest.key();
      std::ranges::sort(lowest.mapped());
      for (const auto left : lowest.mapped()) {
        merge_between(symbols, {lowest.key(), left});
        merge_at(symbols, {lowest.key(), left});
      }
      merge_between(symbols, {no_rank, 0});
    }
    std::size_t kept = 0;
    for (std::uint32_t i = 0; i < size; i = links_[i].behind) symbols[kept++] = symbols[i];
    symbols.resize(kept);
  }

  /// A pair's rank and its left symbol: the order of merges. It may have changed since.
  using Waiting = std::pair<std::uint32_t, std::uint32_t>;

  void merge_between(std::vector<Symbol>& symbols, Waiting next) {
    while (!between_.empty() && between_.top() < next) {
      const auto first = between_.top();
      between_.pop();
      merge_at(symbols, first);
    }
  }

  void merge_at(std::vector<Symbol>& symbols, Waiting pair) {
    const auto [rank, left] = pair;
    if (ahead_[left].rank != rank) return;
    const auto right = links_[left].behind;
    const auto behind = links_[right].behind;
    symbols[left] = {symbols[left].begin, symbols[right].end, ahead_[left].token};
    ahead_[right] = never;
    links_[left].behind = behind;
    if (behind < symbols.size()) links_[behind].before = left;
    wait(symbols, left);
    if (left > 0) wait(symbols, links_[left].before);
  }

  /// Notes what symbol `left` and the one behind it become.
  void wait(const std::vector<Symbol>& symbols, std::uint32_t left) {
    const auto behind = links_[left].behind;
    ahead_[left] = behind < symbols.size() ? pair(symbols[left], symbols[behind]) : never;
    const auto rank = ahead_[left].rank;
    if (rank == no_rank) return;
    if (rank > rank_) {
      waiting_[rank].push_back(left);
    } else {
      between_.emplace(rank, left);
    }
  }

  Pairs pairs_;
  std::vector<Merged> ahead_;
  std::vector<Link> links_;
  std::int64_t rank_ = -1;                                       ///< That is merged now.
  std::map<std::uint32_t, std::vector<std::uint32_t>> waiting_;  ///< Left symbols, by rank.
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> between_;
};

}  // namespace sheaf::tokens
