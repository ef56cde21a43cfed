// One run against a server that breaks as its case says, the laws it must keep, and the run that
// continues it.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <sheaf/run.hpp>
#include <sheaf/simulate.hpp>
#include <sheaf/task.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "fault/fault_site.hpp"
#include "fault/served.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::testing {

/// What a case showed; `problems` is empty when every law held.
struct Seen {
  bool is_met = false;  ///< Some exchange was broken.
  std::string outcome;  ///< The exit code, and the reason or message.
  std::vector<std::string> problems = {};
};

/// The ids whose answers stand in the checkpoint.
inline std::set<std::string> answered_in(const std::string& checkpoint) {
  std::set<std::string> ids;
  const auto store = store::open_sqlite(checkpoint, store::Access::read_only);
  if (!store) return ids;
  for (store::SampleNo number = 1; number <= (*store)->sample_count(); ++number) {
    const auto record = (*store)->read(number);
    if (record && record->state == store::SampleState::answered) ids.insert(record->first_id);
  }
  return ids;
}

class FaultTrial {
 public:
  explicit FaultTrial(const FaultCase& which)
      : case_(which),
        kind_(*find_fault_kind(which.kind)),
        model_(start()),
        site_(which, kind_, model_.port()),
        reopener_(site_) {
    folder_.write("rows.jsonl", small_rows(case_.load.rows));
  }

  Seen run() {
    const auto first = call(false);
    const int code = code_of(first);
    seen_.is_met = site_.is_met();
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

 private:
  /// Ends a transient refusal once a request has met it.
  class Reopener : public Observer {
   public:
    explicit Reopener(FaultSite& site) : site_(site) {}
    void progress(const Progress& now) override {
      if (now.in_flight == 0) site_.listen_again_after(now.requests);
    }

   private:
    FaultSite& site_;
  };

  /// In memory where there is a place for it: no case asks what a loss of power would leave.
  static std::filesystem::path place() {
    const std::filesystem::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  }

  static constexpr double input_price = 1;  ///< US dollars per million tokens.
  static constexpr double output_price = 2;

  static std::string task_yaml() {
    std::string yaml(small_task);
    yaml += "price: {input_per_million: 1, output_per_million: 2}\n";
    const std::string_view simulated = "{name: simulated}";
    return yaml.replace(yaml.find(simulated), simulated.size(), "{name: small}");
  }

  SimulatedServer start() const {
    const auto rows = folder_.write("gold.jsonl", small_rows(case_.load.rows));
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

  Expected<RunSummary> call(bool again) {
    const auto task = Task::parse(task_yaml(), folder_ / "task.yaml",
                                  {.base_url = site_.base_url(),
                                   .batch_size = FaultLoad::batch_size,
                                   .concurrency = case_.load.concurrency,
                                   .requests_per_minute = 1'000'000,
                                   .tokens_per_minute = 1'000'000'000});
    if (!task) abort_with(task.error().message);
    RunOptions options;
    options.rows = folder_ / "rows.jsonl";
    options.output = folder_ / "out.jsonl";
    options.max_retries = case_.is_persistent ? 1 : 5;
    options.max_requests_per_sample = 8;
    options.retry_errors = again;
    if (kind_.is_silent) options.timeouts.stall = std::chrono::seconds(1);
    // What is told to wait does so for ten minutes, or for as long as its prompt may take.
    const bool may_wait = kind_.place == FaultPlace::status && case_.is_persistent;
    if (may_wait) options.timeouts.total = std::chrono::seconds(3);
    options.ca_file = site_.ca_file();
    options.observer = &reopener_;
    return run_task(*task, options);
  }

  static int code_of(const Expected<RunSummary>& summary) {
    if (!summary) return 2;
    if (summary->stopped) return summary->stopped->code == ErrorCode::budget ? 4 : 1;
    return summary->failed_rows > 0 ? 3 : 0;
  }

  static std::string outcome(const Expected<RunSummary>& summary, int code) {
    if (code == 0) return "0";
    if (code == 2) return "2 " + summary.error().message;
    if (code == 3) return "3 " + summary->failed.front().reason;
    return std::to_string(code) + " " + summary->stopped->message;
  }

  void check(bool holds, const std::string& law) {
    if (!holds) seen_.problems.push_back(law);
  }

  void check_complete() {
    check(!folder_.has("out.jsonl.partial"), "no OUT.partial beside a whole OUT");
    const auto results = results_in(folder_.read("out.jsonl"));
    const auto served = served_samples(model_.stats_json());
    check(std::ssize(results) == case_.load.rows, "every row comes out once");
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
    if (is_before_a_request()) {
      check(summary.total_cost_usd.value_or(-1) <= counted + 1e-9, "nothing unsent is billed");
    }
    if (kind_.is_harmless || is_before_a_request()) return;
    check(summary.usage.input_tokens == site_.delivered_tokens(), "usage told is usage delivered");
    // A server that leaves streams out need not even have read them.
    const bool are_all_read = kind_.place != FaultPlace::stream || case_.load.concurrency == 1;
    check(are_all_read ? summary.requests == site_.exchanges()
                       : summary.requests >= site_.exchanges(),
          "each exchange is a request that was counted");
  }

  /// Nobody, or nobody right, is reached.
  bool is_before_a_request() const { return !kind_.make && kind_.place != FaultPlace::stream; }

  void check_continued(int code) {
    site_.heal();
    const auto bought = answered_in(folder_ / "out.jsonl.sheaf");
    check(std::ssize(bought) / FaultLoad::batch_size >= case_.n - 1,
          "what came is kept in the checkpoint");
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

  FaultCase case_;
  const FaultKind& kind_;
  Folder folder_{place()};
  SimulatedServer model_;
  FaultSite site_;
  Reopener reopener_;
  Seen seen_;
};

}  // namespace sheaf::testing
