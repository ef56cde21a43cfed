// long-file: one purchase, and everything that can come between it and its end.
// Vectors bought in virtual time: the real scheduler, provider and budget, the simulated model.
#include "run/embedder.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answer/extract.hpp"
#include "core/json.hpp"
#include "simulate/embeddings.hpp"
#include "simulate/model.hpp"
#include "support/lossy_checkpoint.hpp"
#include "support/virtual_dispatch.hpp"

namespace sheaf::run {
namespace {

using sheaf::testing::VirtualDispatch;
using sheaf::testing::VirtualReply;
using ::testing::AllOf;
using ::testing::HasSubstr;

task::Task make_task(const std::string& embeddings) {
  auto task = task::parse(
      "name: n\ninstruction: i\nsample: {Q: \"{{q}}\"}\nmodel: {name: simulated}\n"
      "answer: {type: text}\nlimits: {concurrency: 4}\n"
      "price: {input_per_million: 1, output_per_million: 1}\n"
      "embeddings: {model: simulated, input_per_million: 2" +
          embeddings + "}\n",
      "task.yaml", {answer::check_pattern});
  if (!task) throw std::runtime_error(task.error().message);
  return *std::move(task);
}

/// One purchase: what it takes and what came of it.
struct Purchase {
  std::map<std::string, std::string> simulated;
  std::string embeddings;  ///< Further keys of the section.
  RunOptions options;
  Time latency = std::chrono::milliseconds(100);
  /// Stands before the model: what it gives is the reply.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> intercept;
  /// Called as each request leaves, with how many have.
  std::function<void(std::size_t)> on_sent;

  Expected<TextVectors> vectors = TextVectors{};
  RunSummary summary;
  std::vector<sheaf::testing::SentRequest> sent;
  json::Value stats;
  Time took{0};

