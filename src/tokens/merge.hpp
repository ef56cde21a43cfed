// Byte-pair encoding: the pair of neighbours with the lowest rank is merged, the leftmost of
// equals, until no pair has a rank (Sennrich, Haddow, Birch, arXiv 1508.07909).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <queue>
#include <tuple>
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
      merge_by_queue(symbols);
    }
  }

 private:
  /// Beyond it the queue is quicker than looking at all pairs for each merge.
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
    bool merged_away = false;
  };
  /// A pair that may have changed since it was queued: then it no longer ends where it did.
  struct Queued {
    Merged becomes;
    std::uint32_t left = 0;
    std::uint32_t end = 0;
    bool operator>(const Queued& other) const {
      return std::tie(becomes.rank, left) > std::tie(other.becomes.rank, other.left);
    }
  };

  void merge_by_queue(std::vector<Symbol>& symbols) {
    const auto size = static_cast<std::uint32_t>(symbols.size());
    links_.resize(size);
    for (std::uint32_t i = 0; i < size; ++i) links_[i] = {i - 1, i + 1, false};
    queue_ = {};
    for (std::uint32_t i = 0; i + 1 < size; ++i) enqueue(symbols, i);
    while (!queue_.empty()) {
      const auto next = queue_.top();
      queue_.pop();
      auto& link = links_[next.left];
      if (link.merged_away || link.behind >= size) continue;
      const auto right = link.behind;
      if (symbols[right].end != next.end) continue;
      symbols[next.left] = {symbols[next.left].begin, next.end, next.becomes.token};
      links_[right].merged_away = true;
      link.behind = links_[right].behind;
      if (link.behind < size) {
        links_[link.behind].before = next.left;
        enqueue(symbols, next.left);
      }
      if (next.left > 0) enqueue(symbols, link.before);
    }
    std::size_t kept = 0;
    for (std::uint32_t i = 0; i < size; i = links_[i].behind) symbols[kept++] = symbols[i];
    symbols.resize(kept);
  }

  void enqueue(const std::vector<Symbol>& symbols, std::uint32_t left) {
    const auto& right = symbols[links_[left].behind];
    const auto becomes = pair(symbols[left], right);
    if (becomes.rank != no_rank) queue_.push({becomes, left, right.end});
  }

  Pairs pairs_;
  std::vector<Merged> ahead_;
  std::vector<Link> links_;
  std::priority_queue<Queued, std::vector<Queued>, std::greater<>> queue_;
};

}  // namespace sheaf::tokens
