#include "grouping/gathering.hpp"

#include <algorithm>
#include <optional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

namespace sheaf::grouping {
namespace {

/// So many are left to the last round, and less than so large a share placed makes it the last.
constexpr std::size_t last_round_from = 1024;
constexpr std::size_t least_share = 10;
/// By how much a seed may change which group is gathered first.
constexpr double leeway = 0.05;

enum class Rest { waits, is_placed };

/// One round over `members`, which stand in an order where those that are near stand near.
class Round {
 public:
  Round(std::span<const Place> members, const Neighbours& neighbours, std::size_t size,
        std::size_t all)
      : members_(members),
        neighbours_(neighbours),
        size_(size),
        free_count_(members.size()),
        free_(all),
        scores_(all),
        position_(all),
        behind_(members.size()) {
    for (std::size_t at = 0; at < members.size(); ++at) {
      free_[members[at]] = true;
      position_[members[at]] = at;
      behind_[at] = at + 1 == members.size() ? 0 : at + 1;
    }
  }

  void run(Rest rest, Random& random, Groups& groups) {
    using Entry = std::pair<double, Place>;
    std::priority_queue<Entry> leaders;
    std::vector<double> factors(free_.size());
    for (const auto place : members_) {
      factors[place] = 1 - leeway * random.uniform();
      leaders.emplace(tightness(place).value_or(-1) * factors[place], place);
    }
    while (!leaders.empty()) {
      const auto [key, leader] = leaders.top();
      leaders.pop();
      if (!free_[leader]) continue;
      const auto tight = tightness(leader);
      if (!tight && rest == Rest::waits) continue;
      const double now = tight.value_or(-1) * factors[leader];
      if (now < key) {
        leaders.emplace(now, leader);
      } else {
        grow(leader, rest, groups);
      }
    }
  }

  std::vector<Place> left() const {
    std::vector<Place> all;
    std::ranges::copy_if(members_, std::back_inserter(all), [&](Place p) { return free_[p]; });
    return all;
  }

 private:
  /// Mean cosine of the nearest free neighbours; nullopt when too few are free.
  std::optional<double> tightness(Place leader) const {
    const auto near = neighbours_.of(leader);
    const auto wanted = std::min({size_ - 1, (near.size() + 1) / 2, free_count_ - 1});
    std::size_t seen = 0;
    double sum = 0;
    for (const auto& [cosine, place] : near) {
      if (seen == wanted) break;
      if (!free_[place]) continue;
      ++seen;
      sum += cosine;
    }
    if (seen < wanted) return std::nullopt;
    return wanted == 0 ? 0 : sum / static_cast<double>(wanted);
  }

  void grow(Place leader, Rest rest, Groups& groups) {
    const auto wanted = std::min(size_, free_count_);
    std::vector<Place> group;
    candidates_ = {};
    std::optional<Place> joins = leader;
    while (joins) {
      group.push_back(*joins);
      free_[*joins] = false;
      if (group.size() == wanted) break;
      for (const auto& [cosine, place] : neighbours_.of(*joins)) consider(place, cosine);
      joins = best_candidate();
      if (!joins && rest == Rest::is_placed) joins = next_free(position_[leader]);
    }
    for (const auto place : touched_) scores_[place] = 0;
    touched_.clear();
    if (group.size() < wanted) {
      for (const auto place : group) free_[place] = true;
      return;
    }
    free_count_ -= group.size();
    groups.push_back(std::move(group));
  }

  void consider(Place place, float cosine) {
    if (!free_[place]) return;
    touched_.push_back(place);
    scores_[place] += cosine;
    candidates_.emplace(scores_[place], place);
  }

  /// The free one that is nearest to the group's members together.
  std::optional<Place> best_candidate() {
    while (!candidates_.empty()) {
      const auto [score, place] = candidates_.top();
      candidates_.pop();
      if (free_[place] && score == scores_[place]) return place;
    }
    return std::nullopt;
  }

  /// The next free one at or behind `at`, round the end. There is one.
  Place next_free(std::size_t at) {
    while (!free_[members_[at]]) {
      const auto next = behind_[at];
      if (!free_[members_[next]]) behind_[at] = behind_[next];
      at = next;
    }
    return members_[at];
  }

  std::span<const Place> members_;
  const Neighbours& neighbours_;
  std::size_t size_;
  std::size_t free_count_;
  std::vector<bool> free_;
  std::vector<float> scores_;  ///< Cosines to the members of the group that grows, summed.
  std::vector<Place> touched_;
  std::priority_queue<std::pair<float, Place>> candidates_;
  std::vector<std::size_t> position_;  ///< Among the members.
  std::vector<std::size_t> behind_;    ///< Where to look next; none between is free.
};

}  // namespace

Gathered gather(VectorSpan vectors, std::size_t size, Random& random) {
  const auto most = std::clamp<std::size_t>(4 * size, 24, 48);
  auto members = places(vectors.count());
  shuffle(members, random);
  auto neighbours = find_neighbours(vectors, members, most, random);
  Gathered gathered{{}, neighbours};
  for (auto rest = Rest::waits; !members.empty();) {
    Round round(members, neighbours, size, vectors.count());
    if (members.size() <= last_round_from) rest = Rest::is_placed;
    round.run(rest, random, gathered.groups);
    auto left = round.left();
    const auto placed = members.size() - left.size();
    if (placed * least_share < members.size()) rest = Rest::is_placed;
    members = std::move(left);
    if (!members.empty()) neighbours = find_neighbours(vectors, members, most, random);
  }
  return gathered;
}

}  // namespace sheaf::grouping