  std::int64_t stat(std::string_view path) const {
    return stats.find_path(path)->integer().value_or(-1);
  }
};

std::unique_ptr<simulate::Model> make_model(const task::Task& task, const Purchase& purchase) {
  SimulateOptions options;
  for (const auto& [name, value] : purchase.simulated) {
    EXPECT_TRUE(set_simulate_option(options, name, value)) << name;
  }
  auto model = simulate::Model::create_without_rows(task, options);
  if (!model) throw std::runtime_error(model.error().message);
  return *std::move(model);
}

VirtualReply reply_of(simulate::SimulatedReply reply, Time latency) {
  if (reply.delivery != simulate::Delivery::whole) {
    return {TransportFault{TransportFaultKind::reset, "reset", true}, latency};
  }
  return {HttpResponse{reply.status, std::move(reply.headers), std::move(reply.body)}, latency};
}

void buy(Purchase& purchase, const std::vector<std::string>& texts, store::Checkpoint& store) {
  const auto task = make_task(purchase.embeddings);
  const auto model = make_model(task, purchase);
  const provider::Embeddings provider(task.embeddings->model);
  dispatch::SchedulerOptions schedule;
  const auto& limits = task.embeddings->endpoint.limits;
  schedule.endpoints = {{limits.requests_per_minute, limits.tokens_per_minute}};
  schedule.concurrency = task.concurrency;
  schedule.max_retries = purchase.options.max_retries;
  VirtualDispatch network(
      schedule, [&](const TransferResult& transfer) { return provider.read(transfer, 0); },
      [&](const HttpRequest& request, Time now) {
        if (purchase.intercept) {
          if (auto reply = purchase.intercept(request)) {
            return VirtualReply{*reply, purchase.latency};
          }
        }
        auto addressed = request;
        addressed.url = "/v1" + request.url;
        return reply_of(model->answer(addressed, now), purchase.latency);
      });
  network.on_sent = [&](const auto& sent) {
    if (purchase.on_sent) purchase.on_sent(sent.size());
  };
  Budget::Bounds bounds;
  if (purchase.options.max_cost_usd) {
    bounds.cost = Money{static_cast<std::int64_t>(*purchase.options.max_cost_usd * 1e12)};
  }
  bounds.requests = purchase.options.max_requests;
  const auto spent_before = store.spending()->cost;
  Budget budget(bounds, *store.spending());
  Tally tally;
  {
    Embedder embedder({task,
                       provider,
                       store,
                       network,
                       budget,
                       tally,
                       [&] { return 1'000'000 + network.now().count() / 1000; },
                       {}},
                      purchase.options);
    purchase.vectors = embedder.vectors(texts);
  }
  tally.fill(purchase.summary, task.price);
  EXPECT_EQ(budget.spent(), store.spending()->cost) << "the budget is the checkpoint's account";
  const auto spent = static_cast<double>((store.spending()->cost - spent_before).picos) / 1e12;
  EXPECT_NEAR(purchase.summary.cost_usd.value_or(-1), spent, 1e-9) << "the bill is its difference";
  purchase.sent = network.sent();
  purchase.stats = *json::parse(model->stats_json(network.now()));
  purchase.took = network.now();
}

std::vector<std::string> texts_of(int count) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back(fmt::format("the message number {}", i));
  return texts;
}

void expect_right(const Expected<TextVectors>& vectors, const std::vector<std::string>& texts) {
  ASSERT_TRUE(vectors) << vectors.error().message;
  ASSERT_EQ(vectors->dimensions, 256U);
  ASSERT_EQ(vectors->values.size(), 256 * texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto expected = simulate::vector_of(texts[i], 256);
    EXPECT_TRUE(std::ranges::equal(expected, std::span(vectors->values).subspan(256 * i, 256)))
        << "row " << i;
  }
}

std::int64_t stored_vectors(store::Checkpoint& store) {
  std::int64_t count = 0;
  EXPECT_TRUE(store.for_each_vector([&](const auto&) { ++count; }));
  return count;
}

TEST(Embedder, GivesEveryTextItsVectorAndAsksForEqualTextsOnce) {
  const auto store = store::make_memory();
  auto texts = texts_of(300);
  texts.insert(texts.end(), {texts[5], texts[299], texts[5]});
  Purchase purchase;
  buy(purchase, texts, *store);
  expect_right(purchase.vectors, texts);
  EXPECT_EQ(purchase.sent.size(), 3U) << "128 texts a request";
  EXPECT_EQ(purchase.stat("embeddings.texts"), 300);
}

TEST(Embedder, BillsWhatTheEndpointCounted) {
  const auto store = store::make_memory();
  Purchase purchase;
  buy(purchase, texts_of(300), *store);
  const auto& bill = purchase.summary.vectors;
  EXPECT_EQ(bill.requests, purchase.stat("embeddings.requests"));
  EXPECT_EQ(bill.tokens, purchase.stat("embeddings.tokens"));
  EXPECT_DOUBLE_EQ(bill.cost_usd.value_or(0), static_cast<double>(bill.tokens) * 2e-6);
  EXPECT_EQ(purchase.summary.requests, bill.requests) << "the bill's own figures include it";
  EXPECT_EQ(purchase.summary.usage.input_tokens, bill.tokens);
  EXPECT_DOUBLE_EQ(purchase.summary.cost_usd.value_or(0), bill.cost_usd.value_or(-1));
  const auto spent = store->spending();
  EXPECT_EQ(spent->vectors.tokens, bill.tokens);
  EXPECT_EQ(spent->completions, 0);
}

TEST(Embedder, TakesFromTheCheckpointWhatWasBought) {
  const auto store = store::make_memory();
  Purchase first;
  buy(first, texts_of(200), *store);
  Purchase second;
  auto texts = texts_of(210);
  std::ranges::reverse(texts);
  buy(second, texts, *store);
  expect_right(second.vectors, texts);
  EXPECT_EQ(second.stat("embeddings.texts"), 10);
  Purchase third;
  buy(third, texts, *store);
  expect_right(third.vectors, texts);
  EXPECT_EQ(third.sent.size(), 0U);
  Purchase shorter;
  shorter.embeddings = ", dimensions: 16";
  buy(shorter, texts, *store);
  EXPECT_EQ(shorter.stat("embeddings.texts"), 210) << "other vectors than those that are there";
  EXPECT_EQ(shorter.vectors->dimensions, 16U);
}

TEST(Embedder, RepeatsWhatFaultsTookAndStillBillsToTheCent) {
  for (const auto* fault : {"http_429", "http_500", "reset", "half_json", "html"}) {
    const auto store = store::make_memory();
    const auto texts = texts_of(128 * 20);
    Purchase purchase;
    purchase.simulated = {{fault, "0.4"}};
    purchase.options.max_retries = 30;
    buy(purchase, texts, *store);
    expect_right(purchase.vectors, texts);
    EXPECT_GT(purchase.stat(std::string("faults.") + fault), 0) << fault;
    EXPECT_EQ(purchase.summary.vectors.requests, purchase.stat("embeddings.requests")) << fault;
    EXPECT_EQ(stored_vectors(*store), 128 * 20) << fault;
  }
}

TEST(Embedder, HoldsTheBudgetAndGoesOnWithAHigherOne) {
  const auto store = store::make_memory();
  const auto texts = texts_of(128 * 10);
  Purchase poor;
  poor.options.max_requests = 4;
  buy(poor, texts, *store);
  ASSERT_FALSE(poor.vectors);
  EXPECT_EQ(poor.vectors.error().code, ErrorCode::budget);
  EXPECT_EQ(poor.sent.size(), 4U);
  EXPECT_EQ(stored_vectors(*store), 4 * 128) << "what was bought is kept";
  Purchase thrifty;
  thrifty.options.max_cost_usd = 0.04;
  buy(thrifty, texts, *store);
  EXPECT_LE(store->spending()->cost, Money{40'000'000'000});
  Purchase rich;
  buy(rich, texts, *store);
  expect_right(rich.vectors, texts);
  EXPECT_EQ(store->spending()->vectors.requests, 10);
  EXPECT_EQ(stored_vectors(*store), 1280);
}

TEST(Embedder, ARetryThatCannotBePaidYetWaitsForWhatOthersGiveBack) {
  const auto store = store::make_memory();
  std::vector<std::string> texts;
  for (int i = 1000; i < 1256; ++i) texts.push_back(fmt::format("the message number {}", i));
  const auto worst = tokens::worst_case_input(128 * std::ssize(texts.front()), 128);
  Purchase purchase;
  purchase.options.max_cost_usd = 2.5 * 2e-6 * static_cast<double>(worst);
  std::size_t sent = 0;
  purchase.on_sent = [&](std::size_t times) {
    sent = times;
    purchase.latency = std::chrono::milliseconds(times == 2 ? 300 : 100);
  };
  purchase.intercept = [&](const HttpRequest&) -> std::optional<HttpResponse> {
    if (sent != 1) return std::nullopt;
    return HttpResponse{200, {}, "{"};  // Lost, and perhaps billed.
  };
  buy(purchase, texts, *store);
  expect_right(purchase.vectors, texts);
  EXPECT_EQ(purchase.sent.size(), 3U);
}

TEST(Embedder, StoppedByASignalKeepsWhatCameAndBuysNothingTwice) {
  const auto store = store::make_memory();
  const auto texts = texts_of(128 * 10);
  StopSignal stop;
  Purchase stopped;
  stopped.options.stop = &stop;
  stopped.on_sent = [&](std::size_t sent) {
    if (sent == 5) stop.request(StopSignal::Kind::interrupted);
  };
  buy(stopped, texts, *store);
  ASSERT_FALSE(stopped.vectors);
  EXPECT_EQ(stopped.vectors.error().code, ErrorCode::interrupted);
  EXPECT_LT(stopped.sent.size(), 10U);
  EXPECT_EQ(stored_vectors(*store), std::ssize(stopped.sent) * 128);
  EXPECT_EQ(store->spending()->vectors.requests, std::ssize(stopped.sent));
  Purchase resumed;
  buy(resumed, texts, *store);
  expect_right(resumed.vectors, texts);
  EXPECT_EQ(stopped.sent.size() + resumed.sent.size(), 10U);
}

TEST(Embedder, StoppedAtOnceLeavesWhatIsInFlightAtItsWorstCase) {
  const auto store = store::make_memory();
  StopSignal stop;
  Purchase stopped;
  stopped.options.stop = &stop;
  stopped.on_sent = [&](std::size_t sent) {
    if (sent != 2) return;
    stop.request(StopSignal::Kind::interrupted);
    stop.request(StopSignal::Kind::interrupted);
  };
  buy(stopped, texts_of(128 * 10), *store);
  ASSERT_FALSE(stopped.vectors);
  EXPECT_EQ(stopped.vectors.error().code, ErrorCode::interrupted);
  EXPECT_NEAR(stopped.summary.cost_usd.value_or(0),
              static_cast<double>(store->spending()->cost.picos) / 1e12, 1e-12);
  EXPECT_GT(store->spending()->cost, Money{});
}

TEST(Embedder, StoppedAtOnceKeepsWhatHasComeMeanwhile) {
  const auto store = store::make_memory();
  StopSignal stop;
  Purchase stopped;
  stopped.options.stop = &stop;
  stopped.latency = std::chrono::milliseconds(50) + 2 * Time{1};  // Behind one wait's end.
  stopped.on_sent = [&](std::size_t) {
    stop.request(StopSignal::Kind::interrupted);
    stop.request(StopSignal::Kind::interrupted);
  };
  buy(stopped, texts_of(128), *store);
  EXPECT_FALSE(stopped.vectors);
  EXPECT_EQ(stored_vectors(*store), 128);
}

TEST(Embedder, BuysNoVectorTwiceWhereverThePowerFails) {
  const auto texts = texts_of(128 * 6);
  for (std::size_t commits = 0; commits < 12; ++commits) {
    sheaf::testing::LossyCheckpoint store;
    store.fail_after(commits);
    Purchase cut;
    buy(cut, texts, store);
    sheaf::testing::LossyCheckpoint after(store);
    const auto kept = stored_vectors(after);
    Purchase resumed;
    buy(resumed, texts, after);
    expect_right(resumed.vectors, texts);
    EXPECT_EQ(resumed.stat("embeddings.texts"), 128 * 6 - kept) << commits;
  }
}

TEST(Embedder, ARefusedKeyStopsBeforeAnythingElse) {
  const auto store = store::make_memory();
  Purchase purchase;
  purchase.simulated = {{"key", "sesame"}};
  buy(purchase, texts_of(128 * 20), *store);
  ASSERT_FALSE(purchase.vectors);
  EXPECT_EQ(purchase.vectors.error().code, ErrorCode::stopped);
  EXPECT_THAT(purchase.vectors.error().message, HasSubstr("the key was refused"));
  EXPECT_LE(purchase.sent.size(), 4U) << "those in flight";
  EXPECT_EQ(store->spending()->cost, Money{});
}

std::size_t texts_in(const HttpRequest& request) {
  return json::parse(request.body)->find("input")->array()->size();
}

TEST(Embedder, AnEndpointThatRefusesEveryTextStopsTheRun) {
  const auto store = store::make_memory();
  Purchase purchase;
  purchase.intercept = [](const HttpRequest&) { return HttpResponse{400, {}, "unknown input"}; };
  buy(purchase, texts_of(8), *store);
  ASSERT_FALSE(purchase.vectors);
  EXPECT_THAT(purchase.vectors.error().message,
              AllOf(HasSubstr("gives no vectors"), HasSubstr("unknown input")));
}

TEST(Embedder, AServerThatTakesFewerTextsGetsFewer) {
  const auto store = store::make_memory();
  const auto texts = texts_of(128);
  Purchase purchase;
  purchase.intercept = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (texts_in(request) <= 32) return std::nullopt;
    return HttpResponse{413, {}, "too many"};
  };
  buy(purchase, texts, *store);
  expect_right(purchase.vectors, texts);
}

TEST(Embedder, AServerThatLeavesTextsOutIsAskedForHalfOfThem) {
  const auto store = store::make_memory();
  const auto texts = texts_of(128);
  Purchase purchase;
  purchase.intercept = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (texts_in(request) <= 64) return std::nullopt;
    return HttpResponse{
        200, {}, R"({"data":[{"index":0,"embedding":[1]}],"usage":{"prompt_tokens":9}})"};
  };
  buy(purchase, texts, *store);
  expect_right(purchase.vectors, texts);
  EXPECT_EQ(purchase.summary.vectors.tokens, 9 + purchase.stat("embeddings.tokens"));
}

TEST(Embedder, AServerThatGivesMoreVectorsThanTextsIsNotBelieved) {
  const auto store = store::make_memory();
  Purchase purchase;
  purchase.intercept = [](const HttpRequest&) {
    return HttpResponse{
        200, {}, R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}]})"};
  };
  buy(purchase, {"one"}, *store);
  ASSERT_FALSE(purchase.vectors);
  EXPECT_THAT(purchase.vectors.error().message, HasSubstr("2 vectors came for 1 texts"));
}

