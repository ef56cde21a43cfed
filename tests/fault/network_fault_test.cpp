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
#include <vector>

#include <gtest/gtest.h>

#include <sheaf/run.hpp>
#include <sheaf/simulate.hpp>
#include <sheaf/task.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "fault/fault_kinds.hpp"
#include "fault/fault_table.hpp"
#include "fault/served.hpp"
#include "store/checkpoint.hpp"
#include "support/fault_server.hpp"

namespace sheaf::testing {
namespace {

constexpr int row_count = 12;
constexpr int batch_size = 3;
constexpr int last_exchange = row_count / batch_size;
constexpr auto patience = std::chrono::seconds(60);
constexpr std::size_t runs_at_once = 24;
constexpr double input_price = 1;
constexpr double output_price = 2;

struct Case {
  std::string kind;
  int n = 1;
  bool is_persistent = false;
  std::string name() const {
    return kind + (is_persistent ? ", from exchange " : ", exchange ") + std::to_string(n);
  }
};

/// What a case showed; `problems` is empty when every law held.
struct Seen {
  bool is_met = false;  ///< Some exchange was broken.
  std::string outcome;
  std::vector<std::string> problems;
};

std::string task_yaml() {
  std::string yaml(small_task);
  yaml += "price: {input_per_million: 1, output_per_million: 2}\n";
  const std::string_view simulated = "{name: simulated}";
  return yaml.replace(yaml.find(simulated), simulated.size(), "{name: small}");
}

std::set<std::string> answered_in(const std::string& checkpoint) {
  std::set<std::string> ids;
  const auto store = store::open_sqlite(checkpoint, store::Access::read_only);
  if (!store) return ids;
  for (store::SampleNo number = 1; number <= (*store)->sample_count(); ++number) {
    const auto record = (*store)->read(number);
    if (record && record->state == store::SampleState::answered) ids.insert(record->first_id);
  }
  return ids;
}

/// One run against a server that breaks as its case says, and the run that continues it.
class Trial : public Observer {
 public:
  explicit Trial(Case which)
      : case_(std::move(which)),
        kind_(*find_fault_kind(case_.kind)),
        model_(start()),
        server_(model_.port(), [this](FaultExchange& exchange) { return meet(exchange); }) {
    folder_.write("rows.jsonl", small_rows(row_count));
  }

  Seen run() {
    if (kind_.is_refusal && case_.n == 1) refuse();
    const auto first = call(false);
    const int code = code_of(first);
    seen_.is_met = is_met_;
    seen_.outcome = outcome(first, code);
    if (code == 0) {
      check_complete();
      check_bill(*first);
      return seen_;
    }
    if (code == 1) check(folder_.has("out.jsonl.partial"), "a stopped run leaves OUT.partial");
    if (code == 1) check(!folder_.has("out.jsonl"), "a stopped run leaves no OUT");
    if (code == 3) check(folder_.has("out.jsonl"), "a run with failed rows leaves OUT");
    check_continued(code);
    return seen_;
  }

  void notice(Severity, std::string_view) override {}
  void progress(const Progress& now) override {
    const bool is_hit = now.requests > server_.exchanges() && now.in_flight == 0;
    if (!case_.is_persistent && server_.is_refusing() && is_hit) server_.listen_again();
  }

 private:
  SimulatedServer start() const {
    const auto rows = folder_.write("gold.jsonl", small_rows(row_count));
    const auto task = Task::parse(task_yaml(), folder_ / "task.yaml");
    if (!task) abort_with(task.error().message);
    auto server =
        SimulatedServer::start(*task, {.rows = rows, .port = 0, .simulated = {{"nonce", "true"}}});
    if (!server) abort_with(server.error().message);
    return std::move(*server);
  }

  [[noreturn]] static void abort_with(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::abort();
  }

  bool is_hit(int number) const {
    if (is_healed_) return false;
    return case_.is_persistent ? number >= case_.n : number == case_.n;
  }

  bool meet(FaultExchange& exchange) {
    if (kind_.is_refusal) return refuse_next(exchange);
    if (!is_hit(exchange.number)) {
      delivered_ += usage_in(exchange);
      return false;
    }
    is_met_ = true;
    kind_.make(exchange);
    return true;
  }

  /// The answer that ends the connection, behind which nobody listens.
  bool refuse_next(FaultExchange& exchange) {
    if (!is_hit(exchange.number + 1) || exchange.number == last_exchange) return false;
    refuse();
    exchange.write_reply(exchange.upstream(), "Connection: close\r\n");
    return true;
  }

  void refuse() {
    is_met_ = true;
    server_.refuse();
  }

  /// Asks once and keeps the reply, so that the healthy exchange sends what was counted.
  static std::int64_t usage_in(FaultExchange& exchange) {
    auto body = exchange.upstream();
    exchange.upstream = [body] { return body; };
    const auto reply = json::parse(body);
    const auto* total = reply ? reply->find_path("usage.prompt_tokens") : nullptr;
    return total == nullptr ? 0 : total->integer().value_or(0);
  }

