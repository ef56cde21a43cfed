// Which samples share a batch.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace sheaf::grouping {

enum class Kind {
  sequential,  ///< Neighbours of the input.
  random,      ///< Drawn.
  similarity,  ///< Those whose vectors are near one another.
  diversity,   ///< Those whose vectors are far from one another.
  length,      ///< Those of similar length.
};

/// As tasks and flags name them.
inline constexpr std::array<std::pair<std::string_view, Kind>, 5> kinds{
    {{"sequential", Kind::sequential},
     {"random", Kind::random},
     {"similarity", Kind::similarity},
     {"diversity", Kind::diversity},
     {"length", Kind::length}}};

constexpr std::string_view name_of(Kind kind) {
  for (const auto& [name, named] : kinds) {
    if (named == kind) return name;
  }
  return {};
}

/// Whether samples are arranged by their vectors.
constexpr bool needs_vectors(Kind kind) {
  return kind == Kind::similarity || kind == Kind::diversity;
}

}  // namespace sheaf::grouping
