// Which samples share a batch.
#pragma once

namespace sheaf::grouping {

enum class Kind {
  sequential,  ///< Neighbours of the input.
  random,      ///< Drawn.
  similarity,  ///< Those whose vectors are near one another.
  diversity,   ///< Those whose vectors are far from one another.
  length,      ///< Those of similar length.
};

/// Whether samples are arranged by their vectors.
constexpr bool needs_vectors(Kind kind) {
  return kind == Kind::similarity || kind == Kind::diversity;
}

}  // namespace sheaf::grouping
