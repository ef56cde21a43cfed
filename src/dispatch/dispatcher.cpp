#include "dispatch/dispatcher.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

namespace sheaf::dispatch {
namespace {

/// The loop looks around at least this often.
constexpr Time longest_poll{1'000'000};

/// What the runner asks of the loop.
struct Inbox {
  std::vector<Job> jobs;
  std::vector<JobId> permitted;
  std::vector<JobId> cancelled;
  bool drop_waiting = false;
  bool stop = false;
};

/// The only state that two threads share; every member is guarded by `mutex`.
struct Mailbox {
  std::mutex mutex;
  std::condition_variable changed;
  Inbox inbox;
  std::vector<AttemptEnd> ended;
  std::optional<std::vector<JobId>> dropped;
  Dispatch::State state;
};

class Dispatcher final : public Dispatch {
 public:
  Dispatcher(std::unique_ptr<transport::Transport> transport, SchedulerOptions options, Wire wire)
      : transport_(std::move(transport)),
        scheduler_(std::move(options)),
        wire_(std::move(wire)),
        began_(std::chrono::steady_clock::now()) {
    mailbox_.state.concurrency = scheduler_.concurrency_now();
    loop_ = std::thread([this] { run(); });
  }

  ~Dispatcher() override {
    post([](Inbox& inbox) { inbox.stop = true; });
    loop_.join();
  }

  void submit(std::vector<Job> jobs) override {
    post([&](Inbox& inbox) { std::ranges::move(jobs, std::back_inserter(inbox.jobs)); });
  }

  void permit_retry(JobId job) override {
    post([job](Inbox& inbox) { inbox.permitted.push_back(job); });
  }

  void cancel(JobId job) override {
    post([job](Inbox& inbox) { inbox.cancelled.push_back(job); });
  }

  std::vector<JobId> drop_waiting() override {
    post([](Inbox& inbox) { inbox.drop_waiting = true; });
    std::unique_lock lock(mailbox_.mutex);
    mailbox_.changed.wait(lock, [this] { return mailbox_.dropped.has_value(); });
    return *std::exchange(mailbox_.dropped, std::nullopt);
  }

  std::vector<AttemptEnd> wait(Time wait) override {
    std::unique_lock lock(mailbox_.mutex);
    mailbox_.changed.wait_for(lock, wait, [this] { return !mailbox_.ended.empty(); });
    return std::exchange(mailbox_.ended, {});
  }

  Time now() const override {
    return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - began_);
  }

  State state() const override {
    const std::scoped_lock lock(mailbox_.mutex);
    return mailbox_.state;
  }

 private:
  template <class Change>
  void post(Change change) {
    {
      const std::scoped_lock lock(mailbox_.mutex);
      change(mailbox_.inbox);
    }
    transport_->wake();
  }

  // All below runs on the loop thread.
  void run() {
    while (true) {
      auto inbox = take_inbox();
      if (inbox.stop) return;
      serve(inbox);
      start_all();
      finish(transport_->poll(poll_for()));
    }
  }

  Inbox take_inbox() {
    const std::scoped_lock lock(mailbox_.mutex);
    return std::exchange(mailbox_.inbox, {});
  }

  void serve(Inbox& inbox) {
    for (auto& job : inbox.jobs) {
      scheduler_.submit(job.id, job.tokens, job.urgent, now());
      requests_[job.id] = std::move(job.request);
    }
    for (const auto job : inbox.permitted) scheduler_.permit_retry(job, now());
    for (const auto job : inbox.cancelled) {
      if (scheduler_.drop(job)) {
        requests_.erase(job);
      } else if (flights_.contains(job)) {
        transport_->cancel(job);
      }
    }
    if (!inbox.drop_waiting) return;
    auto dropped = scheduler_.drop_waiting();
    for (const auto job : dropped) requests_.erase(job);
    const std::scoped_lock lock(mailbox_.mutex);
    mailbox_.dropped = std::move(dropped);
    mailbox_.changed.notify_all();
  }

  void start_all() {
    while (const auto start = scheduler_.next(now())) {
      flights_[start->job] = {*start, now()};
      transport_->start(start->job, wire_.address(requests_.at(start->job), start->endpoint));
    }
    publish();
  }

  Millis poll_for() const {
    const auto moment = now();
    const auto wakeup = scheduler_.next_wakeup(moment);
    const auto wait = wakeup ? std::clamp(*wakeup - moment, Time{0}, longest_poll) : longest_poll;
    return std::chrono::ceil<Millis>(wait);
  }

  void finish(std::vector<transport::FinishedTransfer> finished) {
    if (finished.empty()) return;
    std::vector<AttemptEnd> ended;
    for (auto& transfer : finished) {
      const auto flight = flights_.extract(transfer.id).mapped();
      AttemptEnd end{transfer.id,   flight.start.attempt,  wire_.read(transfer.result),
                     Verdict::done, flight.start.endpoint, flight.began,
                     now()};
      end.verdict = scheduler_.ended(end.job, end.exchange, end.finished);
      if (end.verdict == Verdict::done || end.verdict == Verdict::gave_up) requests_.erase(end.job);
      ended.push_back(std::move(end));
    }
    const std::scoped_lock lock(mailbox_.mutex);
    std::ranges::move(ended, std::back_inserter(mailbox_.ended));
    mailbox_.changed.notify_all();
  }

  void publish() {
    const State state{scheduler_.in_flight(), scheduler_.waiting(), scheduler_.concurrency_now(),
                      scheduler_.failing_since()};
    const std::scoped_lock lock(mailbox_.mutex);
    mailbox_.state = state;
  }

  struct Flight {
    Start start;
    Time began{0};
  };

  std::unique_ptr<transport::Transport> transport_;
  Scheduler scheduler_;
  Wire wire_;
  std::chrono::steady_clock::time_point began_;
  std::unordered_map<JobId, HttpRequest> requests_;
  std::unordered_map<JobId, Flight> flights_;
  mutable Mailbox mailbox_;
  std::thread loop_;
};

}  // namespace

std::unique_ptr<Dispatch> make_dispatcher(std::unique_ptr<transport::Transport> transport,
                                          SchedulerOptions options, Wire wire) {
  return std::make_unique<Dispatcher>(std::move(transport), std::move(options), std::move(wire));
}

}  // namespace sheaf::dispatch
