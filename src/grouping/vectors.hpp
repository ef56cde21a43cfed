// Vectors of texts: what tells similar samples from different ones.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

namespace sheaf::grouping {

/// A row-major matrix, one row a text. Every row is of unit length, or zero where a text has
/// nothing to compare; every number is finite.
class Vectors {
 public:
  /// Takes `values`, a multiple of `dimensions` > 0 numbers, and scales each row to unit length; a
  /// row that holds a number that is not finite becomes zero.
  Vectors(std::size_t dimensions, std::vector<float> values);

  std::size_t count() const { return values_.size() / dimensions_; }
  std::size_t dimensions() const { return dimensions_; }
  std::span<const float> operator[](std::size_t row) const {
    return std::span(values_).subspan(row * dimensions_, dimensions_);
  }
  const float* data() const { return values_.data(); }

 private:
  std::size_t dimensions_;
  std::vector<float> values_;
};

/// Gives every text its vector, in the order of the texts.
using Vectorise = std::function<Expected<Vectors>(std::span<const std::string> texts)>;

}  // namespace sheaf::grouping
