#include "provider/headers.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sheaf::provider {
namespace {

using namespace std::chrono_literals;

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
constexpr std::int64_t example_date = 784'111'777;

HttpResponse with(std::vector<Header> headers) { return {429, std::move(headers), {}}; }

std::optional<Millis> wait_of(const std::string& value, std::int64_t now = 0) {
  return retry_after(with({{"Retry-After", value}}), now);
}

TEST(RetryAfter, ReadsSecondsAndFractions) {
  EXPECT_EQ(wait_of("20"), 20s);
  EXPECT_EQ(wait_of(" 1.5 "), 1500ms);
  EXPECT_EQ(wait_of("0.0001"), 1ms) << "a wait is rounded up, never away";
}

TEST(RetryAfter, MillisecondsGoBeforeSeconds) {
  EXPECT_EQ(retry_after(with({{"Retry-After", "9"}, {"retry-after-ms", "120"}}), 0), 120ms);
  EXPECT_EQ(retry_after(with({{"Retry-After", "9"}, {"retry-after-ms", "soon"}}), 0), 9s);
}

TEST(RetryAfter, ReadsTheThreeFormsOfAnHttpDate) {
  const auto now = example_date - 30;
  EXPECT_EQ(wait_of("Sun, 06 Nov 1994 08:49:37 GMT", now), 30s);
  EXPECT_EQ(wait_of("Sunday, 06-Nov-94 08:49:37 GMT", now), 30s);
  EXPECT_EQ(wait_of("Sun Nov  6 08:49:37 1994", now), 30s);
  EXPECT_EQ(wait_of("Sun, 06 Nov 1994 08:49:37 GMT", example_date + 5), std::nullopt);
}

TEST(RetryAfter, WhatAsksForNothingIsNothing) {
  for (const auto value : {"", "0", "-1", "soon", "1e3", "0x10", "nan", "12 parsecs",
                           "Sun, 31 Feb 2025 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET"}) {
    EXPECT_EQ(wait_of(value), std::nullopt) << value;
  }
  EXPECT_EQ(retry_after(with({}), 0), std::nullopt);
}

TEST(RetryAfter, IsBounded) { EXPECT_EQ(wait_of("99999999999999999999"), 168h); }

TEST(Duration, ReadsTheFormsProvidersSend) {
  const std::vector<std::pair<const char*, Millis>> known{
      {"12ms", 12ms},          {"1s", 1s},  {"6m0s", 6min}, {"1h2m", 62min}, {"7.66s", 7660ms},
      {"2m59.56s", 179'560ms}, {"20", 20s}, {"0s", 0ms},    {"0.5", 500ms},  {"1d", 24h},
      {"500us", 1ms},          {" 3s ", 3s}};
  for (const auto& [text, value] : known) EXPECT_EQ(read_duration(text), value) << text;
}

TEST(Duration, RefusesWhatIsNone) {
  for (const auto text : {"", "s", "1x", "1s2", "-1s", "1 s", "1735689600", "25h", "1..2s"}) {
    EXPECT_EQ(read_duration(text), std::nullopt) << text;
  }
}

/// 2026-11-21T23:42:40Z.
constexpr std::int64_t now = 1'795'304'560;

RateLimitHint hint_of(const HttpResponse& response) { return rate_limit_hint(response, now); }

TEST(RateLimit, ReadsLimitsWhatRemainsAndResets) {
  const auto hint = hint_of(with({{"X-RateLimit-Limit-Requests", "500"},
                                  {"x-ratelimit-remaining-requests", "499"},
                                  {"x-ratelimit-reset-requests", "120ms"},
                                  {"x-ratelimit-limit-tokens", "200000"},
                                  {"x-ratelimit-remaining-tokens", "0"},
                                  {"x-ratelimit-reset-tokens", "6m0s"}}));
  EXPECT_EQ(hint.limit_requests, 500);
  EXPECT_EQ(hint.remaining_requests, 499);
  EXPECT_EQ(hint.reset_requests, 120ms);
  EXPECT_EQ(hint.limit_tokens, 200'000);
  EXPECT_EQ(hint.remaining_tokens, 0);
  EXPECT_EQ(hint.reset_tokens, 6min);
}

TEST(RateLimit, ALimitOfZeroOrMinusOneIsUnknownAndSoIsTheRestOfIt) {
  for (const auto value : {"0", "-1", "none", ""}) {
    const auto hint = hint_of(with({{"x-ratelimit-limit-requests", value},
                                    {"x-ratelimit-remaining-requests", "0"},
                                    {"x-ratelimit-reset-requests", "60s"}}));
    EXPECT_EQ(hint.limit_requests, std::nullopt) << value;
    EXPECT_EQ(hint.remaining_requests, std::nullopt) << value;
    EXPECT_EQ(hint.reset_requests, std::nullopt) << value;
  }
}

TEST(RateLimit, WhatRemainsCountsWithoutALimitButNotBelowZero) {
  const auto hint = hint_of(
      with({{"x-ratelimit-remaining-requests", "-1"}, {"x-ratelimit-remaining-tokens", "7"}}));
  EXPECT_EQ(hint.remaining_requests, std::nullopt);
  EXPECT_EQ(hint.remaining_tokens, 7);
}

TEST(RateLimit, AnthropicsResetsArePointsInTime) {
  const auto hint = hint_of(with({{"anthropic-ratelimit-requests-limit", "50"},
                                  {"anthropic-ratelimit-requests-remaining", "0"},
                                  {"anthropic-ratelimit-requests-reset", "2026-11-21T23:43:00Z"},
                                  {"anthropic-ratelimit-tokens-limit", "40000"},
                                  {"anthropic-ratelimit-tokens-remaining", "39000"},
                                  {"anthropic-ratelimit-tokens-reset", "2026-11-21T23:42:39Z"}}));
  EXPECT_EQ(hint.limit_requests, 50);
  EXPECT_EQ(hint.remaining_requests, 0);
  EXPECT_EQ(hint.reset_requests, 20s);
  EXPECT_EQ(hint.limit_tokens, 40'000);
  EXPECT_EQ(hint.remaining_tokens, 39'000);
  EXPECT_EQ(hint.reset_tokens, 0s);
}

TEST(RateLimit, APointInTimeADayAheadIsNoReset) {
  const auto hint = hint_of(with({{"anthropic-ratelimit-requests-limit", "50"},
                                  {"anthropic-ratelimit-requests-reset", "2026-11-23T00:00:00Z"}}));
  EXPECT_EQ(hint.limit_requests, 50);
  EXPECT_EQ(hint.reset_requests, std::nullopt);
}

TEST(RateLimit, OutputTokensThatAreUsedUpHoldAllTokens) {
  const auto hint =
      hint_of(with({{"anthropic-ratelimit-tokens-limit", "40000"},
                    {"anthropic-ratelimit-tokens-remaining", "20000"},
                    {"anthropic-ratelimit-tokens-reset", "2026-11-21T23:42:41Z"},
                    {"anthropic-ratelimit-input-tokens-limit", "30000"},
                    {"anthropic-ratelimit-input-tokens-remaining", "20000"},
                    {"anthropic-ratelimit-output-tokens-limit", "8000"},
                    {"anthropic-ratelimit-output-tokens-remaining", "0"},
                    {"anthropic-ratelimit-output-tokens-reset", "2026-11-21T23:43:10Z"}}));
  EXPECT_EQ(hint.limit_tokens, 40'000) << "a part's limit is not the limit of all";
  EXPECT_EQ(hint.remaining_tokens, 0);
  EXPECT_EQ(hint.reset_tokens, 30s);
}

TEST(RateLimit, MistralNamesTheMinute) {
  const auto hint = hint_of(with({{"x-ratelimit-limit-req-minute", "720"},
                                  {"x-ratelimit-remaining-req-minute", "717"},
                                  {"x-ratelimit-limit-tokens-minute", "5000000"},
                                  {"x-ratelimit-remaining-tokens-minute", "4999911"},
                                  {"", "7"}}));
  EXPECT_EQ(hint.limit_requests, 720);
  EXPECT_EQ(hint.remaining_requests, 717);
  EXPECT_EQ(hint.limit_tokens, 5'000'000);
  EXPECT_EQ(hint.remaining_tokens, 4'999'911);
  EXPECT_EQ(hint.reset_tokens, std::nullopt);
}

TEST(Rfc3339, ReadsZonesAndRoundsFractionsUp) {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> known{
      {"2026-11-21T23:42:40Z", now},      {" 2026-11-21t23:42:40z ", now},
      {"2026-11-22T01:12:40+01:30", now}, {"2026-11-21T18:42:40-05:00", now},
      {"2026-11-21T23:42:40.000Z", now},  {"2026-11-21T23:42:40.001+00:00", now + 1},
      {"1970-01-01T00:00:00Z", 0}};
  for (const auto& [text, value] : known) EXPECT_EQ(read_rfc3339(text), value) << text;
}

TEST(Rfc3339, RefusesWhatIsNone) {
  for (const auto text :
       {"", "2026-11-21", "2026-11-21T23:42:40", "2026-13-21T23:42:40Z", "2026-02-30T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T23:42:40.Z", "2026-11-21T23:42:40.5",
        "2026-11-21T23:42:40+1:30", "2026-11-21T23:42:40 Z", "20261121T234240Z0000"}) {
    EXPECT_EQ(read_rfc3339(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(HeaderProperty, AnyBytesAreReadWithoutHarm, (const std::string& value)) {
  const auto wait = wait_of(value);
  RC_ASSERT(!wait || (*wait > 0ms && *wait <= 168h));
  const auto duration = read_duration(value);
  RC_ASSERT(!duration || (*duration >= 0ms && *duration <= 24h));
  RC_ASSERT(!read_rfc3339(value) || value.size() >= 20);
}

RC_GTEST_PROP(HeaderProperty, AnyDateComesBack, ()) {
  const auto seconds = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000);
  const auto days = std::chrono::sys_days(std::chrono::days(seconds / 86400));
  const std::chrono::year_month_day date(days);
  static const char* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "Mon, %02u %s %d %02d:%02d:%02d GMT",
                static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()), static_cast<int>(seconds % 86400 / 3600),
                static_cast<int>(seconds % 3600 / 60), static_cast<int>(seconds % 60));
  RC_ASSERT(read_http_date(text) == seconds);
}

}  // namespace
}  // namespace sheaf::provider
