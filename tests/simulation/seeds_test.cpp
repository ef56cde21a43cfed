// A thousand whole runs in virtual time, each drawn from its seed and resumed until it ends. Every
// law is checked at every event: each commit, each request that leaves, each result line. A failure
// names its seed; SHEAF_SEED=n runs that one alone.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/random.hpp"
#include "grouping/kind.hpp"
#include "support/lossy_checkpoint.hpp"
#include "support/run_witness.hpp"
#include "support/virtual_run.hpp"

namespace sheaf::testing {
namespace {

constexpr std::uint64_t seed_count = 1000;
constexpr int most_calls = 30;

/// What is drawn once, and holds for all calls of the run.
struct Draw {
  std::vector<WordRow> rows;
  VirtualRunSettings settings;
  bool has_kills = false;
  bool has_signals = false;
};

/// Rows that break every request with them: refused as wrong or too long, or met with a 500.
void draw_poison(Random& random, Draw& drawn) {
  constexpr int statuses[] = {400, 413, 500};
  auto& faults = drawn.settings.faults;
  faults.poison_status = statuses[random.below(3)];
  for (auto left = 1 + random.below(3); left > 0 && drawn.rows.size() > 1; --left) {
    // Not the first: before anything succeeded, a wrong request stops the run.
    faults.poison.insert(drawn.rows[1 + random.below(drawn.rows.size() - 1)].word);
  }
}

Draw draw(Random& random) {
  const auto below = [&random](int bound) {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(bound)));
  };
  Draw drawn;
  drawn.rows = word_rows(1 + below(30), 1 + below(4));
  auto& settings = drawn.settings;
  settings.concurrency = 1 + below(8);
  settings.endpoints = static_cast<std::size_t>(1 + below(3));
  if (below(3) == 0) settings.requests_per_minute = 2 + below(10);
  if (below(3) == 0) settings.tokens_per_minute = 300 + below(2000);
  settings.isolate = below(3) == 0;
  settings.priced = below(2) == 0;
  settings.faults.content = below(3) == 0 ? 0.0 : random.uniform() * 0.8;
  settings.faults.transport = below(3) == 0 ? 0.0 : random.uniform() * 0.4;
  settings.faults.cut = below(3) == 0 ? random.uniform() * 0.4 : 0.0;
  if (below(2) == 0) settings.faults.slowest = Time{1'000} * (1 << below(18));
  if (below(4) == 0) draw_poison(random, drawn);
  settings.options.order = below(2) == 0 ? Order::input : Order::completion;
  settings.options.max_requests_per_sample = 1 + below(5);
  if (below(3) == 0) settings.options.max_requests = 1 + below(20);
  if (settings.priced && below(3) == 0)
    settings.options.max_cost_usd = 0.0005 + random.uniform() / 500;
  drawn.has_kills = below(2) == 0;
  drawn.has_signals = below(3) == 0;
  return drawn;
}

/// Events at which a call is asked to stop: none, one, or a second one soon after.
std::set<std::size_t> draw_stops(Random& random) {
  const auto first = random.below(60);
  std::set<std::size_t> stops{first};
  if (random.below(2) == 0) stops.insert(first + random.below(6));
  return stops;
}

struct Traces {
  std::vector<std::string> bodies;
  std::vector<std::string> lines;
  friend bool operator==(const Traces&, const Traces&) = default;
};

/// From a generator of its own, so that all else of a seed's run is drawn as ever.
void draw_grouping(Random& random, VirtualRunSettings& settings) {
  settings.grouping = grouping::kinds[random.below(grouping::kinds.size())].first;
  settings.options.grouping_seed = random.below(3);
}

/// Calls until one ends by itself; each has a batch size, a grouping and an end of its own.
Traces whole_run(std::uint64_t seed) {
  Random random(seed);
  Random groupings(~seed);
  const auto drawn = draw(random);
  RunWitness witness(drawn.rows);
  auto store = std::make_unique<LossyCheckpoint>();
  Traces traces;
  Time clock{1'000'000'000'000};
  for (int call = 1;; ++call) {
    auto settings = drawn.settings;
    settings.seed = random.next();
    settings.began = clock;
    settings.batch_size = 1 + static_cast<int>(random.below(16));
    draw_grouping(groupings, settings);
    const bool is_last = call > most_calls / 2;
    if (is_last) {
      settings.options.max_requests.reset();
      settings.options.max_cost_usd.reset();
      settings.faults.transport = 0;
    }
    if (drawn.has_kills && !is_last) store->fail_after(random.below(20));
    const bool has_signals = drawn.has_signals && !is_last;
    witness.begin_call(*store, settings,
                       has_signals ? draw_stops(random) : std::set<std::size_t>{});
    const auto result = virtual_run(drawn.rows, settings, *store);
    witness.end_call(result);
    for (const auto& line : result.results) traces.lines.push_back(json::dump(line));
    if (!result.summary.stopped || ::testing::Test::HasFailure()) break;
    if (call >= most_calls) {
      ADD_FAILURE() << "termination: " << result.summary.stopped->message;
      break;
    }
    clock = result.ended + Time(static_cast<Time::rep>(random.below(40'000'000)));
    store = std::make_unique<LossyCheckpoint>(*store);
  }
  traces.bodies = witness.bodies();
  return traces;
}

TEST(Seeds, EveryLawHoldsAtEveryEventOfAThousandRuns) {
  std::uint64_t first = 0;
  std::uint64_t last = seed_count;
  if (const char* only = std::getenv("SHEAF_SEED")) {
    first = std::strtoull(only, nullptr, 10);
    last = first + 1;
  }
  for (auto seed = first; seed < last && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("SHEAF_SEED={}", seed));
    const auto traces = whole_run(seed);
    if (HasFailure()) return;
    EXPECT_TRUE(traces == whole_run(seed)) << "determinism: a replay differs";
  }
}

}  // namespace
}  // namespace sheaf::testing
