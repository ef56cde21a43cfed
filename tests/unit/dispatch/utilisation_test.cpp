// How much of what an account allows is used, and how often it refuses.
#include <algorithm>
#include <functional>
#include <limits>
#include <ostream>
#include <queue>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dispatch/window.hpp"
#include "strict_server.hpp"

namespace sheaf::dispatch {
namespace {

struct Measured {
  double requests_a_minute = 0;
  double tokens_a_minute = 0;
  double refused_per_1000 = 0;
};

Measured measure(StrictWorld& world, Time from, Time until) {
  world.run(from);
  const auto before = world.counts();
  world.run(until);
  const auto& after = world.counts();
  const double minutes = static_cast<double>((until - from).count()) / 60e6;
  return {static_cast<double>(after.admitted - before.admitted) / minutes,
          static_cast<double>(after.tokens - before.tokens) / minutes,
          1000.0 * static_cast<double>(after.refused) / static_cast<double>(after.sent)};
}

/// Requests a minute that a client gets through that knows the server's window as it is: it sits
/// beside the server, no way is long and no slack is needed.
double ideal_requests(const Traffic& traffic, Time from, Time until) {
  struct Event {
    Time at{0};
    std::int64_t change = 0;
    bool leaves = false;
    bool operator>(const Event& other) const { return at > other.at; }
  };
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  Random random(traffic.seed);
  const auto reserved = traffic.input_tokens + traffic.output_cap;
  const auto limit_of = [](std::optional<std::int64_t> limit) {
    return limit.value_or(std::numeric_limits<std::int64_t>::max() / 2);
  };
  std::int64_t requests = 0;
  std::int64_t tokens = 0;
  std::int64_t sent = 0;
  for (Time now{0}; now < until; now = events.top().at) {
    while (!events.empty() && events.top().at <= now) {
      tokens += events.top().change;
      if (events.top().leaves) --requests;
      events.pop();
    }
    while (requests < limit_of(traffic.limits.requests_per_minute) &&
           tokens + reserved <= limit_of(traffic.limits.tokens_per_minute)) {
      const auto draw = [&random](std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(
                           random.below(static_cast<std::uint64_t>(most - least) + 1));
      };
      const auto way = 5'000 + traffic.most_travel.count();
      const auto end =
          now + Time(way + draw(traffic.least_latency.count(), traffic.most_latency.count()));
      const auto usage = traffic.input_tokens + draw(traffic.least_output, traffic.output_cap);
      events.push({end, usage - reserved, false});
      events.push({now + std::chrono::minutes(1), -usage, true});
      tokens += reserved;
      ++requests;
      if (now >= from) ++sent;
    }
  }
  return static_cast<double>(sent) / (static_cast<double>((until - from).count()) / 60e6);
}

struct Case {
  std::string name;
  Traffic traffic;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

std::vector<Case> cases() {
  std::vector<Case> all;
  const std::vector<std::tuple<std::string, Time, Time>> latencies = {
      {"200ms", 200ms, 200ms}, {"30s", 30s, 30s}, {"200msTo30s", 200ms, 30s}};
  for (const auto& [latency, least, most] : latencies) {
    Traffic traffic;
    traffic.least_latency = least;
    traffic.most_latency = most;
    for (const std::int64_t limit : {60, 600}) {
      auto bound = traffic;
      bound.limits.requests_per_minute = limit;
      bound.limits.tokens_per_minute = 1'000'000'000;
      all.push_back({fmt::format("Requests{}Latency{}", limit, latency), bound});
    }
    for (const std::int64_t limit : {50'000, 100'000}) {
      auto bound = traffic;
      bound.limits.requests_per_minute = 1'000'000;
      bound.limits.tokens_per_minute = limit;
      all.push_back({fmt::format("Tokens{}Latency{}", limit, latency), bound});
      bound.output_cap = 1000;
      bound.least_output = 20;
      bound.limits.tokens_per_minute = 8 * limit;
      all.push_back({fmt::format("Tokens{}ShortRepliesLatency{}", 8 * limit, latency), bound});
    }
  }
  const auto volleys = all;
  for (auto one : volleys) {
    one.name += "Even";
    one.traffic.pace = Pace::even;
    all.push_back(one);
  }
  return all;
}

class EveryLatency : public testing::TestWithParam<Case> {};

TEST_P(EveryLatency, UtilisationIsAtLeast98PercentWithFewerThanOneRefusalInAThousand) {
  auto traffic = GetParam().traffic;
  traffic.configured = traffic.limits;
  StrictWorld world(traffic);
  constexpr Time from = 5min;
  constexpr Time until = from + 120 * counted_for;  // 120 volleys of ours, 121 of the ideal's.
  const auto measured = measure(world, from, until);
  const auto used = measured.requests_a_minute / ideal_requests(traffic, from, until);
  const auto& limits = traffic.limits;
  const auto of_limits =
      std::max(measured.requests_a_minute / static_cast<double>(*limits.requests_per_minute),
               measured.tokens_a_minute / static_cast<double>(*limits.tokens_per_minute));
  fmt::print(
      "utilisation {}: {:.2f} % of what can be had, {:.2f} % of the limit; {:.3f} refusals "
      "per 1000 requests\n",
      GetParam().name, 100 * used, 100 * of_limits, measured.refused_per_1000);
  EXPECT_GE(used, 0.98);
  if (traffic.least_output == traffic.output_cap) {
    EXPECT_GE(of_limits, 0.98);
  }
  EXPECT_LT(measured.refused_per_1000, 1.0);
}

INSTANTIATE_TEST_SUITE_P(Bound, EveryLatency, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

Traffic plain(EndpointLimits limits) {
  Traffic traffic;
  traffic.limits = traffic.configured = limits;
  return traffic;
}

TEST(Utilisation, IsKeptWhenSomeRequestsArriveLaterThanTheSlack) {
  auto traffic = plain({1000, {}});
  traffic.strays = 0.001;
  traffic.concurrency = 300;  // Half of it would be too few.
  StrictWorld world(traffic);
  const auto measured = measure(world, 5min, 5min + 120 * counted_for);
  fmt::print("utilisation with strays: {:.2f} % of the limit; {:.3f} refusals per 1000 requests\n",
             measured.requests_a_minute / 10, measured.refused_per_1000);
  EXPECT_GE(measured.requests_a_minute, 980);
  EXPECT_LT(measured.refused_per_1000, 1.0);
  EXPECT_GT(world.counts().refused, 0) << "or it shows nothing";
}

TEST(Utilisation, OfALimitThatOnlyHeadersTellIsReachedToo) {
  auto traffic = plain({1000, {}});
  traffic.configured = {};
  StrictWorld world(traffic);
  const auto measured = measure(world, 5min, 5min + 120 * counted_for);
  fmt::print("utilisation of a limit learnt: {:.2f} %\n", measured.requests_a_minute / 10);
  EXPECT_GE(measured.requests_a_minute, 980);
}

EndpointLimits scaled(EndpointLimits limits, std::int64_t times, std::int64_t per) {
  for (auto* limit : {&limits.requests_per_minute, &limits.tokens_per_minute}) {
    if (*limit) *limit = **limit * times / per;
  }
  return limits;
}

using Change = std::tuple<EndpointLimits, Time, HeadersWritten, Pace>;

std::string name_of(const testing::TestParamInfo<Change>& one) {
  const auto& [limits, latency, headers, pace] = one.param;
  return fmt::format(
      "{}{}ms{}{}", limits.requests_per_minute ? "Requests" : "Tokens", latency.count() / 1000,
      headers == HeadersWritten::on_arrival ? "" : "AtTheEnd", pace == Pace::even ? "Even" : "");
}

class ChangedLimit : public testing::TestWithParam<Change> {
 protected:
  static Traffic traffic() {
    const auto& [limits, latency, headers, pace] = GetParam();
    auto traffic = plain(limits);
    traffic.configured = scaled(limits, 2, 1);
    traffic.most_latency = latency;
    traffic.headers = headers;
    traffic.pace = pace;
    return traffic;
  }
};

TEST_P(ChangedLimit, HalvedIsKeptWithinFiveSecondsOfTheFirstReplyThatShowsIt) {
  StrictWorld world(traffic());
  world.run(5min + 20s);
  world.change(scaled(traffic().limits, 1, 2));
  world.run(15min);
  ASSERT_TRUE(world.first_news());
  if (const auto last = world.last_refusal()) {
    fmt::print("last refusal {} ms after a halved limit was shown\n",
               (*last - *world.first_news()).count() / 1000);
    EXPECT_LE(*last, *world.first_news() + 5s);
  }
}

TEST_P(ChangedLimit, DoubledIsUsedThirtySecondsAfterItIsShown) {
  StrictWorld world(traffic());
  world.run(5min + 20s);
  const auto doubled = scaled(traffic().limits, 2, 1);
  world.change(doubled);
  world.run(10min);
  ASSERT_TRUE(world.first_news());
  const auto from = *world.first_news() + 30s;
  StrictWorld again(traffic());
  again.run(5min + 20s);
  again.change(doubled);
  const auto measured = measure(again, from, from + 20 * counted_for);
  const auto used =
      doubled.requests_per_minute
          ? measured.requests_a_minute / static_cast<double>(*doubled.requests_per_minute)
          : measured.tokens_a_minute / static_cast<double>(*doubled.tokens_per_minute);
  fmt::print("utilisation 30 s after a doubled limit: {:.2f} %\n", 100 * used);
  EXPECT_GE(used, 0.98);
}

INSTANTIATE_TEST_SUITE_P(
    Known, ChangedLimit,
    testing::Combine(testing::Values(EndpointLimits{1000, {}}, EndpointLimits{{}, 250'000}),
                     testing::Values(Time(200ms), Time(5s), Time(30s)),
                     testing::Values(HeadersWritten::on_arrival, HeadersWritten::at_the_end),
                     testing::Values(Pace::volleys, Pace::even)),
    name_of);

}  // namespace
}  // namespace sheaf::dispatch