TEST(Embedder, SendsTheBeginningOfALongTextAndLessWhereTheServerTakesLess) {
  const auto store = store::make_memory();
  std::string longest = "x";
  while (longest.size() < 20'000) longest += "\xC3\xA4";
  std::set<std::size_t> sizes;
  Purchase purchase;
  purchase.intercept = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    const auto body = json::parse(request.body);
    const auto size = body->find_path("input.0")->string()->size();
    sizes.insert(size);
    if (size <= 3000) return std::nullopt;
    return HttpResponse{400, {}, R"({"error":{"code":"context_length_exceeded"}})"};
  };
  buy(purchase, {longest}, *store);
  ASSERT_TRUE(purchase.vectors) << purchase.vectors.error().message;
  EXPECT_EQ(sizes, (std::set<std::size_t>{1999, 3999, 7999})) << "whole characters";
  EXPECT_EQ(stored_vectors(*store), 1);
}

TEST(Embedder, GivesUpATextOfWhichTheServerTakesNoPart) {
  const auto store = store::make_memory();
  std::set<std::size_t> sizes;
  Purchase purchase;
  purchase.intercept = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    const auto body = json::parse(request.body);
    const auto& texts = *body->find("input")->array();
    if (*texts.front().string() == "short") return std::nullopt;
    if (texts.size() == 1) sizes.insert(texts.front().string()->size());
    return HttpResponse{400, {}, R"({"error":{"code":"context_length_exceeded"}})"};
  };
  buy(purchase, {std::string(9000, 'y'), "short"}, *store);
  ASSERT_TRUE(purchase.vectors) << purchase.vectors.error().message;
  EXPECT_EQ(sizes, (std::set<std::size_t>{250, 500, 1000, 2000, 4000, 8000}));
  EXPECT_EQ(stored_vectors(*store), 1);
}

