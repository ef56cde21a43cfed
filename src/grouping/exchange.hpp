// Groups that are bettered by letting two samples change places.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "grouping/groups.hpp"
#include "grouping/vectors.hpp"

namespace sheaf::grouping {

/// Keeps the sum of every group's vectors: half its square, less a constant, is the sum of the
/// cosines inside.
class Exchange {
 public:
  Exchange(VectorSpan vectors, Groups groups);

  std::size_t group_of(Place sample) const { return group_of_[sample]; }
  const std::vector<Place>& members(std::size_t group) const { return groups_[group]; }
  /// Cosines between the sample and its group's other members, summed.
  float attachment(Place sample) const;
  /// The same between the sample and the members of another group.
  float attraction(Place sample, std::size_t group) const;
  /// What the cosines inside all groups, summed, gain if two samples of different groups change
  /// places.
  float gain(Place one, Place other);
  void swap(Place one, Place other);

  Groups take() { return std::move(groups_); }

 private:
  const float* sum_of(std::size_t group) const { return sums_.data() + group * dimensions_; }

  VectorSpan vectors_;
  std::size_t dimensions_;
  Groups groups_;
  std::vector<std::uint32_t> group_of_;
  std::vector<float> sums_;
};

}  // namespace sheaf::grouping
