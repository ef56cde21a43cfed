#include "dispatch/dispatcher.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "virtual_world.hpp"

namespace sheaf::dispatch {
namespace {

using transport::FinishedTransfer;
using transport::TransferId;

/// What the test's thread sees of the fake network. Outlives the transport.
struct Network {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::pair<TransferId, HttpRequest>> started;
  std::vector<FinishedTransfer> finished;
  std::vector<TransferId> cancelled;
  int polls = 0;
  bool woken = false;
  bool destroyed = false;

  std::pair<TransferId, HttpRequest> take_started() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return !started.empty(); });
    auto first = std::move(started.front());
    started.pop_front();
    return first;
  }
  void finish(TransferId id, TransferResult result) {
    const std::lock_guard lock(mutex);
    finished.push_back({id, std::move(result)});
    changed.notify_all();
  }
  std::size_t count_started() {
    const std::lock_guard lock(mutex);
    return started.size();
  }
};

class FakeTransport final : public transport::Transport {
 public:
  explicit FakeTransport(Network& network) : network_(network) {}
  ~FakeTransport() override {
    const std::lock_guard lock(network_.mutex);
    network_.destroyed = true;
  }
  void start(TransferId id, const HttpRequest& request) override {
    const std::lock_guard lock(network_.mutex);
    network_.started.emplace_back(id, request);
    network_.changed.notify_all();
  }
  void cancel(TransferId id) override {
    const std::lock_guard lock(network_.mutex);
    network_.cancelled.push_back(id);
    network_.finished.push_back({id, TransportFault{TransportFaultKind::cancelled, "", true}});
    network_.changed.notify_all();
  }
  std::vector<FinishedTransfer> poll(Millis wait) override {
    std::unique_lock lock(network_.mutex);
    ++network_.polls;
    network_.changed.wait_for(lock, wait,
                              [this] { return network_.woken || !network_.finished.empty(); });
    network_.woken = false;
    return std::exchange(network_.finished, {});
  }
  void wake() override {
    const std::lock_guard lock(network_.mutex);
    network_.woken = true;
    network_.changed.notify_all();
  }

 private:
  Network& network_;
};