TEST(Embedder, FillsRequestsByTheBytesThatAreSent) {
  const auto store = store::make_memory();
  auto texts = texts_of(100);
  for (auto& text : texts) text.append(20'000, 'y');
  std::int64_t most = 0;
  Purchase purchase;
  purchase.intercept = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    const auto body = json::parse(request.body);
    std::int64_t bytes = 0;
    for (const auto& text : *body->find("input")->array()) bytes += std::ssize(*text.string());
    most = std::max(most, bytes);
    return std::nullopt;
  };
  buy(purchase, texts, *store);
  ASSERT_TRUE(purchase.vectors) << purchase.vectors.error().message;
  EXPECT_EQ(most, 31 * most_text_bytes) << "one more would be over " << most_request_bytes;
  EXPECT_EQ(purchase.sent.size(), 4U);
}

TEST(Embedder, ATextThatAloneIsRefusedHasAZeroVectorAndABlankOneIsNotAsked) {
  const auto store = store::make_memory();
  auto texts = texts_of(4);
  texts[1] = "forbidden";
  texts[2] = " \n";
  Purchase purchase;
  purchase.intercept = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.body.find("forbidden") == std::string::npos) return std::nullopt;
    return HttpResponse{400, {}, R"({"error":{"code":"content_filter"}})"};
  };
  buy(purchase, texts, *store);
  ASSERT_TRUE(purchase.vectors) << purchase.vectors.error().message;
  const auto length = [&](std::size_t row) {
    float sum = 0;
    for (std::size_t i = 0; i < 256; ++i) sum += std::abs(purchase.vectors->values[256 * row + i]);
    return sum;
  };
  EXPECT_GT(length(0), 0);
  EXPECT_EQ(length(1), 0);
  EXPECT_EQ(length(2), 0);
  EXPECT_GT(length(3), 0);
  EXPECT_EQ(stored_vectors(*store), 2);
}

