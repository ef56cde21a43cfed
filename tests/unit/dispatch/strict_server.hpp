// A provider that enforces limits as documented: it counts a request when it arrives, at what it
// reserves, settles that to usage when the reply leaves, and refuses what does not fit into the
// last 60 seconds. Between it and the scheduler lies a network that delays each way by chance.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "core/random.hpp"
#include "dispatch/scheduler.hpp"
#include "virtual_world.hpp"

namespace sheaf::dispatch {

/// How requests spread over a minute: all at once, or evenly, by a first minute in which work comes
/// evenly (the window then hands on what it saw).
enum class Pace { volleys, even };

/// When a reply's headers are written.
enum class HeadersWritten { on_arrival, at_the_end };

struct Traffic {
  EndpointLimits limits;  ///< Of the server; see `StrictWorld::change`.
  EndpointLimits configured;
  int concurrency = 4096;
  std::int64_t input_tokens = 200;
  std::int64_t output_cap = 50;
  std::int64_t least_output = 50;  ///< Uniform up to the cap.
  Time least_latency{200'000};
  Time most_latency{30'000'000};
  Time most_travel{250'000};  ///< One way; at least 5 ms.
  double strays = 0;          ///< Share of requests that travel up to 1.5 s longer.
  bool tells = true;          ///< Whether headers show the limits.
  HeadersWritten headers = HeadersWritten::on_arrival;
  Pace pace = Pace::volleys;
  std::uint64_t seed = 1;
};

class StrictWorld {
 public:
  explicit StrictWorld(Traffic traffic)
      : traffic_(traffic), random_(traffic.seed), scheduler_(options_of(traffic)) {}

  /// Jobs without end, until `until`.
  void run(Time until) {
    while (true) {
      while (scheduler_.waiting() < 8 && work_at() <= now_) {
        scheduler_.submit(next_job_++, traffic_.input_tokens + traffic_.output_cap, false, now_);
      }
      while (const auto start = scheduler_.next(now_)) send(start->job);
      auto next = scheduler_.next_wakeup(now_).value_or(Time::max());
      if (!events_.empty()) next = std::min(next, events_.begin()->first);
      if (scheduler_.waiting() < 8) next = std::min(next, work_at());
      if (next > until) break;
      now_ = std::max(now_, next);
      while (!events_.empty() && events_.begin()->first <= now_) {
        auto event = std::move(events_.extract(events_.begin()).mapped());
        event();
      }
    }
    now_ = until;
  }

  void change(EndpointLimits limits) { traffic_.limits = limits; }
  Time now() const { return now_; }

  struct Counts {
    std::int64_t sent = 0;
    std::int64_t refused = 0;
    std::int64_t admitted = 0;
    std::int64_t tokens = 0;  ///< Usage of the admitted.
  };
  const Counts& counts() const { return counts_; }
  /// When a refusal was last told, and when a limit other than the first one was first shown.
  std::optional<Time> last_refusal() const { return last_refusal_; }
  std::optional<Time> first_news() const { return first_news_; }

 private:
  struct Admitted {
    Time at{0};
    std::int64_t tokens = 0;
  };

  static SchedulerOptions options_of(const Traffic& traffic) {
    SchedulerOptions options;
    options.endpoints = {traffic.configured};
    options.concurrency = traffic.concurrency;
    options.seed = traffic.seed;
    return options;
  }

  /// When there is a next job.
  Time work_at() const {
    const auto& limits = traffic_.limits;
    const auto reserved = traffic_.input_tokens + traffic_.output_cap;
    const auto a_minute = std::min(limits.requests_per_minute.value_or(1'000'000),
                                   limits.tokens_per_minute.value_or(1'000'000'000) / reserved);
    const auto job = static_cast<std::int64_t>(next_job_);
    if (traffic_.pace == Pace::volleys || job > a_minute) return Time::min();
    return std::chrono::minutes(1) * job / a_minute;
  }

  Time between(Time least, Time most) {
    const auto width = static_cast<std::uint64_t>((most - least).count()) + 1;
    return least + Time(static_cast<Time::rep>(random_.below(width)));
  }
  Time travel() { return between(Time{5'000}, traffic_.most_travel); }

  void send(JobId job) {
    ++counts_.sent;
    auto way = travel();
    if (random_.uniform() < traffic_.strays) way += between(Time{0}, Time{1'500'000});
    events_.emplace(now_ + way, [this, job] { arrive(job); });
  }

  void arrive(JobId job) {
    while (!admitted_.empty() && admitted_.front().at + std::chrono::minutes(1) <= now_) {
      window_tokens_ -= admitted_.front().tokens;
      admitted_.pop_front();
      ++first_;
    }
    const auto reserved = traffic_.input_tokens + traffic_.output_cap;
    const auto hint = shown();
    if (!fits(reserved)) return refuse(job, hint);
    ++counts_.admitted;
    admitted_.push_back({now_, reserved});
    window_tokens_ += reserved;
    const auto number = first_ + admitted_.size() - 1;
    events_.emplace(now_ + between(traffic_.least_latency, traffic_.most_latency),
                    [this, job, number, hint] { finish(job, number, hint); });
  }

  bool fits(std::int64_t reserved) const {
    const auto& limits = traffic_.limits;
    if (limits.requests_per_minute && std::ssize(admitted_) >= *limits.requests_per_minute) {
      return false;
    }
    return !limits.tokens_per_minute || window_tokens_ + reserved <= *limits.tokens_per_minute;
  }

  void refuse(JobId job, const RateLimitHint& hint) {
    ++counts_.refused;
    auto exchange = throttled();
    exchange.hint = hint;
    tell(job, std::move(exchange));
  }

  void finish(JobId job, std::uint64_t number, RateLimitHint hint) {
    const auto output = between(Time(traffic_.least_output), Time(traffic_.output_cap)).count();
    const auto usage = traffic_.input_tokens + output;
    counts_.tokens += usage;
    if (number >= first_) {
      auto& admitted = admitted_[static_cast<std::size_t>(number - first_)];
      window_tokens_ += usage - admitted.tokens;
      admitted.tokens = usage;
    }
    auto exchange = success(usage);
    exchange.hint = traffic_.headers == HeadersWritten::on_arrival ? hint : shown();
    tell(job, std::move(exchange));
  }

  void tell(JobId job, Exchange exchange) {
    events_.emplace(now_ + travel(), [this, job, exchange = std::move(exchange)] {
      const auto& hint = exchange.hint;
      const bool is_news = hint.limit_requests != initial_.limit_requests ||
                           hint.limit_tokens != initial_.limit_tokens;
      if (is_news && !first_news_) first_news_ = now_;
      if (std::holds_alternative<Fault>(exchange.outcome)) last_refusal_ = now_;
      scheduler_.ended(job, exchange, now_);
    });
  }

  /// Remaining and reset as OpenAI tells them: the reset is that of the whole window.
  RateLimitHint shown() const {
    RateLimitHint hint;
    if (!traffic_.tells) return hint;
    const auto& limits = traffic_.limits;
    hint.limit_requests = limits.requests_per_minute;
    hint.limit_tokens = limits.tokens_per_minute;
    hint.reset_requests = hint.reset_tokens = Millis(60'000);
    if (hint.limit_requests) {
      hint.remaining_requests =
          std::max<std::int64_t>(0, *hint.limit_requests - std::ssize(admitted_));
    }
    if (hint.limit_tokens) {
      hint.remaining_tokens = std::max<std::int64_t>(0, *hint.limit_tokens - window_tokens_);
    }
    return hint;
  }

  Traffic traffic_;
  Random random_;
  Scheduler scheduler_;
  Time now_{0};
  JobId next_job_ = 1;
  std::multimap<Time, std::function<void()>> events_;
  std::deque<Admitted> admitted_;
  std::uint64_t first_ = 0;
  std::int64_t window_tokens_ = 0;
  RateLimitHint initial_ = shown();
  Counts counts_;
  std::optional<Time> last_refusal_;
  std::optional<Time> first_news_;
};

}  // namespace sheaf::dispatch
