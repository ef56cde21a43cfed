// SIGKILL at every exchange of a run by bulk jobs, before the provider has the request and before
// its reply is told: no job is created twice, none is lost, and in the end no sample was asked more
// than once.
#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <sheaf/simulate.hpp>
#include <sheaf/task.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "fault/served.hpp"
#include "support/fault_server.hpp"

namespace sheaf::testing {
namespace {

enum class Moment { before, after };  ///< The provider did what it was asked.

struct BulkKill {
  std::string name;
  std::string model;
  Moment moment = Moment::before;
};

class BulkKills : public ::testing::TestWithParam<BulkKill> {
 protected:
  static constexpr int row_count = 12;

  void SetUp() override {
    task_ = folder_.write("task.yaml", task_of("simulated"));
    own_task_ = folder_.write("own.yaml", task_of(GetParam().model));
    rows_ = folder_.write("rows.jsonl", small_rows(row_count));
  }

  static std::string task_of(const std::string& model) {
    std::string yaml(small_task);
    const std::string_view simulated = "{name: simulated}";
    return yaml.replace(yaml.find(simulated), simulated.size(), "{name: " + model + "}");
  }

  SimulatedServer serve() const {
    auto server = SimulatedServer::start(
        *Task::load(task_), {.rows = rows_, .port = 0, .simulated = {{"accuracy", "1"}}});
    if (!server) {
      ADD_FAILURE() << server.error().message;
      std::abort();
    }
    return std::move(*server);
  }

  /// Two jobs, one after the other, of two requests each.
  std::vector<std::string> command(const std::string& base_url, const std::string& output) const {
    return {"run",        own_task_,         rows_,   "-o",   output,
            "--base-url", base_url,          "--via", "bulk", "--batch-size",
            "3",          "--bulk-requests", "2",     "-q"};
  }

  static int port_of(const SimulatedServer& server) {
    const auto url = server.base_url();
    return std::stoi(url.substr(url.find_last_of(':') + 1));
  }

  /// What stands before the server, at the one address that the account is known by. Its exchange
  /// `n` never ends.
  class Relay {
   public:
    Relay(int port, int n, Moment moment)
        : server_(port, [this, n, moment](FaultExchange& one) {
            if (one.number != n || is_met_) return false;
            if (moment == Moment::after) one.upstream();
            is_met_ = true;
            one.stall();
            return true;
          }) {}
    std::string base_url() const { return server_.base_url(); }
    bool is_met() const { return is_met_; }

   private:
    std::atomic<bool> is_met_{false};
    FaultServer server_;
  };

  /// Kills a run where the relay holds it; false when it came to its end.
  bool run_and_kill(const Relay& relay, const std::string& output) const {
    Running run(command(relay.base_url(), output), keys());
    const bool is_held = run.wait_until([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return relay.is_met();
    });
    if (is_held) run.signal(SIGKILL);
    const auto ended = run.wait();
    EXPECT_EQ(ended.code, is_held ? 128 + SIGKILL : 0) << ended.err;
    return is_held;
  }

  static Surroundings keys() {
    return {.environment = {{"OPENAI_API_KEY", "k"}, {"ANTHROPIC_API_KEY", "k"}}};
  }

  Folder folder_;
  std::string task_, own_task_, rows_;
};

INSTANTIATE_TEST_SUITE_P(
    OfBothForms, BulkKills,
    ::testing::Values(BulkKill{"openai_before", "openai/gpt-4o-mini", Moment::before},
                      BulkKill{"openai_after", "openai/gpt-4o-mini", Moment::after},
                      BulkKill{"anthropic_before", "anthropic/claude-haiku-4-5", Moment::before},
                      BulkKill{"anthropic_after", "anthropic/claude-haiku-4-5", Moment::after}),
    [](const auto& which) { return which.param.name; });

TEST_P(BulkKills, AtEveryExchangeSubmitNothingTwiceAndLoseNothing) {
  int kills = 0;
  for (int n = 1;; ++n) {
    SCOPED_TRACE("exchange " + std::to_string(n));
    const auto server = serve();
    const Relay relay(port_of(server), n, GetParam().moment);
    const auto output = folder_ / ("out-" + std::to_string(n) + ".jsonl");
    if (!run_and_kill(relay, output)) break;
    ++kills;
    const auto last = sheaf(command(relay.base_url(), output), keys());
    ASSERT_EQ(last.code, 0) << last.err;
    const auto results = results_in(Folder::read_file(output));
    ASSERT_EQ(results.size(), row_count);
    for (const auto& result : results) EXPECT_EQ(result.status, "answered") << result.id;
    for (const auto& [id, served] : served_samples(server.stats_json())) {
      EXPECT_EQ(served.asked, 1) << id;
    }
  }
  EXPECT_GE(kills, 6) << "two jobs were created, looked at and collected";
}

}  // namespace
}  // namespace sheaf::testing
