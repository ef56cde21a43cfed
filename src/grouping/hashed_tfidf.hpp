// Vectors of texts without a model: words, weighted by how rare they are.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "grouping/vectors.hpp"

namespace sheaf::grouping {

/// Numbers a text is told by.
inline constexpr std::size_t tfidf_dimensions = 384;

/// TF-IDF (1 + ln tf, smoothed idf over these texts), each word and each pair of neighbours folded
/// into one of `dimensions` numbers by its hash, with a sign of its own (feature hashing:
/// Weinberger et al., ICML 2009). A word is a run of letters and digits of any script, small and
/// capital letters alike (Latin-1, Greek and Cyrillic); of scripts that write no spaces, each
/// character. The same texts give the same vectors.
Vectors hashed_tfidf(std::span<const std::string> texts, std::size_t dimensions = tfidf_dimensions);

}  // namespace sheaf::grouping
