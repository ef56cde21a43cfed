#include "grouping/neighbours.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace sheaf::grouping {
namespace {

constexpr std::size_t exact_up_to = 8192;
constexpr std::size_t largest_leaf = 256;
constexpr int trees = 6;
/// Neighbours that are asked for theirs.
constexpr std::size_t asked = 10;
constexpr int times_asked = 2;
/// Rows of cosines that are held at a time.
constexpr Eigen::Index block = 256;

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

auto row(VectorSpan vectors, Place place) {
  return Eigen::Map<const Eigen::VectorXf>(vectors[place].data(),
                                           static_cast<Eigen::Index>(vectors.dimensions()));
}

/// Compares every member with every other.
void compare_all(VectorSpan vectors, std::span<const Place> members, Neighbours& found) {
  const auto count = static_cast<Eigen::Index>(members.size());
  Matrix rows(count, static_cast<Eigen::Index>(vectors.dimensions()));
  for (Eigen::Index i = 0; i < count; ++i) {
    rows.row(i) = row(vectors, members[static_cast<std::size_t>(i)]).transpose();
  }
  Matrix cosines;
  for (Eigen::Index first = 0; first < count; first += block) {
    const auto height = std::min(block, count - first);
    cosines.noalias() = rows.middleRows(first, height) * rows.transpose();
    for (Eigen::Index i = 0; i < height; ++i) {
      const auto place = members[static_cast<std::size_t>(first + i)];
      for (Eigen::Index j = 0; j < count; ++j) {
        if (first + i == j) continue;
        found.offer(place, {cosines(i, j), members[static_cast<std::size_t>(j)]});
      }
    }
  }
}

/// Halves by the projection on the line through two members drawn, down to the leaves.
class Tree {
 public:
  Tree(VectorSpan vectors, Random& random, Neighbours& found)
      : vectors_(vectors), random_(random), found_(found) {}

  void grow(std::span<Place> members) {
    if (members.size() <= largest_leaf) return compare_all(vectors_, members, found_);
    const Eigen::VectorXf line = draw_line(members);
    projected_.clear();
    for (const auto place : members) {
      projected_.emplace_back(row(vectors_, place).dot(line), place);
    }
    const auto middle = members.size() / 2;
    std::ranges::nth_element(projected_, projected_.begin() + static_cast<std::ptrdiff_t>(middle));
    std::ranges::transform(projected_, members.begin(), &Projected::second);
    grow(members.first(middle));
    grow(members.subspan(middle));
  }

 private:
  using Projected = std::pair<float, Place>;

  // Of a few pairs the one that is farthest apart.
  Eigen::VectorXf draw_line(std::span<const Place> members) {
    Eigen::VectorXf best;
    for (int draw = 0; draw < 4; ++draw) {
      const Eigen::VectorXf line = row(vectors_, members[random_.below(members.size())]) -
                                   row(vectors_, members[random_.below(members.size())]);
      if (draw == 0 || line.squaredNorm() > best.squaredNorm()) best = line;
    }
    return best;
  }

  VectorSpan vectors_;
  Random& random_;
  Neighbours& found_;
  std::vector<Projected> projected_;
};

/// The neighbours of a neighbour are likely neighbours (NN-descent: Dong et al., WWW 2011).
void ask_neighbours(VectorSpan vectors, std::span<const Place> members, Neighbours& found) {
  std::vector<Place> seen;
  const auto first_of = [&](Place place) {
    const auto all = found.of(place);
    return all.first(std::min(all.size(), asked));
  };
  for (const auto place : members) {
    seen.assign(1, place);
    for (const auto& near : first_of(place)) {
      for (const auto& next : first_of(near.place)) seen.push_back(next.place);
    }
    std::ranges::sort(seen);
    const auto repeated = std::ranges::unique(seen);
    seen.erase(repeated.begin(), repeated.end());
    for (const auto other : seen) {
      if (other == place) continue;
      const auto cosine = row(vectors, place).dot(row(vectors, other));
      found.offer(place, {cosine, other});
      found.offer(other, {cosine, place});
    }
  }
}

}  // namespace

void Neighbours::offer(Place sample, Neighbour neighbour) {
  auto& size = sizes_[sample];
  auto* const first = all_.data() + sample * most_;
  if (size == most_ && (most_ == 0 || neighbour.cosine <= first[size - 1].cosine)) return;
  for (std::size_t i = 0; i < size; ++i) {
    if (first[i].place == neighbour.place) return;
  }
  if (size < most_) ++size;
  std::size_t at = size - 1;
  for (; at > 0 && first[at - 1].cosine < neighbour.cosine; --at) first[at] = first[at - 1];
  first[at] = neighbour;
}

Neighbours find_neighbours(VectorSpan vectors, std::span<Place> members, std::size_t most,
                           Random& random) {
  Neighbours found(vectors.count(), std::min(most, members.size() - 1));
  if (members.size() <= exact_up_to) {
    compare_all(vectors, members, found);
    return found;
  }
  for (int tree = 0; tree < trees; ++tree) Tree(vectors, random, found).grow(members);
  for (int time = 0; time < times_asked; ++time) ask_neighbours(vectors, members, found);
  return found;
}

}  // namespace sheaf::grouping
