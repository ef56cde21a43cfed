// Properties of planning under any order of rows, follow-ups and calls.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/random.hpp"
#include "plan/planner.hpp"

namespace sheaf::plan {
namespace {

struct Asked {
  std::string isolate;
  int max_size = 0;
  std::int64_t cap = 0;
  bool held = true;
};

/// Adds rows in a fixed order; in between the seed adds follow-ups of batches handed out and calls
/// next(). Checks each batch against what its members were added with.
class Drill {
 public:
  Drill(std::uint64_t seed, Planner::Options options, const std::vector<std::string>& rows)
      : random_(seed), options_(options), planner_(options), rows_(rows) {}

  std::vector<std::vector<SampleHandle>> first_round() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      planner_.add(static_cast<SampleHandle>(i), rows_[i]);
      asked_[static_cast<SampleHandle>(i)] = {rows_[i], options_.batch_size, 0, true};
      while (random_.below(3) == 0) step(random_.below(4) == 0);
    }
    planner_.finish_rows();
    while (planner_.waiting() > 0) {
      const auto before = planner_.waiting();
      step(true);
      RC_ASSERT(planner_.waiting() != before || again_ > 0);
    }
    RC_ASSERT(planner_.next(true) == std::nullopt);
    for (const auto& [sample, asked] : asked_) RC_ASSERT(!asked.held);
    return first_round_;
  }

 private:
  void step(bool idle) {
    again_ = 0;
    auto batch = planner_.next(idle);
    if (!batch) return;
    RC_ASSERT(!batch->samples.empty());
    const auto size = std::ssize(batch->samples);
    const auto& isolate = asked_.at(batch->samples.front()).isolate;
    for (const auto sample : batch->samples) {
      auto& asked = asked_.at(sample);
      RC_ASSERT(std::exchange(asked.held, false));
      RC_ASSERT(asked.isolate == isolate);
      RC_ASSERT(asked.cap == batch->cap_per_batch);
      RC_ASSERT(size <= asked.max_size);
    }
    if (!batch->follow_up) first_round_.push_back(batch->samples);
    for (const auto sample : batch->samples) ask_again(sample, static_cast<int>(size));
  }

  void ask_again(SampleHandle sample, int size) {
    if (size == 1 || random_.below(3) > 0) return;
    auto& asked = asked_.at(sample);
    const auto smaller = static_cast<int>(random_.below(static_cast<std::uint64_t>(size - 1)));
    asked = {asked.isolate, 1 + smaller, random_.below(4) == 0 ? 96 : 0, true};
    planner_.add_follow_up({sample, asked.isolate, asked.max_size, 2, asked.cap});
    ++again_;
  }

  Random random_;
  Planner::Options options_;
  Planner planner_;
  const std::vector<std::string>& rows_;
  std::map<SampleHandle, Asked> asked_;
  std::vector<std::vector<SampleHandle>> first_round_;
  int again_ = 0;
};

Planner::Options any_options() {
  return {.batch_size = *rc::gen::inRange(1, 12),
          .open_groups = *rc::gen::inRange<std::size_t>(1, 6)};
}

std::vector<std::string> any_rows() {
  return *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("", "a", "b", "c", "d"));
}

RC_GTEST_PROP(Planning, hands_out_each_sample_once_apart_and_within_its_size, ()) {
  const auto rows = any_rows();
  Drill(*rc::gen::arbitrary<std::uint64_t>(), any_options(), rows).first_round();
}

RC_GTEST_PROP(Planning, composes_the_first_round_by_the_rows_alone, ()) {
  const auto rows = any_rows();
  const auto options = any_options();
  const auto one = Drill(*rc::gen::arbitrary<std::uint64_t>(), options, rows).first_round();
  const auto other = Drill(*rc::gen::arbitrary<std::uint64_t>(), options, rows).first_round();
  RC_ASSERT(one == other);
}

}  // namespace
}  // namespace sheaf::plan