  Expected<RunSummary> call(bool again) {
    const auto task = Task::parse(task_yaml(), folder_ / "task.yaml",
                                  {.base_url = server_.base_url(),
                                   .batch_size = batch_size,
                                   .concurrency = 1,
                                   .requests_per_minute = 1'000'000,
                                   .tokens_per_minute = 1'000'000'000});
    if (!task) abort_with(task.error().message);
    RunOptions options;
    options.rows = folder_ / "rows.jsonl";
    options.output = folder_ / "out.jsonl";
    options.max_retries = case_.is_persistent ? 1 : 5;
    options.max_requests_per_sample = 8;
    options.retry_errors = again;
    options.timeouts.stall = std::chrono::milliseconds(400);
    options.timeouts.total = std::chrono::milliseconds(case_.is_persistent ? 3'000 : 0);
    options.observer = this;
    return run_task(*task, options);
  }

  static int code_of(const Expected<RunSummary>& summary) {
    if (!summary) return 2;
    if (summary->stopped) return summary->stopped->code == ErrorCode::stopped ? 1 : 4;
    return summary->failed_rows > 0 ? 3 : 0;
  }

  std::string outcome(const Expected<RunSummary>& summary, int code) const {
    if (code == 0) return "0";
    if (code == 2) return "2 " + summary.error().message;
    if (code == 3) return "3 " + summary->failed.front().reason;
    const auto store = store::open_sqlite(folder_ / "out.jsonl.sheaf", store::Access::read_only);
    return std::to_string(code) + " " + summary->stopped->message;
  }

  void check(bool holds, const std::string& law) {
    if (!holds) seen_.problems.push_back(law);
  }

  void check_complete() {
    check(!folder_.has("out.jsonl.partial"), "no OUT.partial beside a whole OUT");
    const auto results = results_in(folder_.read("out.jsonl"));
    const auto served = served_samples(model_.stats_json());
    check(results.size() == row_count, "every row comes out once");
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto& result = results[i];
      check(result.id == std::to_string(i + 1), "rows keep their order: " + result.id);
      check(result.status == "answered", "row " + result.id + " is answered");
      const auto found = served.find(result.id);
      const auto text = text_of(result.line.find("text"));
      check(found != served.end() && !found->second.nonce.empty() &&
                text.find(found->second.nonce) != std::string::npos,
            "row " + result.id + " carries its own word: " + text);
    }
  }

  /// At least what the server counted; and what was told is what was delivered.
  void check_bill(const RunSummary& summary) {
    const auto stats = json::parse(model_.stats_json());
    const auto tokens = [&](const char* path) {
      return static_cast<double>(stats->find_path(path)->integer().value_or(0));
    };
    const double counted =
        (tokens("tokens.input") * input_price + tokens("tokens.output") * output_price) / 1e6;
    check(summary.total_cost_usd.value_or(-1) >= counted - 1e-9,
          "the bill is no lower than the server's: " +
              std::to_string(summary.total_cost_usd.value_or(-1)) + " " + std::to_string(counted));
    if (kind_.is_refusal || kind_.is_harmless) return;
    check(summary.usage.input_tokens == delivered_, "usage told is usage delivered");
    check(summary.requests == server_.exchanges(), "each exchange is a request that was counted");
  }

  void check_continued(int code) {
    is_healed_ = true;
    server_.listen_again();
    const auto bought = answered_in(folder_ / "out.jsonl.sheaf");
    const auto before = served_samples(model_.stats_json());
    const auto second = call(code == 3);
    check(code_of(second) == 0,
          "continued against a healthy server: " + outcome(second, code_of(second)));
    check_complete();
    const auto after = served_samples(model_.stats_json());
    for (const auto& id : bought) {
      check(before.contains(id) && before.at(id).asked == after.at(id).asked,
            "what was bought is not bought again: " + id);
    }
  }

  Case case_;
  const FaultKind& kind_;
  Folder folder_;
  SimulatedServer model_;
  FaultServer server_;
  std::atomic<bool> is_healed_{false};
  std::atomic<std::int64_t> delivered_{0};
  std::atomic<bool> is_met_{false};
  Seen seen_;
};

/// Ends the program, and names the case, where a case does not end.
class Watchdog {
 public:
  explicit Watchdog(std::string name) : thread_([this, name] { watch(name); }) {}
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
  std::vector<std::pair<Case, Seen>> seen = {};
};

void run(Sweep& sweep) {
  constexpr int one_exchange = 2;
  for (int n = sweep.is_at_each ? 1 : one_exchange; n <= 2 * last_exchange; ++n) {
    const Case one{sweep.kind, n, sweep.is_persistent};
    const Watchdog watchdog(one.name());
    sweep.seen.emplace_back(one, Trial(one).run());
    if (!sweep.is_at_each || !sweep.seen.back().second.is_met) return;
  }
}

void run_all(std::vector<Sweep>& sweeps) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < runs_at_once; ++i) {
    threads.emplace_back([&] {
      for (auto mine = next++; mine < sweeps.size(); mine = next++) run(sweeps[mine]);
    });
  }
  for (auto& thread : threads) thread.join();
}

/// A stop tells its reason in a sentence; a failed row as a word.
bool fits(const std::string& outcome, const FaultOutcome& expected) {
  if (!outcome.starts_with(std::to_string(expected.code))) return false;
  return outcome.find(expected.words) != std::string::npos;
}

void judge(const Case& one, const Seen& seen, const FaultRow& row) {
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
    if (kind.is_status != is_status) continue;
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
    EXPECT_EQ(met, is_status ? 1 : last_exchange) << sweep.kind << " at every exchange of a run";
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
