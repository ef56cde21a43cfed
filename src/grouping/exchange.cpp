#include "grouping/exchange.hpp"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include <Eigen/Core>

namespace sheaf::grouping {
namespace {

auto view(const float* numbers, std::size_t count) {
  return Eigen::Map<const Eigen::VectorXf>(numbers, static_cast<Eigen::Index>(count));
}

auto view(std::span<const float> numbers) { return view(numbers.data(), numbers.size()); }

}  // namespace

Exchange::Exchange(VectorSpan vectors, Groups groups)
    : vectors_(vectors),
      dimensions_(vectors.dimensions()),
      groups_(std::move(groups)),
      group_of_(vectors.count()),
      sums_(groups_.size() * dimensions_) {
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    auto* const sum = sums_.data() + group * dimensions_;
    for (const auto place : groups_[group]) {
      group_of_[place] = static_cast<std::uint32_t>(group);
      std::ranges::transform(vectors_[place], std::span(sum, dimensions_), sum, std::plus());
    }
  }
}

float Exchange::attachment(Place sample) const {
  const auto own = view(vectors_[sample]);
  return own.dot(view(sum_of(group_of_[sample]), dimensions_)) - own.squaredNorm();
}

float Exchange::attraction(Place sample, std::size_t group) const {
  return view(vectors_[sample]).dot(view(sum_of(group), dimensions_));
}

// With d the difference of the two, the squares of the sums change by 2 d.(S - T) + 2 d.d.
float Exchange::gain(Place one, Place other) {
  const auto left = view(vectors_[one]).array();
  const auto right = view(vectors_[other]).array();
  const auto here = view(sum_of(group_of_[one]), dimensions_).array();
  const auto there = view(sum_of(group_of_[other]), dimensions_).array();
  const auto difference = right - left;
  return (difference * (here - there + difference)).sum();
}

void Exchange::swap(Place one, Place other) {
  const auto here = group_of_[one];
  const auto there = group_of_[other];
  *std::ranges::find(groups_[here], one) = other;
  *std::ranges::find(groups_[there], other) = one;
  std::swap(group_of_[one], group_of_[other]);
  for (std::size_t i = 0; i < dimensions_; ++i) {
    const float difference = vectors_[other][i] - vectors_[one][i];
    sums_[here * dimensions_ + i] += difference;
    sums_[there * dimensions_ + i] -= difference;
  }
}

}  // namespace sheaf::grouping
