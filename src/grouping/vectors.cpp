#include "grouping/vectors.hpp"

#include <cassert>
#include <cmath>
#include <utility>

namespace sheaf::grouping {

Vectors::Vectors(std::size_t dimensions, std::vector<float> values)
    : dimensions_(dimensions), values_(std::move(values)) {
  assert(dimensions_ > 0 && values_.size() % dimensions_ == 0);
  for (std::size_t at = 0; at < values_.size(); at += dimensions_) {
    const auto row = std::span(values_).subspan(at, dimensions_);
    double square = 0;
    for (const float value : row) square += static_cast<double>(value) * value;
    const bool usable = std::isfinite(square) && square > 0;
    const double scale = usable ? 1 / std::sqrt(square) : 0;
    for (float& value : row) value = usable ? static_cast<float>(value * scale) : 0.0F;
  }
}

}  // namespace sheaf::grouping
