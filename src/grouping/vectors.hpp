// Vectors of texts: what tells similar samples from different ones.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

namespace sheaf::grouping {

/// A view of vectors; borrows them.
class VectorSpan {
 public:
  VectorSpan(const float* data, std::size_t count, std::size_t dimensions)
      : data_(data), count_(count), dimensions_(dimensions) {}

  std::size_t count() const { return count_; }
  std::size_t dimensions() const { return dimensions_; }
  const float* data() const { return data_; }
  std::span<const float> operator[](std::size_t row) const {
    return {data_ + row * dimensions_, dimensions_};
  }
  VectorSpan part(std::size_t first, std::size_t count) const {
    return {data_ + first * dimensions_, count, dimensions_};
  }

 private:
  const float* data_;
  std::size_t count_;
  std::size_t dimensions_;
};

/// A row-major matrix, one row a text. Every row is of unit length, or zero where a text has
/// nothing to compare; every number is finite.
class Vectors {
 public:
  /// Takes `values`, a multiple of `dimensions` > 0 numbers, and scales each row to unit length; a
  /// row that holds a number that is not finite becomes zero.
  Vectors(std::size_t dimensions, std::vector<float> values);

  std::size_t count() const { return values_.size() / dimensions_; }
  std::size_t dimensions() const { return dimensions_; }
  std::span<const float> operator[](std::size_t row) const { return VectorSpan(*this)[row]; }
  // Every function takes vectors by their span.
  operator VectorSpan() const { return {values_.data(), count(), dimensions_}; }

 private:
  std::size_t dimensions_;
  std::vector<float> values_;
};

/// Gives every text its vector, in the order of the texts.
using Vectorise = std::function<Expected<Vectors>(std::span<const std::string> texts)>;

}  // namespace sheaf::grouping
