#include "dispatch/dispatcher.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <ranges>
#include <thread>
#include <utility>

#include "dispatch/send_loop.hpp"

namespace sheaf::dispatch {
namespace {

constexpr Time longest_wait = std::chrono::hours(24);

/// Everything two threads share. Commands go in, ends come out.
struct Mailbox {
  std::mutex mutex;
  std::condition_variable changed;  ///< For the caller's thread: ends or `dropped` came.
  std::vector<Command> commands;
  std::vector<AttemptEnd> ends;
  Dispatch::State state;
  bool drop_wanted = false;
  std::optional<std::vector<JobId>> dropped;
  bool closing = false;
};

class Dispatcher final : public Dispatch {
 public:
  Dispatcher(std::unique_ptr<transport::Transport> transport, SchedulerOptions options, Wire wire)
      : transport_(std::move(transport)), loop_(*transport_, std::move(options), std::move(wire)) {
    mailbox_.state = loop_.state();
    thread_ = std::thread([this] { run(); });
  }

  ~Dispatcher() override {
    {
      const std::lock_guard lock(mailbox_.mutex);
      mailbox_.closing = true;
    }
    transport_->wake();
    thread_.join();
  }

  void submit(std::vector<Job> jobs) override {
    if (!jobs.empty()) post(Submit{std::move(jobs)});
  }
  void permit_retry(JobId job) override { post(PermitRetry{job}); }
  void cancel(JobId job) override { post(Cancel{job}); }

  std::vector<JobId> drop_waiting() override {
    std::unique_lock lock(mailbox_.mutex);
    mailbox_.drop_wanted = true;
    transport_->wake();
    mailbox_.changed.wait(lock, [this] { return mailbox_.dropped.has_value(); });
    auto dropped = std::move(*mailbox_.dropped);
    mailbox_.dropped.reset();
    return dropped;
  }

  std::vector<AttemptEnd> wait(Time wait) override {
    std::unique_lock lock(mailbox_.mutex);
    mailbox_.changed.wait_for(lock, std::clamp(wait, Time{0}, longest_wait),
                              [this] { return !mailbox_.ends.empty(); });
    return std::exchange(mailbox_.ends, {});
  }

  Time now() const override {
    return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - began_);
  }

  State state() const override {
    const std::lock_guard lock(mailbox_.mutex);
    auto state = mailbox_.state;
    for (const auto& command : mailbox_.commands) {
      if (const auto* submit = std::get_if<Submit>(&command)) state.waiting += submit->jobs.size();
    }
    return state;
  }

 private:
  void post(Command command) {
    {
      const std::lock_guard lock(mailbox_.mutex);
      mailbox_.commands.push_back(std::move(command));
    }
    transport_->wake();
  }

  // All below: the loop thread.

  void run() {
    while (take_commands()) {
      loop_.start(now());
      publish({});
      auto finished = transport_->poll(loop_.pause(now()));
      publish(loop_.finish(std::move(finished), now()));
    }
  }

  bool take_commands() {
    std::unique_lock lock(mailbox_.mutex);
    if (mailbox_.closing) return false;
    auto commands = std::exchange(mailbox_.commands, {});
    const bool drop = std::exchange(mailbox_.drop_wanted, false);
    lock.unlock();
    for (auto& command : commands) loop_.execute(std::move(command), now());
    if (drop) drop_all();
    return true;
  }

  /// The caller waits for it, so nothing of its comes between. A dropped job whose last end nobody
  /// has seen yet ends with that.
  void drop_all() {
    auto dropped = loop_.drop_waiting();
    const std::lock_guard lock(mailbox_.mutex);
    for (auto& end : mailbox_.ends | std::views::reverse) {
      if (std::erase(dropped, end.job) > 0) end.verdict = Verdict::gave_up;
    }
    mailbox_.dropped = std::move(dropped);
    mailbox_.state = loop_.state();
    mailbox_.changed.notify_one();
  }

  void publish(std::vector<AttemptEnd> ends) {
    const auto state = loop_.state();
    const std::lock_guard lock(mailbox_.mutex);
    mailbox_.state = state;
    if (ends.empty()) return;
    std::ranges::move(ends, std::back_inserter(mailbox_.ends));
    mailbox_.changed.notify_one();
  }

  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::unique_ptr<transport::Transport> transport_;
  SendLoop loop_;
  mutable Mailbox mailbox_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Dispatch> make_dispatcher(std::unique_ptr<transport::Transport> transport,
                                          SchedulerOptions options, Wire wire) {
  return std::make_unique<Dispatcher>(std::move(transport), std::move(options), std::move(wire));
}

}  // namespace sheaf::dispatch