/// Status 200 is a completion of the body; 429 waits; all else is lost.
Exchange read(const TransferResult& result) {
  if (const auto* fault = std::get_if<TransportFault>(&result)) {
    auto exchange = lost();
    std::get<Fault>(exchange.outcome).detail = fault->detail;
    if (fault->kind == TransportFaultKind::attempt_timeout) {
      std::get<Fault>(exchange.outcome).reason = "timeout";
    }
    return exchange;
  }
  const auto& response = std::get<HttpResponse>(result);
  if (response.status == 429) return throttled(60'000ms);
  if (response.status != 200) return lost();
  Completion completion;
  completion.text = response.body;
  return {completion, {}};
}

SchedulerOptions two_at_once() {
  SchedulerOptions options;
  options.endpoints = {{}};
  options.concurrency = 2;
  options.retry_base = Time{1};
  return options;
}

struct Fixture {
  explicit Fixture(SchedulerOptions options = two_at_once()) {
    Wire wire;
    wire.address = [](HttpRequest request, std::size_t endpoint) {
      request.url = "e" + std::to_string(endpoint) + request.url;
      return request;
    };
    wire.read = read;
    dispatch = make_dispatcher(std::make_unique<FakeTransport>(network), std::move(options), wire);
  }

  void submit(JobId id) {
    dispatch->submit({{id, {"POST", "/" + std::to_string(id), {}, ""}, 1, false}});
  }

  /// The ends of `count` attempts; never less, unless nothing comes for long.
  std::vector<AttemptEnd> ends(std::size_t count) {
    std::vector<AttemptEnd> all;
    while (all.size() < count) {
      auto some = dispatch->wait(20s);
      if (some.empty()) break;
      std::ranges::move(some, std::back_inserter(all));
    }
    EXPECT_EQ(all.size(), count);
    all.resize(count);
    return all;
  }

  AttemptEnd end() { return ends(1).front(); }

  /// The loop thread publishes its state a moment after it acted.
  void await(int in_flight, std::size_t waiting) const {
    const auto give_up = dispatch->now() + 20s;
    for (auto state = dispatch->state(); state.in_flight != in_flight || state.waiting != waiting;
         state = dispatch->state()) {
      ASSERT_LT(dispatch->now(), give_up) << state.in_flight << " " << state.waiting;
      std::this_thread::yield();
    }
  }

  Network network;
  std::unique_ptr<Dispatch> dispatch;
};

HttpResponse status(int code, std::string body = {}) { return {code, {}, std::move(body)}; }

TEST(Dispatcher, AJobGoesOutAddressedAndComesBackRead) {
  Fixture fixture;
  fixture.submit(7);
  const auto [id, request] = fixture.network.take_started();
  EXPECT_EQ(request.url, "e0/7");
  fixture.await(1, 0);
  fixture.network.finish(id, status(200, "hello"));
  const auto end = fixture.end();
  EXPECT_EQ(end.job, 7u);
  EXPECT_EQ(end.verdict, Verdict::done);
  EXPECT_EQ(std::get<Completion>(end.exchange.outcome).text, "hello");
  EXPECT_LE(end.started, end.finished);
  EXPECT_LE(end.finished, fixture.dispatch->now());
  EXPECT_EQ(fixture.dispatch->state().in_flight, 0);
}

TEST(Dispatcher, StartsNoMoreThanTheSchedulerLets) {
  Fixture fixture;
  for (JobId id = 1; id <= 5; ++id) fixture.submit(id);
  const auto first = fixture.network.take_started();
  fixture.network.take_started();
  fixture.network.finish(first.first, status(200));
  EXPECT_EQ(fixture.end().job, 1u);
  EXPECT_EQ(fixture.network.take_started().second.url, "e0/3");
  fixture.await(2, 2);
  EXPECT_EQ(fixture.network.count_started(), 0u);
}

TEST(Dispatcher, IdlesWithoutPolling) {
  Fixture fixture;
  fixture.submit(1);
  const auto [id, request] = fixture.network.take_started();
  fixture.network.finish(id, status(429));
  fixture.end();
  EXPECT_TRUE(fixture.dispatch->wait(30ms).empty());
  const std::lock_guard lock(fixture.network.mutex);
  EXPECT_LE(fixture.network.polls, 6) << "a poll for each event, none for waiting";
}

TEST(Dispatcher, ARetryWaitsForPermissionAndGoesOutAgain) {
  Fixture fixture;
  fixture.submit(1);
  fixture.network.finish(fixture.network.take_started().first, status(500));
  EXPECT_EQ(fixture.end().verdict, Verdict::may_retry);
  fixture.dispatch->permit_retry(1);
  const auto again = fixture.network.take_started();
  EXPECT_EQ(again.second.url, "e0/1");
  fixture.network.finish(again.first, status(200));
  const auto end = fixture.end();
  EXPECT_EQ(end.attempt, 2);
  EXPECT_EQ(end.verdict, Verdict::done);
}

TEST(Dispatcher, DropWaitingNamesWhatWasNotSentAndEndsTheRest) {
  Fixture fixture;
  for (JobId id = 1; id <= 4; ++id) fixture.submit(id);
  const auto first = fixture.network.take_started();
  const auto second = fixture.network.take_started();
  auto dropped = fixture.dispatch->drop_waiting();
  EXPECT_EQ(dropped, (std::vector<JobId>{3, 4}));
  EXPECT_EQ(fixture.dispatch->state().waiting, 0u);
  fixture.network.finish(first.first, status(429));
  fixture.network.finish(second.first, status(500));
  for (const auto& end : fixture.ends(2)) EXPECT_EQ(end.verdict, Verdict::gave_up) << end.job;
  EXPECT_TRUE(fixture.dispatch->drop_waiting().empty());
  EXPECT_EQ(fixture.network.count_started(), 0u);
}

TEST(Dispatcher, AnEndNobodyHasSeenIsNotNamedAsUnsent) {
  Fixture fixture;
  fixture.submit(1);
  fixture.submit(2);
  const auto first = fixture.network.take_started();
  const auto second = fixture.network.take_started();
  fixture.await(2, 0);
  fixture.network.finish(first.first, status(500));
  fixture.network.finish(second.first, status(200));
  fixture.await(0, 1);
  EXPECT_TRUE(fixture.dispatch->drop_waiting().empty());
  const auto ends = fixture.ends(2);
  for (const auto& end : ends) {
    EXPECT_EQ(end.verdict, end.job == 1 ? Verdict::gave_up : Verdict::done);
  }
}

TEST(Dispatcher, CancelCutsOffWhatIsInFlightAndReportsIt) {
  Fixture fixture;
  for (JobId id = 1; id <= 3; ++id) fixture.submit(id);
  const auto first = fixture.network.take_started();
  fixture.network.take_started();
  fixture.dispatch->cancel(3);
  fixture.dispatch->cancel(1);
  fixture.dispatch->cancel(99);
  const auto end = fixture.end();
  EXPECT_EQ(end.job, 1u);
  EXPECT_EQ(end.verdict, Verdict::gave_up);
  {
    const std::lock_guard lock(fixture.network.mutex);
    EXPECT_EQ(fixture.network.cancelled, std::vector<TransferId>{first.first});
  }
  EXPECT_TRUE(fixture.dispatch->drop_waiting().empty()) << "3 was dropped, 1 is gone";
}

TEST(Dispatcher, AJobWhoseTimeIsOverIsCutOffAsATimeout) {
  auto options = two_at_once();
  options.total_timeout = 20ms;
  Fixture fixture(options);
  fixture.submit(1);
  const auto end = fixture.end();
  EXPECT_EQ(end.verdict, Verdict::gave_up);
  EXPECT_EQ(std::get<Fault>(end.exchange.outcome).reason, "timeout");
}

TEST(Dispatcher, DestroyingItEndsTheThreadWithWorkInFlight) {
  Fixture fixture;
  for (JobId id = 1; id <= 9; ++id) fixture.submit(id);
  fixture.network.take_started();
  fixture.dispatch.reset();
  EXPECT_TRUE(fixture.network.destroyed);
}

TEST(Dispatcher, EveryJobOfManyEndsOnce) {
  auto options = two_at_once();
  options.concurrency = 50;
  Fixture fixture(options);
  constexpr JobId count = 2000;
  std::thread server([&fixture] {
    for (JobId i = 0; i < count; ++i) {
      fixture.network.finish(fixture.network.take_started().first, status(200));
    }
  });
  std::set<JobId> seen;
  JobId submitted = 0;
  while (seen.size() < count) {
    for (int i = 0; i < 7 && submitted < count; ++i) fixture.submit(++submitted);
    for (const auto& end : fixture.dispatch->wait(submitted < count ? 0s : 20s)) {
      EXPECT_TRUE(seen.insert(end.job).second) << end.job;
    }
  }
  server.join();
  EXPECT_EQ(fixture.dispatch->state().waiting, 0u);
}

}  // namespace
}  // namespace sheaf::dispatch
