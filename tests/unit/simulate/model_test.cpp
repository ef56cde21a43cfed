// The simulated model as a whole: what it answers never depends on who came first.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "lab.hpp"

namespace sheaf::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SimulateOptions all_faults(double content, double transport, std::uint64_t seed = 0) {
  SimulateOptions options;
  options.seed = seed;
  options.content_faults = content;
  options.transport_faults = transport;
  return options;
}

std::string header(const SimulatedReply& reply, const std::string& name) {
  for (const auto& each : reply.headers) {
    if (each.name == name) return each.value;
  }
  return "";
}

std::string error_of(const SimulatedReply& reply, const std::string& member) {
  const auto parsed = json::parse(reply.body);
  const auto* found = parsed ? parsed->find_path("error." + member) : nullptr;
  return found != nullptr && found->string() != nullptr ? *found->string() : "";
}

HttpRequest get(const std::string& path) { return {"GET", path, {}, {}}; }

/// Batches of 1..7 rows over all rows, in a seeded order.
std::vector<std::vector<std::size_t>> batches(std::size_t rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<std::size_t>> out;
  for (std::size_t at = 0; at < rows;) {
    const auto size = std::min(rows - at, 1 + static_cast<std::size_t>(random.below(7)));
    out.emplace_back();
    for (std::size_t i = 0; i < size; ++i) out.back().push_back(at++);
  }
  return out;
}

void shuffle(std::vector<std::vector<std::size_t>>& what, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = what.size(); i > 1; --i) std::swap(what[i - 1], what[random.below(i)]);
}

TEST(SimulatedModel, RepliesDoNotDependOnTheOrderOfArrival) {
  auto options = all_faults(0.05, 0.05);
  options.accuracy = 0.7;
  const auto replies_in_order = [&](std::uint64_t order) {
    Lab lab(parse_task(number_yaml()), number_rows(200), options);
    auto asked = batches(200, 1);
    if (order != 0) shuffle(asked, order);
    std::map<std::size_t, std::vector<std::string>> texts;
    for (int round = 0; round < 3; ++round) {
      for (const auto& batch : asked) {
        const auto reading = lab.ask(batch);
        texts[batch.front()].push_back(std::to_string(reading.raw.status) + reading.text);
      }
    }
    return texts;
  };
  const auto first = replies_in_order(0);
  EXPECT_EQ(replies_in_order(7), first);
  EXPECT_EQ(replies_in_order(8), first);
}

TEST(SimulatedModel, AnotherSeedGivesOtherFaults) {
  const auto faults = [](std::uint64_t seed) {
    Lab lab(parse_task(number_yaml()), number_rows(100), all_faults(0.05, 0.05, seed));
    for (const auto& batch : batches(100, 1)) lab.ask(batch);
    return json::dump(*lab.stats().find("faults"));
  };
  EXPECT_NE(faults(1), faults(2));
}

struct Wire {
  std::string fault;
  Delivery delivery;
  std::set<int> statuses;
};

TEST(SimulatedModel, EachTransportFaultHasItsShape) {
  for (const auto& wire :
       {Wire{"http_429", Delivery::whole, {429}}, Wire{"http_500", Delivery::whole, {500}},
        Wire{"http_503", Delivery::whole, {503}}, Wire{"stall", Delivery::stall, {200}},
        Wire{"reset", Delivery::reset, {200}}, Wire{"html", Delivery::whole, {200, 502}},
        Wire{"half_json", Delivery::whole, {200}}}) {
    SCOPED_TRACE(wire.fault);
    SimulateOptions options;
    options.stall_ms = 1234;
    ASSERT_TRUE(set_simulate_option(options, wire.fault, "1"));
    Lab lab(parse_task(number_yaml()), number_rows(40), options);
    std::set<int> statuses;
    for (std::size_t row = 0; row < 40; ++row) {
      const auto reading = lab.ask({row});
      EXPECT_EQ(reading.raw.delivery, wire.delivery);
      EXPECT_EQ(reading.raw.stall, wire.fault == "stall" ? Time(milliseconds(1234)) : Time(0));
      statuses.insert(reading.raw.status);
      if (wire.delivery == Delivery::whole) {
        EXPECT_FALSE(reading.is_completion());
      }
    }
    EXPECT_EQ(statuses, wire.statuses);
    EXPECT_EQ(lab.count("faults." + wire.fault), 40);
    const bool answered = wire.delivery != Delivery::whole || wire.fault == "half_json";
    EXPECT_EQ(lab.count("asked"), answered ? 40 : 0);
    EXPECT_EQ(lab.count("tokens.output") > 0, answered);
  }
}

