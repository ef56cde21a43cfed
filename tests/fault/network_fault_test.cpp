// Whole runs over real sockets in which one exchange, or every exchange from one on, breaks in one
// way. What must come of it is read from docs/faults.md.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
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

/// A kind at one exchange, or at each in turn until a run meets none.
struct Sweep {
  std::string kind;
  bool is_persistent = false;
  bool is_at_each = true;
  std::vector<std::pair<FaultCase, Seen>> seen = {};
};

void run(Sweep& sweep) {
  constexpr int one_exchange = 2;
  for (int n = sweep.is_at_each ? 1 : one_exchange; n <= 2 * FaultTrial::exchanges; ++n) {
    const FaultCase one{sweep.kind, n, sweep.is_persistent};
    const Watchdog watchdog(one.name());
    sweep.seen.emplace_back(one, FaultTrial(one).run());
    if (!sweep.is_at_each || !sweep.seen.back().second.is_met) return;
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

/// How many exchanges of a run a kind can hit: a name that was found is not looked up again.
int hits_of(const FaultKind& kind) {
  const bool is_once = kind.place == FaultPlace::status || kind.place == FaultPlace::name;
  return is_once ? 1 : FaultTrial::exchanges;
}

void judge(const FaultCase& one, const Seen& seen, const FaultRow& row) {
  SCOPED_TRACE(one.name());
  for (const auto& problem : seen.problems) ADD_FAILURE() << problem;
  auto expected = one.is_persistent ? row.persistent : row.transient;
  if (!seen.is_met) expected = {};
  EXPECT_TRUE(fits(seen.outcome, expected))
      << seen.outcome << "; the table says " << expected.code << " " << expected.words;
}

void run_and_judge(bool is_status) {
  const auto table = read_fault_table();
  std::vector<Sweep> sweeps;
  for (const auto& kind : fault_kinds()) {
    if ((kind.place == FaultPlace::status) != is_status) continue;
    for (const bool is_persistent : {false, true}) {
      sweeps.push_back({kind.name, is_persistent, !is_status});
    }
  }
  run_all(sweeps);
  for (const auto& sweep : sweeps) {
    const auto row = table.find(sweep.kind);
    ASSERT_NE(row, table.end()) << sweep.kind << " is not in docs/faults.md";
    for (const auto& [one, seen] : sweep.seen) judge(one, seen, row->second);
    const auto met =
        std::ranges::count_if(sweep.seen, [](const auto& one) { return one.second.is_met; });
    EXPECT_EQ(met, hits_of(*find_fault_kind(sweep.kind)))
        << sweep.kind << " at every exchange of a run";
    EXPECT_EQ(sweep.seen.back().second.is_met, is_status) << sweep.kind;
  }
}

TEST(NetworkFaults, TheTableAndTheMakersNameTheSameKinds) {
  std::set<std::string> documented;
  for (const auto& [kind, row] : read_fault_table()) documented.insert(kind);
  std::set<std::string> made;
  for (const auto& kind : fault_kinds()) made.insert(kind.name);
  EXPECT_EQ(documented, made);
}

TEST(NetworkFaults, AtEveryExchangeEndAsDocumentedAndLoseNothing) { run_and_judge(false); }

TEST(NetworkFaults, EveryStatusFrom400To599EndsAsDocumentedAndLosesNothing) { run_and_judge(true); }

}  // namespace
}  // namespace sheaf::testing
