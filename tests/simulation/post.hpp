// A sender in virtual time, with all that it borrows: the real scheduler and budget, a checkpoint
// that can lose power, and a server that does what it is told.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <sheaf/run.hpp>

#include "run/sender.hpp"
#include "support/lossy_checkpoint.hpp"
#include "support/virtual_dispatch.hpp"

namespace sheaf::testing {

inline constexpr Money worst{100};
inline constexpr Usage told{.input_tokens = 20, .output_tokens = 3};
inline constexpr Money paid{26};  ///< What that costs.

inline Exchange fault(std::string reason, Remedy remedy, bool maybe_billed,
                      std::optional<Usage> usage = {}) {
  Fault fault;
  fault.usage = usage;
  fault.reason = std::move(reason);
  fault.detail = "told so";
  fault.remedy = remedy;
  fault.maybe_billed = maybe_billed;
  return {fault, {}};
}

/// What a status stands for in these tests.
inline Exchange read_status(const TransferResult& result) {
  switch (std::get<HttpResponse>(result).status) {
    case 200:
      return {Completion{"text", FinishReason::stop, told}, {}};
    case 204:
      return {Completion{"text", FinishReason::stop, std::nullopt}, {}};
    case 206:
      return fault("bad-reply", Remedy::smaller_batch, true, told);
    case 429:
      return fault("rate-limited", Remedy::wait, false);
    case 400:
      return fault("refused", Remedy::smaller_batch, false);
    default:
      return fault("server-error", Remedy::retry, true);
  }
}

/// What was told.
struct Notices final : Observer {
  std::vector<std::string> texts;
  void notice(Severity, std::string_view text) override { texts.emplace_back(text); }
};

struct PostSettings {
  std::optional<std::int64_t> max_requests = {};
  std::optional<Money> max_cost = {};
  int concurrency = 4;
  int max_retries = 3;
  PriceList price = {{Money{1}, Money{1}, Money{2}}};
};

/// A sender, and all that it borrows.
struct Post {
  explicit Post(const PostSettings& settings = {})
      : price(settings.price),
        network(schedule_of(settings), read_status,
                [this](const HttpRequest& request, Time) { return reply_to(request.body); }),
        budget({.cost = settings.max_cost, .requests = settings.max_requests}, {}) {
    options.stop = &signal;
    options.observer = &notices;
  }

  static dispatch::SchedulerOptions schedule_of(const PostSettings& settings) {
    dispatch::SchedulerOptions schedule;
    schedule.endpoints = {{}};
    schedule.concurrency = settings.concurrency;
    schedule.max_retries = settings.max_retries;
    schedule.retry_base = Time{0};
    return schedule;
  }

  /// The next of its statuses, the last one for ever; 200 without any.
  VirtualReply reply_to(const std::string& body) {
    auto& mine = statuses[body];
    const int status = mine.empty() ? 200 : mine.front();
    if (mine.size() > 1) mine.erase(mine.begin());
    return {HttpResponse{status, {}, ""}, std::chrono::milliseconds(100)};
  }

  static run::Outgoing make_outgoing(const std::string& body) {
    run::Outgoing outgoing;
    outgoing.http.body = body;
    outgoing.start.samples = {1, 2};
    outgoing.start.reserved_tokens = 50;
    outgoing.start.reserved_cost = worst;
    outgoing.start.prompt_rest = body;
    outgoing.prompt_prefix = "prefix";
    return outgoing;
  }

  void begin(run::Outgoing outgoing) { ASSERT_TRUE(sender.begin(outgoing)); }
  void begin(const std::string& body) { begin(make_outgoing(body)); }

  void send() {
    ASSERT_TRUE(sender.resume_lost());
    ASSERT_TRUE(sender.commit());
    sender.hand_over();
  }
  /// Sends what was begun and takes what ends, until nothing is under way or the run stops.
  void run() {
    while (!sender.idle() && !sender.stopped()) {
      ASSERT_LT(network.now(), std::chrono::hours(1)) << "it does not end";
      sender.check_stops();
      send();
      take_ends();
    }
    ASSERT_TRUE(sender.commit());
  }
  void take_ends() {
    for (const auto& end : network.wait(std::chrono::seconds(1))) {
      auto done = sender.end(end);
      ASSERT_TRUE(done);
      if (*done) ended.push_back(**done);
    }
  }

  std::vector<store::Attempt> attempts() {
    std::vector<store::Attempt> all;
    EXPECT_TRUE(store.for_each_attempt([&](const store::Attempt& attempt) {
      all.push_back(attempt);
      return true;
    }));
    return all;
  }
  std::vector<std::string> sent() const {
    std::vector<std::string> bodies;
    for (const auto& request : network.sent()) bodies.push_back(request.body);
    return bodies;
  }
  RunSummary summary() const {
    RunSummary summary;
    tally.fill(summary, price);
    return summary;
  }
  ErrorCode why() const { return sender.stopped().value_or(Error{}).code; }

  std::optional<PriceList> price;
  std::map<std::string, std::vector<int>> statuses;
  LossyCheckpoint store;
  VirtualDispatch network;
  run::Budget budget;
  run::Tally tally;
  StopSignal signal;
  Notices notices;
  RunOptions options;
  std::vector<run::Ended> ended;
  run::Sender sender{{store, network, budget, tally, price, [] { return std::int64_t{1'000'000}; }},
                     options};
};

}  // namespace sheaf::testing