TEST(SimulatedModel, ADrawn429SaysWhenToComeAgain) {
  SimulateOptions options;
  options.http_429 = 1;
  Lab lab(parse_task(number_yaml()), number_rows(3), options);
  const auto reading = lab.ask({0});
  EXPECT_EQ(reading.fault().remedy, Remedy::wait);
  EXPECT_EQ(*reading.fault().retry_after, Millis(200));
  EXPECT_EQ(header(reading.raw, "Retry-After"), "1");
}

TEST(SimulatedModel, ARetryOfTheSameBytesMeetsItsOwnLuck) {
  Lab lab(parse_task(number_yaml()), number_rows(3), all_faults(0, 0.1));
  std::set<int> statuses;
  for (int i = 0; i < 60; ++i) statuses.insert(lab.ask({0}).raw.status);
  EXPECT_TRUE(statuses.contains(200));
  EXPECT_TRUE(statuses.contains(500));
}

TEST(SimulatedModel, UsageCountsAQuarterOfTheBytes) {
  Lab lab(parse_task(number_yaml()), number_rows(3));
  const auto request = lab.request({0, 1});
  const auto messages = *json::parse(request.body)->find("messages")->array();
  std::size_t bytes = 0;
  for (const auto& message : messages) bytes += message.find("content")->string()->size();
  const auto reading = lab.ask({0, 1});
  const auto usage = *reading.completion().usage;
  EXPECT_EQ(usage.input_tokens, static_cast<std::int64_t>((bytes + 3) / 4));
  EXPECT_EQ(usage.output_tokens, static_cast<std::int64_t>((reading.text.size() + 3) / 4));
  EXPECT_EQ(usage.cached_input_tokens, 0);
  EXPECT_EQ(lab.count("tokens.input"), usage.input_tokens);
  EXPECT_EQ(lab.count("tokens.output"), usage.output_tokens);
}

TEST(SimulatedModel, APrefixThatWasSentBeforeIsCachedInStepsOf128Tokens) {
  auto task = parse_task(number_yaml());
  task.instruction = std::string(std::size_t{1200} * 4, 'x');
  Lab lab(std::move(task), number_rows(9));
  EXPECT_EQ(lab.ask({0, 1}).completion().usage->cached_input_tokens, 0);
  EXPECT_EQ(lab.ask({2, 3}).completion().usage->cached_input_tokens, 1280);
  auto shorter = parse_task(number_yaml());
  shorter.instruction = std::string(std::size_t{800} * 4, 'x');
  Lab little(std::move(shorter), number_rows(9));
  little.ask({0, 1});
  EXPECT_EQ(little.ask({2, 3}).completion().usage->cached_input_tokens, 0);
}

TEST(SimulatedModel, AReplyNeverExceedsItsCapAndSaysThatItWasCut) {
  for (const auto api : {Api::chat, Api::completions}) {
    auto task = parse_task(number_yaml());
    task.model.api = api;
    Lab lab(std::move(task), number_rows(9));
    for (std::int64_t cap = 1; cap < 120; cap += 7) {
      const auto reading = lab.ask({0, 1, 2}, cap);
      const auto& usage = *reading.completion().usage;
      EXPECT_LE(usage.output_tokens, cap);
      const bool cut = reading.completion().finish == FinishReason::length;
      EXPECT_EQ(cut, usage.output_tokens == cap);
    }
  }
}

