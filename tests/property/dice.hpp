// Cheap seeded draws for tests that make hundreds of thousands of cases: all that a case is follows
// from its seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "core/random.hpp"

namespace sheaf::hostile {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  /// 0..bound-1; bound > 0.
  std::size_t below(std::size_t bound) {
    return static_cast<std::size_t>(random_.below(static_cast<std::uint64_t>(bound)));
  }
  /// first..last.
  std::size_t within(std::size_t first, std::size_t last) {
    return first + below(last - first + 1);
  }
  /// True once in `n` throws.
  bool once_in(std::size_t n) { return below(n) == 0; }
  template <typename List>
  const auto& pick(const List& list) {
    return *std::next(std::begin(list), static_cast<std::ptrdiff_t>(below(std::size(list))));
  }
  template <typename List>
  void shuffle(List& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
  }

 private:
  Random random_;
};

}  // namespace sheaf::hostile
