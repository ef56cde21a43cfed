// Whole runs over real sockets in which one exchange, or every exchange from one on, breaks in one
// way. What must come of it is read from docs/faults.md.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include "fault/fault_kinds.hpp"
#include "fault/fault_site.hpp"
#include "fault/fault_table.hpp"
#include "fault/fault_trial.hpp"

/// In place of the C library's: the names that a test made are looked up in the test.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Real>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  const auto lookup = sheaf::testing::TestNames::all().find(node == nullptr ? "" : node);
  if (!lookup) return real(node, service, hints, result);
  return lookup() ? real("127.0.0.1", service, hints, result) : EAI_NONAME;
}

/// In place of the C library's, so that a test can let a kept name grow old.
extern "C" time_t time(time_t* result) noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const auto later = now.tv_sec + sheaf::testing::TestNames::all().skipped_s();
  if (result != nullptr) *result = later;
  return later;
}

namespace sheaf::testing {
namespace {

constexpr auto patience = std::chrono::seconds(60);
constexpr std::size_t runs_at_once = 24;

/// Ends the program, and names the case, where a case does not end.
class Watchdog {
 public:
  explicit Watchdog(const std::string& name) : thread_([this, name] { watch(name); }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      is_done_ = true;
    }
    done_.notify_one();
    thread_.join();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void watch(const std::string& name) {
    std::unique_lock lock(mutex_);
    if (done_.wait_for(lock, patience, [this] { return is_done_; })) return;
    std::fprintf(stderr, "[  FAILED  ] hangs: %s\n", name.c_str());
    std::_Exit(1);
  }

  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  std::thread thread_;
};

/// A kind at each exchange in turn, until a run meets none. Of all statuses the first alone goes
/// that far: what meets none is one run, whatever the status.
struct Sweep {
  std::string kind;
  bool is_persistent = false;
  FaultLoad load = {};
  std::vector<std::pair<FaultCase, Seen>> seen = {};

  bool is_to_the_end() const {
    return kind == "status 400" || find_fault_kind(kind)->place != FaultPlace::status;
  }
  int last() const { return is_to_the_end() ? 2 * load.exchanges() : load.exchanges(); }
};

void run(Sweep& sweep) {
  for (int n = 1; n <= sweep.last(); ++n) {
    const FaultCase one{sweep.kind, n, sweep.is_persistent, sweep.load};
    const Watchdog watchdog(one.name());
    sweep.seen.emplace_back(one, FaultTrial(one).run());
    if (!sweep.seen.back().second.is_met) return;
  }
}

void run_all(std::vector<Sweep>& sweeps) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  threads.reserve(runs_at_once);
  for (std::size_t i = 0; i < runs_at_once; ++i) {
    threads.emplace_back([&] {
      for (auto mine = next++; mine < sweeps.size(); mine = next++) run(sweeps[mine]);
    });
  }
  for (auto& thread : threads) thread.join();
}

bool fits(const std::string& outcome, const FaultOutcome& expected) {
  const auto code = std::to_string(expected.code);
  return expected.words.empty() ? outcome == code
                                : (outcome + ":").starts_with(code + " " + expected.words + ":");
}

/// Before a reply has come, nobody can tell whether there will be one.
bool fits_first(const FaultCase& one, const std::string& outcome, const FaultRow& row) {
  return one.is_persistent && one.n <= one.load.concurrency && fits(outcome, row.from_first);
}

void judge(const FaultCase& one, const Seen& seen, const FaultRow& row) {
  SCOPED_TRACE(one.name());
  for (const auto& problem : seen.problems) ADD_FAILURE() << problem;
  auto expected = one.is_persistent ? row.persistent : row.transient;
  if (!seen.is_met) expected = {};
  if (one.n == 1 && one.is_persistent) expected = row.from_first;
  EXPECT_TRUE(fits(seen.outcome, expected) || fits_first(one, seen.outcome, row))
      << seen.outcome << "; the table says " << expected.code << " " << expected.words;
}

using Wanted = std::function<bool(const FaultKind&)>;

void run_and_judge(const FaultLoad& load, const Wanted& wanted) {
  const auto table = read_fault_table();
  std::vector<Sweep> sweeps;
  for (const auto& kind : fault_kinds()) {
    if (!wanted(kind)) continue;
    for (const bool is_persistent : {false, true}) {
      sweeps.push_back({kind.name, is_persistent, load});
    }
  }
  run_all(sweeps);
  for (const auto& sweep : sweeps) {
    const auto row = table.find(sweep.kind);
    ASSERT_NE(row, table.end()) << sweep.kind << " is not in docs/faults.md";
    for (const auto& [one, seen] : sweep.seen) judge(one, seen, row->second);
    const auto met =
        std::ranges::count_if(sweep.seen, [](const auto& one) { return one.second.is_met; });
    EXPECT_EQ(met, load.exchanges()) << sweep.kind << " at every exchange of a run";
    EXPECT_EQ(sweep.seen.back().second.is_met, !sweep.is_to_the_end()) << sweep.kind;
  }
}

TEST(NetworkFaults, TheTableAndTheMakersNameTheSameKinds) {
  std::set<std::string> documented;
  for (const auto& [kind, row] : read_fault_table()) documented.insert(kind);
  std::set<std::string> made;
  for (const auto& kind : fault_kinds()) made.insert(kind.name);
  EXPECT_EQ(documented, made);
}

TEST(NetworkFaults, AtEveryExchangeEndAsDocumentedAndLoseNothing) {
  run_and_judge({}, [](const FaultKind& kind) { return kind.place != FaultPlace::status; });
}

TEST(NetworkFaults, EveryStatusAtEveryExchangeEndsAsDocumentedAndLosesNothing) {
  run_and_judge({}, [](const FaultKind& kind) { return kind.place == FaultPlace::status; });
}

/// One status for each line of the table but 429 and 529, which wait for long and are met in
/// virtual time.
const std::set<std::string> statuses{"status 400", "status 401", "status 402",
                                     "status 404", "status 407", "status 408",
                                     "status 409", "status 413", "status 500"};

TEST(NetworkFaults, UnderFourRequestsAtOnceEndAsDocumentedAndLoseNothing) {
  run_and_judge({.concurrency = 4, .rows = 15}, [](const FaultKind& kind) {
    return kind.place == FaultPlace::exchange || kind.place == FaultPlace::stream ||
           statuses.contains(kind.name);
  });
}

}  // namespace
}  // namespace sheaf::testing
