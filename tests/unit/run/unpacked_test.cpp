// One request per row, by every way that its model has.
#include "run/unpacked.hpp"

#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "catalog/model.hpp"

namespace sheaf::run {
namespace {

using catalog::BulkCache;
using catalog::CacheKind;
using catalog::Via;

catalog::Rates rates_of(std::int64_t picos) {
  catalog::Rates rates;
  rates.input = {picos};
  rates.cached_input = Money{picos / 10};
  rates.output = {4 * picos};
  return rates;
}

/// $1, $0.10 cached and $4 out per million tokens; bulk jobs at half.
catalog::Model some_model() {
  catalog::Model model;
  model.name = "openai/some";
  model.prices.emplace_back();
  model.prices[0].live.push_back(rates_of(1'000'000));
  model.prices[0].bulk.push_back(rates_of(500'000));
  auto& cache = model.cache.emplace();
  cache.minimum_tokens = 1024;
  cache.step_tokens = 128;
  cache.in_bulk = BulkCache::no;
  return model;
}

task::Task task_of(const catalog::Model& model) {
  task::Task task;
  task.known = std::make_shared<catalog::Model>(model);
  task.at_its_provider = true;
  task.price = price_list(model, Via::live, "");
  return task;
}

Baseline priced(const task::Task& task, std::int64_t prefix_tokens = 1500) {
  Baseline baseline;
  baseline.requests = 1000;
  baseline.input_tokens = 2'000'000;
  baseline.output_tokens = 10'000;
  price_unpacked(baseline, task, prefix_tokens);
  return baseline;
}

constexpr double plain = 2.04;
/// Of 1408 tokens, 899.1 times for a tenth.
constexpr double cached = plain - 1408 * 899.1 * 0.9e-6;

TEST(Unpacked, HasACachedPrefixWhereTheModelKeepsOne) {
  const auto baseline = priced(task_of(some_model()));
  EXPECT_NEAR(baseline.cost_usd.value(), plain, 1e-9);
  EXPECT_NEAR(baseline.cached_cost_usd.value(), cached, 1e-9);
  EXPECT_EQ(baseline.cheapest.value().via, "live") << "bulk jobs of this model have no cache";
  EXPECT_TRUE(baseline.cheapest->cached);
  EXPECT_NEAR(baseline.cheapest->cost_usd, cached, 1e-9);
}

TEST(Unpacked, HasNoCachedPrefixUnderTheMinimum) {
  const auto baseline = priced(task_of(some_model()), 1023);
  EXPECT_EQ(baseline.cached_cost_usd, std::nullopt);
  EXPECT_EQ(baseline.cheapest.value().via, "bulk");
  EXPECT_FALSE(baseline.cheapest->cached);
  EXPECT_NEAR(baseline.cheapest->cost_usd, plain / 2, 1e-9);
}

TEST(Unpacked, IsCheapestInBulkJobsThatReadTheCache) {
  auto model = some_model();
  model.cache->in_bulk = BulkCache::best_effort;
  const auto cheapest = priced(task_of(model)).cheapest.value();
  EXPECT_EQ(cheapest.via, "bulk");
  EXPECT_TRUE(cheapest.cached);
  EXPECT_NEAR(cheapest.cost_usd, plain / 2 - 1408 * 599.4 * 0.45e-6, 1e-9);
}

TEST(Unpacked, PaysOnceForAMarkedPrefixAndReadsItThen) {
  auto model = some_model();
  model.cache->kind = CacheKind::breakpoints;
  model.prices[0].live[0].cache_write = {{"5m", {1'250'000}}};
  auto task = task_of(model);
  EXPECT_EQ(priced(task).cached_cost_usd, std::nullopt) << "no request has a mark";
  task.model.cache.mark = CacheMark::breakpoint;
  EXPECT_NEAR(priced(task).cached_cost_usd.value(), plain - 1408 * (999 * 0.9e-6 - 0.25e-6), 1e-9);
}

TEST(Unpacked, IsPricedLiveWhereTheRunIsSentByFlex) {
  auto model = some_model();
  model.prices[0].flex.push_back(rates_of(400'000));
  auto task = task_of(model);
  task.price = price_list(model, Via::flex, "");
  task.model.service_tier = "flex";
  const auto baseline = priced(task, 0);
  EXPECT_NEAR(baseline.cost_usd.value(), plain, 1e-9);
  EXPECT_EQ(baseline.cheapest.value().via, "flex");
  EXPECT_NEAR(baseline.cheapest->cost_usd, 0.4 * plain, 1e-9);
}

TEST(Unpacked, TakesTheCatalogsWaysOnlyWhereTheyHold) {
  auto own = task_of(some_model());
  own.has_own_price = true;
  EXPECT_EQ(priced(own, 0).cheapest.value().via, "live");
  auto elsewhere = task_of(some_model());
  elsewhere.at_its_provider = false;
  EXPECT_EQ(priced(elsewhere).cheapest.value().via, "live");
  EXPECT_EQ(priced(elsewhere).cached_cost_usd, std::nullopt);
  EXPECT_EQ(priced(task::Task{}).cost_usd, std::nullopt) << "no price is known";
}

TEST(Unpacked, CostsWhatRequestsOfItsLengthCost) {
  auto task = task_of(some_model());
  task.price->tiers.push_back({1999, {{2'000'000}, {2'000'000}, {8'000'000}, {2'000'000}}});
  EXPECT_NEAR(priced(task).cost_usd.value(), 2 * plain, 1e-9);
  task.price->tiers[0].above_input_tokens = 2000;
  EXPECT_NEAR(priced(task).cost_usd.value(), plain, 1e-9);
}

}  // namespace
}  // namespace sheaf::run
