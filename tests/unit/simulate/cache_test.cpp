// The simulated prompt caches, each by its provider's rule, in virtual time.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "simulate/byte_counter.hpp"
#include "simulate/prefix_cache.hpp"
#include "spoken.hpp"

namespace sheaf::simulate {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t bytes_per_token = 4;

/// `tokens` tokens that differ from those of any other letter.
std::string words(char letter, std::size_t tokens) {
  return std::string(tokens * bytes_per_token, letter);
}

/// One user message of these parts; the marked ones by place.
ModelRequest request_of(const std::vector<std::string>& parts,
                        const std::vector<std::size_t>& marked = {}) {
  std::string content;
  std::vector<std::size_t> ends;
  for (const auto& part : parts) ends.push_back((content += part).size());
  const std::vector<ChatMessage> messages{{"user", content, ends}};
  ModelRequest request;
  request.model = "m";
  request.prompt = ByteCounter().chat(messages);
  for (const auto place : marked) request.cache.marks.push_back({place, {}});
  return request;
}

std::unique_ptr<PrefixCache> cache_of(SimulatedCache rule, const CacheSettings& settings = {}) {
  return make_prefix_cache(rule, settings);
}

class BreakpointRule : public testing::TestWithParam<SimulatedCache> {
 protected:
  std::unique_ptr<PrefixCache> cache_ = cache_of(GetParam());
  ModelRequest first_ = request_of({words('p', 2000), words('a', 100)}, {0});
  ModelRequest second_ = request_of({words('p', 2000), words('b', 100)}, {0});
};
INSTANTIATE_TEST_SUITE_P(Rules, BreakpointRule,
                         testing::Values(SimulatedCache::openai_breakpoints,
                                         SimulatedCache::anthropic),
                         [](const auto& which) {
                           const bool anthropic = which.param == SimulatedCache::anthropic;
                           return anthropic ? "anthropic" : "openai";
                         });

TEST_P(BreakpointRule, WritesUpToTheMarkOnceAndReadsItExactly) {
  const auto written = cache_->use(first_, seconds(0), seconds(0));
  EXPECT_EQ(written.read, 0);
  EXPECT_EQ(written.written, 2000);
  const auto read = cache_->use(second_, seconds(1), seconds(1));
  EXPECT_EQ(read.read, 2000);
  EXPECT_EQ(read.written, 0);
}

TEST_P(BreakpointRule, NothingIsReadBeforeTheFirstReplyHasBegun) {
  cache_->use(first_, seconds(0), seconds(3));
  const auto early = cache_->use(second_, seconds(2), seconds(5));
  EXPECT_EQ(early.read, 0);
  EXPECT_EQ(early.written, 2000) << "it pays in full";
  EXPECT_EQ(cache_->use(second_, seconds(3), seconds(6)).read, 2000);
}

TEST_P(BreakpointRule, WithoutAMarkNothingIsKept) {
  auto plain = first_;
  plain.cache.marks.clear();
  for (int i = 0; i < 2; ++i) {
    const auto use = cache_->use(plain, seconds(i), seconds(i));
    EXPECT_EQ(use.read + use.written, 0);
  }
}

TEST_P(BreakpointRule, AnAutomaticMarkStandsAtThePromptsEnd) {
  auto plain = first_;
  plain.cache = {.marks = {}, .automatic = true, .lifetime = {}, .key = {}};
  EXPECT_EQ(cache_->use(plain, seconds(0), seconds(0)).written, 2100);
  EXPECT_EQ(cache_->use(plain, seconds(1), seconds(1)).read, 2100);
  plain.prompt = second_.prompt;
  const auto other = cache_->use(plain, seconds(2), seconds(2));
  EXPECT_EQ(other.read, 0) << "no shorter prefix was marked";
  EXPECT_EQ(other.written, 2100);
}

TEST_P(BreakpointRule, APrefixUnderTheMinimumIsNeitherReadNorWritten) {
  const auto little = request_of({words('p', 1023), words('a', 500)}, {0});
  for (int i = 0; i < 2; ++i) {
    const auto use = cache_->use(little, seconds(i), seconds(i));
    EXPECT_EQ(use.read + use.written, 0);
  }
  const auto enough = request_of({words('p', 1024), words('a', 500)}, {0});
  EXPECT_EQ(cache_->use(enough, seconds(3), seconds(3)).written, 1024);
  const auto lower = cache_of(GetParam(), {.least_tokens = 512, .lifetime = {}});
  EXPECT_EQ(lower->use(little, seconds(0), seconds(0)).written, 1023);
}

TEST_P(BreakpointRule, AReadRenewsALifetimeThatCountsFromTheStart) {
  const auto cache = cache_of(GetParam(), {.least_tokens = 1024, .lifetime = seconds(10)});
  cache->use(first_, seconds(0), seconds(4));
  EXPECT_EQ(cache->use(second_, seconds(9), seconds(9)).read, 2000);
  EXPECT_EQ(cache->use(second_, seconds(18), seconds(18)).read, 2000);
  EXPECT_EQ(cache->use(second_, seconds(28), seconds(28)).read, 0);
}

TEST_P(BreakpointRule, ReadingAnEarlierPlaceThanTheMarkRenewsItToo) {
  const auto cache = cache_of(GetParam(), {.least_tokens = 1024, .lifetime = seconds(10)});
  cache->use(first_, seconds(0), seconds(0));
  for (const int i : {9, 18}) {
    const auto letter = static_cast<char>('a' + i);
    const auto longer = request_of({words('p', 2000), words(letter, 100)}, {1});
    EXPECT_EQ(cache->use(longer, seconds(i), seconds(i)).read, 2000) << i;
  }
}

TEST_P(BreakpointRule, APrefixBelongsToItsModel) {
  cache_->use(first_, seconds(0), seconds(0));
  second_.model = "another";
  EXPECT_EQ(cache_->use(second_, seconds(1), seconds(1)).read, 0);
}

TEST_P(BreakpointRule, TheLongestKnownPrefixIsReadAndTheRestWritten) {
  const std::string base = words('p', 1500);
  cache_->use(request_of({base, words('q', 300)}, {0}), seconds(0), seconds(0));
  const auto use = cache_->use(request_of({base, words('q', 300), words('r', 50)}, {0, 1}),
                               seconds(1), seconds(1));
  EXPECT_EQ(use.read, 1500);
  EXPECT_EQ(use.written, 300);
}

/// A prompt of one long part and `more` short ones, marked at its last.
ModelRequest with_short_parts(std::size_t more) {
  std::vector<std::string> parts{words('p', 2000)};
  for (std::size_t i = 0; i < more; ++i) parts.push_back(words('s', 1));
  return request_of(parts, {more});
}

TEST(AnthropicCache, LooksBackTwentyBlocks) {
  for (const std::size_t more : {19U, 20U}) {
    const auto cache = cache_of(SimulatedCache::anthropic);
    cache->use(with_short_parts(0), seconds(0), seconds(0));
    const auto read = cache->use(with_short_parts(more), seconds(1), seconds(1)).read;
    EXPECT_EQ(read, more == 19 ? 2000 : 0) << more;
  }
}

TEST(OpenAiBreakpoints, LooksBackEightyPlaces) {
  for (const std::size_t more : {79U, 80U}) {
    const auto cache = cache_of(SimulatedCache::openai_breakpoints);
    cache->use(with_short_parts(0), seconds(0), seconds(0));
    const auto read = cache->use(with_short_parts(more), seconds(1), seconds(1)).read;
    EXPECT_EQ(read, more == 79 ? 2000 : 0) << more;
  }
}

TEST(AnthropicCache, LivesFiveMinutesOrAnHourAsTheBlockSays) {
  const auto cache = cache_of(SimulatedCache::anthropic);
  auto both = request_of({words('p', 2000), words('q', 500), words('a', 10)}, {0, 1});
  both.cache.marks[0].lifetime = hours(1);
  const auto use = cache->use(both, seconds(0), seconds(0));
  EXPECT_EQ(use.written, 2500);
  EXPECT_EQ(use.long_written, 2000);
  const auto later = cache->use(both, minutes(6), minutes(6));
  EXPECT_EQ(later.read, 2000);
  EXPECT_EQ(later.written, 500);
  EXPECT_EQ(later.long_written, 0);
}

TEST(OpenAiBreakpoints, LiveThirtyMinutes) {
  const auto cache = cache_of(SimulatedCache::openai_breakpoints);
  const auto request = with_short_parts(0);
  cache->use(request, seconds(0), seconds(0));
  EXPECT_EQ(cache->use(request, minutes(29), minutes(29)).read, 2000);
  EXPECT_EQ(cache->use(request, minutes(60), minutes(60)).read, 0);
}

TEST(AutomaticCache, ReadsStepsOnceTheFirstReplyHasBegunAndForFiveMinutes) {
  const auto cache = cache_of(SimulatedCache::openai_automatic);
  const auto request = request_of({words('p', 1300)});
  EXPECT_EQ(cache->use(request, seconds(0), seconds(2)).read, 0);
  EXPECT_EQ(cache->use(request, seconds(1), seconds(3)).read, 0);
  const auto read = cache->use(request, seconds(2), seconds(4));
  EXPECT_EQ(read.read, 1280);
  EXPECT_EQ(read.written, 0);
  EXPECT_EQ(cache->use(request, seconds(302), seconds(302)).read, 0);
  auto other = request;
  other.model = "another";
  EXPECT_EQ(cache->use(other, seconds(303), seconds(303)).read, 0);
}

TEST(AutomaticCache, AMachineServesFifteenRequestsAMinuteOfOneKey) {
  const auto cache = cache_of(SimulatedCache::openai_automatic);
  const auto cold = [&](const std::string& key, int requests, Time now) {
    auto request = request_of({words('p', 1300)});
    request.cache.key = key;
    int uncached = 0;
    for (int i = 0; i < requests; ++i) uncached += cache->use(request, now, now).read == 0 ? 1 : 0;
    return uncached;
  };
  EXPECT_EQ(cold("a", 15, seconds(0)), 1);
  EXPECT_EQ(cold("a", 15, seconds(1)), 1) << "the next machine has not seen it";
  EXPECT_EQ(cold("b", 15, seconds(2)), 1) << "another key has its own";
  EXPECT_EQ(cold("a", 15, seconds(62)), 0) << "a minute later the first one is free again";
  EXPECT_EQ(cold("", 100, seconds(63)), 1) << "without a key nothing is counted";
}

TEST(NoCache, KeepsNothing) {
  const auto cache = cache_of(SimulatedCache::none);
  const auto request = with_short_parts(0);
  for (int i = 0; i < 2; ++i) {
    const auto use = cache->use(request, seconds(i), seconds(i));
    EXPECT_EQ(use.read + use.written, 0);
  }
}

/// Over the wire: a marked prefix of 1,200 tokens before the samples.
class CacheOnTheWire : public testing::Test {
 protected:
  static Lab lab(std::optional<SimulatedCache> rule, double first_token_ms = 0) {
    SimulateOptions options;
    options.cache = rule;
    options.first_token_ms = first_token_ms;
    auto task = parse_task(number_yaml());
    task.instruction = words('x', 1200);
    return {std::move(task), number_rows(9), options};
  }
  static json::Object anthropic(Lab& lab, std::size_t row, const json::Object& control) {
    auto body = body_in(format_named("messages"), lab, {row});
    auto system = *json::Value(body).find("system")->array();
    system.front().object()->emplace_back("cache_control", control);
    return with(body, "system", system);
  }
  static json::Value send(Lab& lab, const std::string& format, const json::Value& body) {
    const auto reply = lab.model->answer(http(format_named(format), body), lab.now);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return body_of(reply);
  }
  static json::Object ephemeral(const std::string& ttl = "5m") {
    return {{"type", "ephemeral"}, {"ttl", ttl}};
  }
};

TEST_F(CacheOnTheWire, AnthropicTellsThreeDisjointCounts) {
  auto own = lab({});
  const auto plain = send(own, "messages", body_in(format_named("messages"), own, {0}));
  const auto all = number_at(plain, "usage.input_tokens");
  const auto wrote = send(own, "messages", anthropic(own, 0, ephemeral("1h")));
  const auto written = number_at(wrote, "usage.cache_creation_input_tokens");
  EXPECT_GE(written, 1200);
  EXPECT_EQ(number_at(wrote, "usage.cache_creation.ephemeral_1h_input_tokens"), written);
  EXPECT_EQ(number_at(wrote, "usage.cache_creation.ephemeral_5m_input_tokens"), 0);
  EXPECT_EQ(number_at(wrote, "usage.input_tokens"), all - written);
  const auto read = send(own, "messages", anthropic(own, 1, ephemeral()));
  EXPECT_EQ(number_at(read, "usage.cache_read_input_tokens"), written);
  EXPECT_EQ(number_at(read, "usage.cache_creation_input_tokens"), 0);
  EXPECT_EQ(number_at(read, "usage.input_tokens"), all - written);
  EXPECT_EQ(own.count("tokens.cache_write"), written);
  EXPECT_EQ(own.count("tokens.cached_input"), written);
  EXPECT_EQ(own.count("tokens.input"), 3 * all);
}

TEST_F(CacheOnTheWire, AFanOutBeforeTheFirstByteOfTheWarmUpPaysInFull) {
  auto own = lab({}, 1000);
  send(own, "messages", anthropic(own, 0, ephemeral()));
  own.now = Millis(999);
  const auto early = send(own, "messages", anthropic(own, 1, ephemeral()));
  EXPECT_EQ(number_at(early, "usage.cache_read_input_tokens"), 0);
  own.now = Millis(1000);
  const auto late = send(own, "messages", anthropic(own, 2, ephemeral()));
  EXPECT_GE(number_at(late, "usage.cache_read_input_tokens"), 1200);
}

TEST_F(CacheOnTheWire, AnthropicRefusesMarksThatCannotBe) {
  auto own = lab({});
  const auto refused = [&](const json::Value& body) {
    return own.model->answer(http(format_named("messages"), body), own.now).status == 400;
  };
  const auto good = anthropic(own, 0, ephemeral());
  const auto block = [](const std::string& text, const json::Object& control) {
    return json::Object{{"type", "text"}, {"text", text}, {"cache_control", control}};
  };
  EXPECT_TRUE(refused(anthropic(own, 0, ephemeral("2h"))));
  EXPECT_TRUE(refused(anthropic(own, 0, {{"type", "lasting"}})));
  EXPECT_TRUE(refused(with(good, "system", json::Array{block("", ephemeral())})));
  const json::Array four(4, block("x", ephemeral()));
  EXPECT_FALSE(refused(with(good, "system", four)));
  EXPECT_TRUE(refused(with(with(good, "system", four), "cache_control", ephemeral())));
  EXPECT_TRUE(refused(with(good, "system", json::Array(5, block("x", ephemeral())))));
  const json::Array shorter_first{block("x", ephemeral("5m")), block("x", ephemeral("1h"))};
  EXPECT_TRUE(refused(with(good, "system", shorter_first)));
}

TEST_F(CacheOnTheWire, OpenAisBreakpointsAreReadWhereTheRuleIsTheirs) {
  for (const std::string format : {"chat", "responses"}) {
    SCOPED_TRACE(format);
    const std::string list = format == "chat" ? "messages" : "input";
    auto own = lab(SimulatedCache::openai_breakpoints);
    const auto marked = [&](std::size_t row) {
      auto body = with(body_in(format_named(format), own, {row}), "prompt_cache_options",
                       json::Object{{"mode", "explicit"}});
      auto messages = *json::Value(body).find(list)->array();
      const std::string type = format == "chat" ? "text" : "input_text";
      const auto samples = format == "chat" ? text_at(messages.back(), "content")
                                            : text_at(messages.back(), "content.0.text");
      const json::Object lead{{"type", type},
                              {"text", samples.substr(0, 2)},
                              {"prompt_cache_breakpoint", json::Object{{"mode", "explicit"}}}};
      const json::Object rest{{"type", type}, {"text", samples.substr(2)}};
      messages.back() = json::Object{{"role", "user"}, {"content", json::Array{lead, rest}}};
      return with(body, list, messages);
    };
    const std::string details =
        format == "chat" ? "usage.prompt_tokens_details." : "usage.input_tokens_details.";
    const auto wrote = send(own, format, marked(0));
    const auto written = number_at(wrote, details + "cache_write_tokens");
    EXPECT_GE(written, 1200);
    EXPECT_LT(written, own.count("tokens.input"));
    const auto read = send(own, format, marked(1));
    EXPECT_EQ(number_at(read, details + "cached_tokens"), written);
    EXPECT_EQ(number_at(read, details + "cache_write_tokens"), 0);
    auto unmarked = with(body_in(format_named(format), own, {2}), "prompt_cache_options",
                         json::Object{{"mode", "explicit"}});
    EXPECT_EQ(number_at(send(own, format, unmarked), details + "cached_tokens"), 0);
    auto both = with(marked(3), "prompt_cache_retention", "24h");
    EXPECT_EQ(own.model->answer(http(format_named(format), both), own.now).status, 400);
  }
}

TEST_F(CacheOnTheWire, PrewarmFillsTheCacheAndSaysNothing) {
  auto own = lab(SimulatedCache::openai_breakpoints);
  const auto body = with(body_in(format_named("responses"), own, {0}), "prompt_cache_options",
                         json::Object{{"prewarm", true}});
  const auto warmed = send(own, "responses", body);
  EXPECT_GE(number_at(warmed, "usage.input_tokens_details.cache_write_tokens"), 1200);
  EXPECT_EQ(number_at(warmed, "usage.output_tokens"), 0);
  EXPECT_TRUE(warmed.find("output")->array()->empty());
}

}  // namespace
}  // namespace sheaf::simulate
