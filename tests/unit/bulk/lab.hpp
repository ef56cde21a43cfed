// A dispatch of bulk jobs in virtual time, against an account in memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "account.hpp"
#include "bulk/bulk_dispatch.hpp"
#include "provider/bulk.hpp"
#include "provider/provider.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::bulk {

inline constexpr Time second = std::chrono::seconds(1);

/// Every exchange takes five milliseconds. What the account does, it does as the request leaves.
class VirtualNetwork final : public transport::Transport {
 public:
  VirtualNetwork(Account& account, Time& now) : account_(account), now_(now) {}
  void start(transport::TransferId id, const HttpRequest& request) override {
    const auto ask = account_.ask_of(request);
    asked.push_back(ask);
    if (on_ask) on_ask(ask, request);
    auto& failing = failures[ask];
    if (failing.empty()) {
      under_way_.push_back({now_ + latency, {id, account_.answer(request, ask, now_)}});
      return;
    }
    if (failing.front().is_served) account_.answer(request, ask, now_);
    under_way_.push_back({now_ + latency, {id, failing.front().result}});
    failing.pop_front();
  }
  void cancel(transport::TransferId id) override { cancelled.push_back(id); }
  std::vector<transport::FinishedTransfer> poll(Millis wait) override {
    const Time until = now_ + wait;
    if (under_way_.empty() || under_way_.front().first > until) {
      now_ = until;
      return {};
    }
    now_ = std::max(now_, under_way_.front().first);
    auto finished = std::move(under_way_.front().second);
    under_way_.pop_front();
    return {std::move(finished)};
  }
  void wake() override {}

  std::size_t count(Ask ask) const {
    return static_cast<std::size_t>(std::ranges::count(asked, ask));
  }

  static constexpr Time latency{5000};
  std::map<Ask, std::deque<Failure>> failures;
  std::function<void(Ask, const HttpRequest&)> on_ask;
  std::vector<Ask> asked;
  std::vector<transport::TransferId> cancelled;

 private:
  Account& account_;
  Time& now_;
  std::deque<std::pair<Time, transport::FinishedTransfer>> under_way_;
};

class Lab {
 public:
  explicit Lab(Form form, BulkOptions options = {}, store::Checkpoint* other = nullptr)
      : account(form), form_(form), options_(options), other_(other) {
    ModelSpec model;
    model.name = "m";
    model.api = form == Form::openai ? Api::chat : Api::messages;
    provider_ = provider::make_provider(std::move(model));
    restart();
  }

  /// A new process, with nothing but the checkpoint.
  void restart() {
    auto transport = std::make_unique<VirtualNetwork>(account, now);
    auto failures = net == nullptr ? std::map<Ask, std::deque<Failure>>{} : net->failures;
    net = transport.get();
    net->failures = std::move(failures);
    const auto api = form_ == Form::openai ? Api::chat : Api::messages;
    BulkParts parts{.transport = std::move(transport),
                    .api = provider::make_bulk("", api, *provider_).value(),
                    .store = store(),
                    .address = [](HttpRequest request) { return request; },
                    .hide = [](Fault&) {},
                    .account = account_name,
                    .run = "run",
                    .nonce = [this] { return "nonce" + std::to_string(++nonces_); },
                    .unix_ms = [this] { return Account::epoch_s * 1000 + now.count() / 1000; },
                    .now = [this] { return now; },
                    .notice = [this](Severity, const std::string& text) { said += text + "\n"; }};
    dispatch = std::make_unique<BulkDispatch>(std::move(parts), options_);
  }
  /// Likewise, with what the one before left. The jobs are numbered on.
  Expected<void> resume() {
    restart();
    return dispatch->resume(store().open_bulk_requests().value());
  }

  store::Checkpoint& store() { return other_ != nullptr ? *other_ : *memory_; }