TEST(SimulatedModel, ACutNeverSplitsACharacter) {
  Lab lab(parse_task("name: t\ninstruction: i\nsample: {Q: \"{{q}}\"}\nanswer: {type: text}\n"
                     "gold: gold\nid: id\nmodel: {name: simulated}\n"),
          {R"({"id":"1","q":"?","gold":"ääääääääääääääääääää"})"});
  for (std::int64_t cap = 1; cap < 10; ++cap) {
    const auto reading = lab.ask({0}, cap);
    ASSERT_TRUE(reading.is_completion()) << reading.raw.body;
    EXPECT_EQ(reading.completion().finish, FinishReason::length);
  }
}

TEST(SimulatedModel, AStopSequenceEndsTheReply) {
  auto task = parse_task(number_yaml());
  task.model.parameters.emplace_back("stop", json::Array{"A[2]", "A[3]"});
  Lab lab(std::move(task), number_rows(9));
  const auto reading = lab.ask({0, 1, 2});
  EXPECT_EQ(reading.completion().finish, FinishReason::stop);
  EXPECT_TRUE(reading.values[0]);
  EXPECT_FALSE(reading.values[1]);
  EXPECT_EQ(reading.text.find("A[2]"), std::string::npos);
}

TEST(SimulatedModel, WhatDoesNotFitTheContextIsRefusedAsOpenAiDoes) {
  SimulateOptions options;
  options.context_tokens = 500;
  options.max_output_tokens = 300;
  Lab lab(parse_task(number_yaml()), number_rows(9), options);
  EXPECT_EQ(lab.ask({0}, 100).raw.status, 200);
  const auto far = lab.ask({0, 1, 2}, 299);
  EXPECT_EQ(far.raw.status, 200);
  auto long_task = parse_task(number_yaml());
  long_task.instruction = std::string(1000, 'x');
  Lab long_lab(std::move(long_task), number_rows(9), options);
  EXPECT_EQ(long_lab.ask({0}, 10).raw.status, 200);
  const auto refused = long_lab.ask({0}, 299);
  EXPECT_EQ(refused.raw.status, 400);
  EXPECT_EQ(error_of(refused.raw, "code"), "context_length_exceeded");
  EXPECT_EQ(error_of(refused.raw, "type"), "invalid_request_error");
  EXPECT_EQ(refused.fault().remedy, Remedy::smaller_batch);
  const auto greedy = lab.ask({0}, 301);
  EXPECT_EQ(greedy.raw.status, 400);
  EXPECT_EQ(error_of(greedy.raw, "param"), "max_tokens");
  EXPECT_EQ(greedy.fault().remedy, Remedy::smaller_batch);
  EXPECT_EQ(long_lab.count("asked"), 1);
}

TEST(SimulatedModel, AWrongKeyIsRefusedAndNeverShown) {
  SimulateOptions options;
  options.key = "right-key";
  Lab lab(parse_task(number_yaml()), number_rows(3), options);
  auto request = lab.request({0});
  EXPECT_EQ(lab.model->answer(request, Time(0)).status, 401);
  request.headers.push_back({"Authorization", "Bearer wrong-key"});
  const auto refused = lab.model->answer(request, Time(0));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(error_of(refused, "code"), "invalid_api_key");
  EXPECT_EQ(refused.body.find("wrong-key"), std::string::npos);
  EXPECT_EQ(refused.body.find("right-key"), std::string::npos);
  request.headers.back() = {"authorization", "Bearer right-key"};
  EXPECT_EQ(lab.model->answer(request, Time(0)).status, 200);
  EXPECT_EQ(lab.count("by_status.401"), 2);
}