TEST(Embedder, VectorsOfAnotherLengthThanTheStoredOnesStopTheRun) {
  const auto store = store::make_memory();
  Purchase first;
  buy(first, texts_of(2), *store);
  Purchase other;
  other.intercept = [](const HttpRequest&) {
    return HttpResponse{
        200, {}, R"({"data":[{"index":0,"embedding":[1]}],"usage":{"prompt_tokens":9}})"};
  };
  buy(other, texts_of(3), *store);
  ASSERT_FALSE(other.vectors);
  EXPECT_THAT(other.vectors.error().message, HasSubstr("another one"));
}

TEST(Embedder, NeverMixesVectorsOfTwoLengthsThatAreStored) {
  const auto store = store::make_memory();
  Purchase first;
  buy(first, {"one"}, *store);
  const auto tiny = [](const HttpRequest&) {
    return HttpResponse{
        200, {}, R"({"data":[{"index":0,"embedding":[1]}],"usage":{"prompt_tokens":9}})"};
  };
  Purchase other;
  other.intercept = tiny;
  buy(other, {"two"}, *store);
  ASSERT_TRUE(other.vectors) << "none that it wants is stored";
  Purchase both;
  buy(both, {"one", "two"}, *store);
  expect_right(both.vectors, {"one", "two"});
  EXPECT_EQ(both.stat("embeddings.texts"), 1);
}

