#include "run/prefix_caching.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace sheaf::run {
namespace {

using Brought = PrefixCaching::Brought;

task::Task task_at(const std::string& model, catalog::CacheKind kind) {
  auto known = std::make_shared<catalog::Model>();
  known->name = model;
  known->cache = catalog::Cache{.kind = kind, .minimum_tokens = 512, .lifetimes = {}};
  task::Task task;
  task.known = known;
  task.at_its_provider = true;
  task.limits.requests_per_minute = 40;
  if (kind == catalog::CacheKind::breakpoints) task.model.cache.mark = CacheMark::breakpoint;
  return task;
}

PrefixCaching anthropic() {
  auto task = task_at("anthropic/m", catalog::CacheKind::cache_control);
  task.model.api = Api::messages;
  task.model.cache.mark = CacheMark::cache_control;
  return PrefixCaching(task);
}

TEST(PrefixCaching, LetsOneRequestGoAlone) {
  auto caching = anthropic();
  ASSERT_TRUE(caching.needs_writer("prefix", 512));
  EXPECT_FALSE(caching.needs_writer("prefix", 511)) << "under the minimum nothing is kept";
  EXPECT_FALSE(caching.waits());
  caching.writes(7, "prefix");
  EXPECT_TRUE(caching.waits());
  caching.ended(6, Brought::reply);
  EXPECT_TRUE(caching.waits()) << "another request ended";
  caching.ended(7, Brought::reply);
  EXPECT_FALSE(caching.waits());
  EXPECT_FALSE(caching.needs_writer("prefix", 512));
  EXPECT_TRUE(caching.needs_writer("another", 512));
}

TEST(PrefixCaching, LetsTheNextOneGoAloneWhereNoReplyCame) {
  auto caching = anthropic();
  caching.writes(7, "prefix");
  caching.ended(7, Brought::nothing);
  EXPECT_FALSE(caching.waits());
  EXPECT_TRUE(caching.needs_writer("prefix", 512));
}

TEST(PrefixCaching, WaitsForNothingWhereNoCacheIsKnown) {
  auto task = task_at("anthropic/m", catalog::CacheKind::cache_control);
  task.at_its_provider = false;
  EXPECT_FALSE(PrefixCaching(task).needs_writer("prefix", 100'000));
  EXPECT_FALSE(PrefixCaching(task::Task()).needs_writer("prefix", 100'000));
}

TEST(PrefixCaching, WaitsForNothingWhereNoMarkCanBeSent) {
  auto task = task_at("anthropic/m", catalog::CacheKind::cache_control);
  EXPECT_FALSE(PrefixCaching(task).needs_writer("prefix", 100'000));
  task.model.cache.mark = CacheMark::cache_control;
  EXPECT_TRUE(PrefixCaching(task).needs_writer("prefix", 100'000));
}

TEST(PrefixCaching, GivesFifteenRequestsAMinuteAKeyOfAnAutomaticCache) {
  const PrefixCaching caching(task_at("openai/m", catalog::CacheKind::automatic));
  const auto first = caching.key("prefix", 0);
  EXPECT_EQ(caching.key("prefix", 14), first);
  EXPECT_NE(caching.key("prefix", 15), first);
  EXPECT_NE(caching.key("prefix", 30), caching.key("prefix", 15));
  EXPECT_EQ(caching.key("prefix", 45), first) << "40 a minute: three keys";
  EXPECT_NE(caching.key("another", 0), first);
  EXPECT_LE(first.size(), 64U) << "the longest that OpenAI takes";
}

TEST(PrefixCaching, GivesAPrefixOneKeyWhereMarksDecide) {
  const PrefixCaching caching(task_at("openai/m", catalog::CacheKind::breakpoints));
  EXPECT_NE(caching.key("prefix", 0), "");
  EXPECT_EQ(caching.key("prefix", 1'000), caching.key("prefix", 0));
  EXPECT_EQ(anthropic().key("prefix", 0), "") << "it has no such member";
}

}  // namespace
}  // namespace sheaf::run