  /// A request, begun and committed. Its job has the number of its attempt.
  store::AttemptNo submit(std::int64_t tokens = 100, const std::string& text = "hello",
                          const std::string& path = {}) {
    store::AttemptStart start;
    start.is_bulk = true;
    start.reserved_tokens = tokens;
    const auto attempt = store().begin_attempt(start).value();
    EXPECT_TRUE(store().commit());
    Prompt prompt;
    prompt.messages = {{Role::user, text}};
    prompt.max_output_tokens = 9;
    dispatch::Job job;
    job.id = static_cast<dispatch::JobId>(attempt);
    job.request = provider_->request(prompt);
    if (!path.empty()) job.request.url = path;
    job.tokens = tokens;
    job.is_bulk = true;
    job.attempt = attempt;
    dispatch->submit({std::move(job)});
    return attempt;
  }
  void submit_many(int count) {
    for (int i = 0; i < count; ++i) submit();
    dispatch->flush();
  }

  /// Until that time has passed; ends are written down, and kept in `ends`.
  void run_for(Time time) {
    for (const auto until = now + time; now < until && !dispatch->state().broken;) {
      take(dispatch->wait(std::min(until - now, second / 20)));
    }
  }
  /// Until a request of that kind is under way.
  void run_to(Ask ask) {
    while (net->count(ask) == 0) dispatch->wait(Time{10});
  }
  /// Until so many have ended, or nothing goes on.
  void run_until(std::size_t count) {
    for (const auto until = now + std::chrono::hours(30);
         ends.size() < count && now < until && !dispatch->state().broken;) {
      take(dispatch->wait(second / 20));
    }
    EXPECT_EQ(ends.size(), count);
  }
  /// Until nothing goes on; why.
  std::string broken() {
    run_for(std::chrono::hours(30));
    const auto state = dispatch->state();
    return state.broken ? state.broken->message : "nothing is broken";
  }

  const Fault* fault_of(dispatch::JobId job) const {
    const auto found = ends.find(job);
    return found == ends.end() ? nullptr : std::get_if<Fault>(&found->second.exchange.outcome);
  }
  std::string text_of(dispatch::JobId job) const {
    const auto found = ends.find(job);
    if (found == ends.end()) return "(none)";
    const auto* completion = std::get_if<Completion>(&found->second.exchange.outcome);
    return completion == nullptr ? "(a fault)" : completion->text;
  }
  /// Each with its own answer, by the id that the account was given.
  void expect_answered(const std::string& nonce, dispatch::JobId from, dispatch::JobId to) const {
    for (auto job = from; job <= to; ++job) {
      EXPECT_EQ(text_of(job), "answer of " + nonce + "-" + std::to_string(job));
    }
  }

  Time now{0};
  Account account;
  VirtualNetwork* net = nullptr;
  std::unique_ptr<BulkDispatch> dispatch;
  std::map<dispatch::JobId, dispatch::AttemptEnd> ends;
  std::string said;
  std::string account_name = "https://account";

 private:
  void take(std::vector<dispatch::AttemptEnd> taken) {
    for (auto& end : taken) {
      store::AttemptEnd record;
      record.fault_reason = "told";
      EXPECT_TRUE(store().end_attempt(static_cast<store::AttemptNo>(end.job), record));
      const auto job = end.job;
      EXPECT_TRUE(ends.emplace(job, std::move(end)).second) << "a second end of " << job;
    }
    EXPECT_TRUE(store().commit());
  }

  Form form_;
  BulkOptions options_;
  store::Checkpoint* other_;
  std::unique_ptr<store::Checkpoint> memory_ = store::make_memory();
  std::unique_ptr<const provider::Provider> provider_;
  int nonces_ = 0;
};

class OfBothForms : public ::testing::TestWithParam<Form> {
 protected:
  bool has_uploads() const { return GetParam() == Form::openai; }
};

inline std::string form_name(const ::testing::TestParamInfo<Form>& which) {
  return which.param == Form::openai ? "openai" : "anthropic";
}

}  // namespace sheaf::bulk
