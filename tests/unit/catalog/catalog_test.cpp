#include "catalog/catalog.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::catalog {
namespace {

const Model* known(std::string_view name) { return Catalog::built_in()->find(name); }

std::optional<std::int64_t> max_output_tokens(std::string_view name) {
  const auto* model = known(name);
  return model == nullptr ? std::nullopt : model->max_output_tokens;
}

std::string encoding_of(std::string_view name) {
  const auto* model = known(name);
  return model == nullptr ? "" : model->encoding;
}

Money usd_per_million(double usd) { return {static_cast<std::int64_t>(usd * 1e6 + 0.5)}; }

TEST(Catalog, KnowsModelsTheirSnapshotsAndRoutedNames) {
  EXPECT_EQ(max_output_tokens("gpt-4o-mini"), 16'384);
  EXPECT_EQ(max_output_tokens("gpt-4o-mini-2024-07-18"), 16'384);
  EXPECT_EQ(max_output_tokens("openai/gpt-4o-mini"), 16'384);
  EXPECT_EQ(max_output_tokens("openrouter/openai/gpt-4o-mini"), 16'384);
  EXPECT_EQ(max_output_tokens("azure/gpt-4o-mini"), 16'384);
  EXPECT_EQ(max_output_tokens("GPT-4o"), 16'384);
  EXPECT_EQ(max_output_tokens("gpt-4o-2024-05-13"), 4'096);
  EXPECT_EQ(max_output_tokens("gpt-4.1-nano-2025-04-14"), 32'768);
  EXPECT_EQ(max_output_tokens("gpt-5-mini-2025-08-07"), 128'000);
  EXPECT_EQ(max_output_tokens("o3"), 100'000);
  EXPECT_EQ(max_output_tokens("gpt-4-0613"), 8'192);
  EXPECT_EQ(max_output_tokens("gpt-4-turbo-2024-04-09"), 4'096);
  EXPECT_EQ(max_output_tokens("gpt-3.5-turbo-0125"), 4'096);
  EXPECT_EQ(max_output_tokens("anthropic/claude-sonnet-4-5-20250929"), 64'000);
  EXPECT_EQ(known("gemini/gemini-2.5-flash"), known("google/gemini-2.5-flash"));
  EXPECT_NE(known("gemini/gemini-2.5-flash"), nullptr);
}

// tiktoken 0.14, tiktoken/model.py.
TEST(Catalog, KnowsTheEncodingOfAModel) {
  for (const auto name : {"gpt-3.5-turbo", "gpt-4", "gpt-4-turbo-2024-04-09", "gpt-4-0613"}) {
    EXPECT_EQ(encoding_of(name), "cl100k_base") << name;
  }
  for (const auto name : {"gpt-4o", "openai/gpt-4o-mini-2024-07-18", "chatgpt-4o-latest",
                          "gpt-4.1-nano", "gpt-5-mini", "o1-mini", "o3", "o4-mini"}) {
    EXPECT_EQ(encoding_of(name), "o200k_base") << name;
  }
  EXPECT_EQ(encoding_of("llama3.1"), "");
  EXPECT_EQ(encoding_of("gpt-6-sol"), "");
  EXPECT_EQ(max_output_tokens("gpt-6-sol"), 128'000);
}

TEST(Catalog, GuessesNothing) {
  for (const auto name : {"", "-2024-05-13", "llama3.1", "gpt-4o-mini-audio", "gpt-4o-mini-2024-0x",
                          "mygpt-4o", "gpt-4-32k", "claude-opus", "/", "openai/"}) {
    EXPECT_EQ(known(name), nullptr) << name;
  }
}

// docs/providers, seen on 2026-11-21.
TEST(Catalog, PricesAModelByWayAndDayAndLength) {
  const auto& luna = *known("gpt-6-luna");
  const auto live = price_list(luna, Via::live, "2026-11-21");
  ASSERT_TRUE(live);
  EXPECT_EQ(live->base.input, usd_per_million(0.1));
  EXPECT_EQ(live->base.cached_input, usd_per_million(0.01));
  EXPECT_EQ(live->base.cache_write, usd_per_million(0.125));
  EXPECT_EQ(live->at(272'001).output, usd_per_million(0.75));
  EXPECT_EQ(price_list(luna, Via::live, "2026-11-21", "12h")->base.cache_write,
            usd_per_million(0.25));
  EXPECT_EQ(price_list(luna, Via::flex, "2026-11-21")->base.input, usd_per_million(0.05));

  const auto& argon = *known("google/gemini-4-argon");
  EXPECT_EQ(price_list(argon, Via::live, "2026-11-30")->base.input, usd_per_million(2));
  EXPECT_EQ(price_list(argon, Via::live, "2026-12-01")->base.input, usd_per_million(4));

  const auto& mini = *known("gpt-4o-mini");
  EXPECT_EQ(price_list(mini, Via::flex, "2026-11-21"), std::nullopt);
  EXPECT_EQ(price_list(mini, Via::bulk, "2026-11-21")->base.cached_input, usd_per_million(0.075))
      << "no price of its own: as input";
  EXPECT_EQ(price_list(*known("gpt-4-turbo"), Via::live, "2026-11-21"), std::nullopt);
}

TEST(Catalog, HasNoEntryThatCannotBe) {
  for (const auto& model : Catalog::built_in()->models()) {
    for (const auto& prices : model.prices) {
      ASSERT_FALSE(prices.live.empty()) << model.name;
      for (const auto* way : {&prices.live, &prices.flex, &prices.bulk}) {
        for (const auto& rates : *way) {
          EXPECT_LE(rates.cached_input.value_or(Money{0}), rates.input) << model.name;
          EXPECT_LE(rates.input, prices.live.back().input) << model.name;
          for (const auto& write : rates.cache_write) EXPECT_GE(write.price, rates.input);
          EXPECT_LE(rates.input, rates.output) << model.name;
        }
      }
    }
    if (model.cache && model.cache->kind != CacheKind::automatic) {
      EXPECT_FALSE(model.cache->lifetimes.empty()) << model.name;
      for (const auto& rates : rates(model, Via::live, "2026-11-21")) {
        ASSERT_EQ(rates.cache_write.size(), model.cache->lifetimes.size()) << model.name;
        for (std::size_t i = 0; i < rates.cache_write.size(); ++i) {
          EXPECT_EQ(rates.cache_write[i].lifetime, model.cache->lifetimes[i]) << model.name;
        }
      }
    }
    EXPECT_EQ(known(model.name), &model) << "another entry stands before it";
    for (const auto& alias : model.aliases) EXPECT_EQ(known(alias), &model) << alias;
    EXPECT_NE(model.entry.find("source"), nullptr) << model.name;
    EXPECT_NE(model.entry.find("seen"), nullptr) << model.name;
  }
}

Expected<std::shared_ptr<const Catalog>> with(std::string_view text) {
  return Catalog::with(*Catalog::built_in(), text, "mine.json");
}

TEST(CatalogOfTheUser, AddsModelsAndReplacesMembers) {
  const auto mine = with(R"([
    {"model": "local/llama", "context_tokens": 8192},
    {"model": "openai/gpt-4o-mini", "max_output_tokens": 99, "retires": null,
     "cache": {"minimum_tokens": 5}, "prices": [{"live": [{"input": 7, "output": 8}]}]}])");
  ASSERT_TRUE(mine) << mine.error().message;
  EXPECT_EQ((*mine)->find("local/llama")->context_tokens, 8192);
  const auto& mini = *(*mine)->find("gpt-4o-mini-2024-07-18");
  EXPECT_EQ(mini.max_output_tokens, 99);
  EXPECT_EQ(mini.context_tokens, 128'000);
  EXPECT_EQ(mini.retires, "");
  EXPECT_EQ(mini.cache->minimum_tokens, 5);
  EXPECT_EQ(mini.cache->step_tokens, 128);
  EXPECT_EQ(price_list(mini, Via::live, "2026-11-21")->base.output, usd_per_million(8));
  EXPECT_EQ(price_list(mini, Via::bulk, "2026-11-21"), std::nullopt);
  EXPECT_EQ(known("gpt-4o-mini")->max_output_tokens, 16'384) << "what is built in is not touched";
}

struct Refused {
  std::string_view text;
  std::string_view message;
};

class CatalogRefuses : public testing::TestWithParam<Refused> {};

TEST_P(CatalogRefuses, WhatItCannotRead) {
  const auto mine = with(GetParam().text);
  ASSERT_FALSE(mine);
  EXPECT_EQ(mine.error().code, ErrorCode::usage);
  EXPECT_EQ(mine.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Files, CatalogRefuses,
    testing::Values(
        Refused{"[\n {]",
                "mine.json:2:3: syntax error while parsing object key - unexpected ']'; "
                "expected string literal; a list of models in JSON is expected"},
        Refused{"{}", "mine.json:1:1: the file must be a list of models; write [{...}, ...]"},
        Refused{"[{}]",
                "mine.json:1:1: model '': 'model' must be a provider and a name; write it "
                "like openai/gpt-4o-mini"},
        Refused{R"([{"model": "gpt-9"}])",
                "mine.json:1:12: model 'gpt-9': 'model' must be a provider and a name; write it "
                "like openai/gpt-4o-mini"},
        Refused{"[\n{\"model\": \"a/b\", \"max_output_token\": 1}]",
                "mine.json:2:11: model 'a/b': 'max_output_token' is not known; did you mean "
                "'max_output_tokens'?"},
        Refused{R"([{"model": "a/b", "context_tokens": 0}])",
                "mine.json:1:12: model 'a/b': 'context_tokens' must be a whole number from 1; "
                "write one without quotes"},
        Refused{R"([{"model": "a/b", "prices": [{"live": [{"input": 1e-7, "output": 1}]}]}])",
                "mine.json:1:12: model 'a/b': 'prices.live.input' must be US dollars per million "
                "tokens in plain digits with at most 6 decimals; write it like 0.15"},
        Refused{R"([{"model": "a/b", "prices": [{"live": [{"input": 1}]}]}])",
                "mine.json:1:12: model 'a/b': 'prices.live.output' is missing; add it"},
        Refused{R"([{"model": "a/b", "prices": [{"from": "2026-1-1", "live": []}]}])",
                "mine.json:1:12: model 'a/b': 'prices.from' must be a day; write it like "
                "2026-12-01"},
        Refused{R"([{"model": "a/b", "retires": "2026-02-29"}])",
                "mine.json:1:12: model 'a/b': 'retires' must be a day; write it like 2026-12-01"},
        Refused{R"([{"model": "a/b", "encoding": "p50k_base"}])",
                "mine.json:1:12: model 'a/b': 'encoding' must be one of o200k_base, cl100k_base; "
                "write one of them"},
        Refused{R"([{"model": "a/b", "prices": [{"from": "2026-01-01"}, {}]}])",
                "mine.json:1:12: model 'a/b': 'prices' must rise by 'from'; sort its elements"},
        Refused{R"([{"model": "a/b", "prices": [{"live": [{"above_input_tokens": 9,
                 "input": 1, "output": 1}]}]}])",
                "mine.json:1:12: model 'a/b': 'prices.live' must begin without "
                "'above_input_tokens' and rise by it; sort its elements"},
        Refused{R"([{"model": "a/b", "cache": {"kind": "magic"}}])",
                "mine.json:1:12: model 'a/b': 'cache.kind' must be one of automatic, breakpoints, "
                "cache_control; write one of them"},
        Refused{R"([{"model": "a/b", "reasoning": {"off": 1}}])",
                "mine.json:1:12: model 'a/b': 'reasoning.off' must be true or false; write one of "
                "them without quotes"},
        Refused{R"([{"model": "a/b", "reasoning": {"chat": 1}}])",
                "mine.json:1:12: model 'a/b': 'reasoning.chat' must be an object; write {...}"},
        Refused{R"([{"model": "a/b", "aliases": "c"}])",
                "mine.json:1:12: model 'a/b': 'aliases' must be a list; write [...]"},
        Refused{R"([{"model": "a/b", "parameters": {"refused": [1]}}])",
                "mine.json:1:12: model 'a/b': 'parameters.refused' must hold texts; write each in "
                "quotes"},
        Refused{R"([{"model": "a/b"}, {"model": "a/b"}])",
                "mine.json:1:12: model 'a/b': 'model' names one that stands above; keep one of "
                "them"}));

}  // namespace
}  // namespace sheaf::catalog