TEST(Embedder, AServiceThatIsDownStopsTheRun) {
  const auto store = store::make_memory();
  Purchase purchase;
  purchase.simulated = {{"http_503", "1"}};
  purchase.options.max_retries = 2;
  buy(purchase, texts_of(200), *store);
  ASSERT_FALSE(purchase.vectors);
  EXPECT_THAT(purchase.vectors.error().message, HasSubstr("seems to be down"));
}

TEST(Embedder, AServiceThatIsDownFromNowOnStopsTheRunWhateverSucceededBefore) {
  const auto store = store::make_memory();
  Purchase purchase;
  purchase.options.max_retries = 2;
  std::size_t sent = 0;
  purchase.on_sent = [&](std::size_t times) { sent = times; };
  purchase.intercept = [&](const HttpRequest&) -> std::optional<HttpResponse> {
    if (sent <= 8) return std::nullopt;
    return HttpResponse{503, {}, "down"};
  };
  buy(purchase, texts_of(128 * 40), *store);
  ASSERT_FALSE(purchase.vectors);
  EXPECT_THAT(purchase.vectors.error().message, HasSubstr("seems to be down"));
}

TEST(Embedder, KeepsItsOwnLimitsInEveryMinute) {
  const auto store = store::make_memory();
  const auto texts = texts_of(128 * 10);
  Purchase purchase;
  purchase.embeddings = ", requests_per_minute: 3";
  purchase.simulated = {{"requests_per_minute", "3"}};
  buy(purchase, texts, *store);
  expect_right(purchase.vectors, texts);
  EXPECT_EQ(purchase.stat("by_status.200"), 10) << "and no 429";
  EXPECT_EQ(purchase.sent.size(), 10U);
  EXPECT_GT(purchase.took, std::chrono::minutes(3));
}

}  // namespace
}  // namespace sheaf::run
