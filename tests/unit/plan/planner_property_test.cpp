// Properties of planning under any order of rows, follow-ups and calls.
#include <algorithm>
#include <list>
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
  Weight weight;
  bool held = true;
};

struct Row {
  std::string isolate;
  Weight weight;
};

bool within(const Bounds& bounds, std::int64_t samples, const Weight& sum) {
  const auto at = static_cast<std::size_t>(samples - 1);
  return samples <= bounds.count && (bounds.input.empty() || sum.input <= bounds.input[at]) &&
         (bounds.output.empty() || sum.output <= bounds.output[at]);
}

/// Adds rows in a fixed order; in between the seed adds follow-ups of batches handed out and calls
/// next(). Checks each batch against what its members were added with.
class Drill {
 public:
  Drill(std::uint64_t seed, Planner::Options options, const std::vector<Row>& rows)
      : random_(seed), options_(options), planner_(options), rows_(rows) {}

  std::vector<std::vector<SampleHandle>> first_round() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto& row = rows_[i];
      planner_.add(static_cast<SampleHandle>(i), row.isolate, row.weight);
      asked_[static_cast<SampleHandle>(i)] = {row.isolate, options_.bounds.count, 0, row.weight,
                                              true};
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
    Weight sum;
    for (const auto sample : batch->samples) {
      auto& asked = asked_.at(sample);
      sum += asked.weight;
      RC_ASSERT(size == 1 || !options_.bounds.is_long(asked.weight));
      RC_ASSERT(std::exchange(asked.held, false));
      RC_ASSERT(asked.isolate == isolate);
      RC_ASSERT(asked.cap == batch->cap_per_batch);
      RC_ASSERT(size <= asked.max_size);
    }
    RC_ASSERT(size == 1 || within(options_.bounds, size, sum));
    if (!batch->follow_up) first_round_.push_back(batch->samples);
    for (const auto sample : batch->samples) ask_again(sample, static_cast<int>(size));
  }

  void ask_again(SampleHandle sample, int size) {
    if (size == 1 || random_.below(3) > 0) return;
    auto& asked = asked_.at(sample);
    const auto smaller = static_cast<int>(random_.below(static_cast<std::uint64_t>(size - 1)));
    asked.max_size = 1 + smaller;
    asked.cap = random_.below(4) == 0 ? 96 : 0;
    asked.held = true;
    planner_.add_follow_up({sample, asked.isolate, asked.max_size, 2, asked.cap, asked.weight});
    ++again_;
  }

  Random random_;
  Planner::Options options_;
  Planner planner_;
  const std::vector<Row>& rows_;
  std::map<SampleHandle, Asked> asked_;
  std::vector<std::vector<SampleHandle>> first_round_;
  int again_ = 0;
};

/// What fewer samples have, and less for each further one; now and then no room at all.
std::vector<std::int64_t> any_rooms(int count) {
  auto room = *rc::gen::inRange<std::int64_t>(-5, 120);
  std::vector<std::int64_t> rooms;
  for (int i = 0; i < count; ++i) {
    rooms.push_back(room);
    room -= *rc::gen::inRange<std::int64_t>(-1, 6);
  }
  return rooms;
}

Planner::Options any_options() {
  Bounds bounds{.count = *rc::gen::inRange(1, 12)};
  if (*rc::gen::arbitrary<bool>()) bounds.input = any_rooms(bounds.count);
  if (*rc::gen::arbitrary<bool>()) bounds.output = any_rooms(bounds.count);
  return {.bounds = std::move(bounds),
          .open = {.open_batches = *rc::gen::inRange<std::size_t>(1, 40)}};
}

std::vector<Row> any_rows() {
  const auto row =
      rc::gen::construct<Row>(rc::gen::element<std::string>("", "a", "b", "c", "d"),
                              rc::gen::construct<Weight>(rc::gen::inRange<std::int64_t>(0, 50),
                                                         rc::gen::inRange<std::int64_t>(0, 50)));
  return *rc::gen::container<std::vector<Row>>(row);
}

/// One open batch a group, the oldest closed where there are too many.
std::vector<std::vector<SampleHandle>> in_order_of_rows(const std::vector<Row>& rows,
                                                        const Planner::Options& options) {
  std::list<std::pair<std::string, std::vector<SampleHandle>>> open;
  std::vector<std::vector<SampleHandle>> batches;
  const auto close = [&](auto batch) {
    batches.push_back(std::move(batch->second));
    open.erase(batch);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto batch =
        std::ranges::find(open, rows[i].isolate, [](const auto& one) { return one.first; });
    if (batch == open.end()) {
      if (open.size() >= options.open.open_batches) close(open.begin());
      batch = open.insert(open.end(), {rows[i].isolate, {}});
    }
    batch->second.push_back(static_cast<SampleHandle>(i));
    if (std::ssize(batch->second) == options.bounds.count) close(batch);
  }
  while (!open.empty()) close(open.begin());
  return batches;
}

RC_GTEST_PROP(Planning, hands_out_each_sample_once_apart_and_within_its_bounds, ()) {
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

RC_GTEST_PROP(Planning, fills_batches_in_the_order_of_rows_where_tokens_do_not_bind, ()) {
  const auto rows = any_rows();
  auto options = any_options();
  const bool wide = *rc::gen::arbitrary<bool>();
  const std::vector<std::int64_t> rooms(static_cast<std::size_t>(options.bounds.count), 1'000);
  options.bounds.input = wide ? rooms : std::vector<std::int64_t>{};
  options.bounds.output = options.bounds.input;
  const auto batches = Drill(*rc::gen::arbitrary<std::uint64_t>(), options, rows).first_round();
  RC_ASSERT(batches == in_order_of_rows(rows, options));
}

}  // namespace
}  // namespace sheaf::plan