TEST(SimulatedModel, LimitsAreEnforcedWith429AndToldInHeaders) {
  SimulateOptions options;
  options.requests_per_minute = 2;
  options.tokens_per_minute = 100'000;
  Lab lab(parse_task(number_yaml()), number_rows(9), options);
  const auto first = lab.ask({0});
  EXPECT_EQ(*first.exchange.hint.limit_requests, 2);
  EXPECT_EQ(*first.exchange.hint.remaining_requests, 1);
  EXPECT_LT(*first.exchange.hint.remaining_tokens, 100'000);
  lab.ask({1});
  lab.now = seconds(10);
  const auto refused = lab.ask({2});
  EXPECT_EQ(refused.raw.status, 429);
  EXPECT_EQ(refused.fault().remedy, Remedy::wait);
  EXPECT_EQ(*refused.fault().retry_after,
            std::chrono::ceil<Millis>(AccountLimits::window - seconds(10)));
  EXPECT_EQ(header(refused.raw, "Retry-After"), "50");
  lab.now += *refused.fault().retry_after;
  EXPECT_EQ(lab.ask({2}).raw.status, 200);
  EXPECT_EQ(lab.count("by_status.429"), 1);
  EXPECT_EQ(lab.count("asked"), 3);
}

TEST(SimulatedModel, TokensAreReservedAtTheCapAndSettledWhenTheReplyEnds) {
  SimulateOptions options;
  options.tokens_per_minute = 2000;
  options.first_token_ms = 1000;
  Lab lab(parse_task(number_yaml()), number_rows(9), options);
  EXPECT_EQ(lab.ask({0}, 1500).raw.status, 200);
  lab.now = milliseconds(500);
  EXPECT_EQ(lab.ask({1}, 1000).raw.status, 429);
  lab.now = milliseconds(1000);
  EXPECT_EQ(lab.ask({1}, 1000).raw.status, 200);
}

TEST(SimulatedModel, RequestsInFlightAreCountedAndBounded) {
  SimulateOptions options;
  options.first_token_ms = 1000;
  options.concurrency = 3;
  Lab lab(parse_task(number_yaml()), number_rows(9), options);
  for (std::size_t row = 0; row < 3; ++row) EXPECT_EQ(lab.ask({row}).raw.status, 200);
  EXPECT_EQ(lab.count("concurrency.now"), 3);
  EXPECT_EQ(lab.ask({3}).raw.status, 429);
  lab.now = seconds(1);
  EXPECT_EQ(lab.count("concurrency.now"), 0);
  EXPECT_EQ(lab.ask({3}).raw.status, 200);
  EXPECT_EQ(lab.count("concurrency.peak"), 3);
}

TEST(SimulatedModel, ReplyTakesTheFirstTokensTimeAndTheWriting) {
  SimulateOptions options;
  options.first_token_ms = 200;
  options.tokens_per_second = 100;
  Lab lab(parse_task(number_yaml()), number_rows(9), options);
  const auto reading = lab.ask({0, 1});
  const auto tokens = reading.completion().usage->output_tokens;
  EXPECT_EQ(reading.raw.delay, milliseconds(200 + 10 * tokens));
}

TEST(SimulatedModel, SaysThatItIsSimulatedWhereverAUserLooks) {
  Lab lab(parse_task(number_yaml()), number_rows(3));
  const auto reply = lab.ask({0}).raw;
  const auto body = *json::parse(reply.body);
  EXPECT_EQ(*body.find("model")->string(), "simulated");
  EXPECT_EQ(*body.find("system_fingerprint")->string(), "simulated");
  EXPECT_EQ(header(reply, "Server"), "sheaf-simulate");
  EXPECT_TRUE(*lab.stats().find("simulated")->boolean());
  const auto models = *json::parse(lab.model->answer(get("/v1/models"), Time(0)).body);
  EXPECT_EQ(*models.find_path("data.0.id")->string(), "simulated");
  auto request = lab.request({0});
  request.body = "{";
  EXPECT_TRUE(error_of(lab.model->answer(request, Time(0)), "message").starts_with("simulated"));
}

TEST(SimulatedModel, WhatIsNoRequestIsRefusedInOpenAisShape) {
  Lab lab(parse_task(number_yaml()), number_rows(3));
  const auto post = [&](const std::string& body) {
    return lab.model->answer({"POST", "/v1/chat/completions", {}, body}, Time(0));
  };
  const std::string user = R"({"role":"user","content":"Q: What is 0 and 0?"})";
  EXPECT_EQ(post(R"({"model":"x","messages":[)" + user + "]}").status, 200);
  for (const std::string& body : std::vector<std::string>{
           "", "[]", R"({"model":"x"})", R"({"messages":[)" + user + "]}",
           R"({"model":"x","messages":[]})",
           R"({"model":"x","messages":[{"role":"user","content":7}]})",
           R"({"model":"x","messages":[)" + user + R"(,{"role":"assistant","content":"A:"}]})",
           R"({"model":"x","stream":1,"messages":[)" + user + "]}",
           R"({"model":"x","stream_options":{"include_usage":true},"messages":[)" + user + "]}",
           R"({"model":"x","n":2,"messages":[)" + user + "]}",
           R"({"model":"x","max_tokens":0,"messages":[)" + user + "]}",
           R"({"model":"x","stop":7,"messages":[)" + user + "]}"}) {
    const auto reply = post(body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(error_of(reply, "type"), "invalid_request_error");
  }
  EXPECT_EQ(lab.model->answer(get("/v2/models"), Time(0)).status, 404);
  EXPECT_EQ(lab.model->answer(get("/v1/chat/completions"), Time(0)).status, 405);
  EXPECT_EQ(lab.model->answer({"POST", "/stats", {}, {}}, Time(0)).status, 405);
  EXPECT_EQ(lab.model->answer({"DELETE", "/v1/models", {}, {}}, Time(0)).status, 405);
}

TEST(SimulatedModel, StatsTellForEverySampleHowOftenAndWhatWasMeant) {
  SimulateOptions options;
  options.nonce = true;
  Lab lab(parse_task(number_yaml()), number_rows(9), options);
  lab.ask({3, 4});
  const auto reading = lab.ask({4});
  EXPECT_EQ(lab.count("samples.n3.asked"), 1);
  EXPECT_EQ(lab.meant("n4"), (json::Array{8, 8}));
  const auto stats = lab.stats();
  EXPECT_EQ(stats.find("samples")->object()->size(), 2u);
  const auto& nonce = *stats.find_path("samples.n4.nonce")->string();
  EXPECT_NE(reading.text.find(nonce), std::string::npos);
  EXPECT_EQ(*json::parse(lab.model->answer(get("/stats"), Time(0)).body), stats);
}

TEST(SimulatedModel, WithoutSampleStatsNothingIsKeptOfAnswers) {
  SimulateOptions options;
  options.sample_stats = false;
  Lab lab(parse_task(number_yaml()), number_rows(9), options);
  lab.ask({3, 4});
  EXPECT_EQ(lab.stats().find("samples"), nullptr);
  EXPECT_EQ(lab.count("asked"), 2);
}

TEST(SimulatedModel, RefusesOptionsThatCannotBe) {
  const auto create = [](const SimulateOptions& options) {
    const auto task = parse_task(number_yaml());
    MemoryRows rows(number_rows(3));
    return Model::create(task, rows, options);
  };
  SimulateOptions voiced;
  voiced.voice = "said.text";
  const auto refused = create(voiced);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("'said.text'"), std::string::npos);
  EXPECT_FALSE(create(all_faults(0.1, 0)));
  EXPECT_TRUE(create(all_faults(0.09, 0.1)));
}

}  // namespace
}  // namespace sheaf::simulate
