// With an encoding, all that the simulated model says of tokens is what that encoding gives.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "lab.hpp"
#include "tokens/embedded.hpp"
#include "tokens/encodings.hpp"

namespace sheaf::simulate {
namespace {

using std::chrono::milliseconds;

/// Tokens as what plans counts them, and OpenAI's cookbook puts them together.
class Bill {
 public:
  explicit Bill(std::string_view encoding) : tokens_(*tokens::encoding(encoding)) {}

  std::int64_t count(std::string_view text) const { return tokens_->count(text); }

  /// The tokens of a chat's body in order; its special ones are below 0.
  std::vector<std::int64_t> sequence(const std::string& body) const {
    std::vector<std::int64_t> all;
    const auto parsed = json::parse(body);
    for (const auto& message : *parsed->find("messages")->array()) {
      all.push_back(-1);
      for (const auto* part : {"role", "content"}) {
        std::vector<tokens::TokenId> ids;
        tokens_->encode(*message.find(part)->string(), ids);
        all.insert(all.end(), ids.begin(), ids.end());
        all.push_back(-2);
      }
    }
    all.insert(all.end(), {-1, -3, -2});
    return all;
  }

 private:
  std::shared_ptr<const tokens::Tokenizer> tokens_;
};

class ExactTokens : public testing::Test {
 protected:
  void SetUp() override {
    if (tokens::embedded_table("o200k_base").empty()) GTEST_SKIP() << "no rank tables";
  }

  static SimulateOptions options(const std::string& name = "o200k_base") {
    SimulateOptions options;
    EXPECT_TRUE(set_simulate_option(options, "tokens", name));
    return options;
  }
};

TEST_F(ExactTokens, AreBilledForPromptAndReply) {
  for (const std::string name : {"o200k_base", "cl100k_base"}) {
    const Bill bill(name);
    Lab lab(parse_task(number_yaml()), number_rows(9), options(name));
    const auto request = lab.request({0, 1, 2});
    const auto reading = lab.ask({0, 1, 2});
    const auto usage = *reading.completion().usage;
    EXPECT_EQ(usage.input_tokens, std::ssize(bill.sequence(request.body)));
    EXPECT_EQ(usage.output_tokens, bill.count(reading.completion().text));
    EXPECT_EQ(lab.count("tokens.input"), usage.input_tokens);
    EXPECT_EQ(lab.count("tokens.output"), usage.output_tokens);
  }
}

TEST_F(ExactTokens, OfACompletionAreThoseOfItsPromptAlone) {
  auto task = parse_task(number_yaml());
  task.model.api = Api::completions;
  Lab lab(std::move(task), number_rows(9), options());
  const auto prompt = *json::parse(lab.request({0, 1}).body)->find("prompt")->string();
  const auto reading = lab.ask({0, 1});
  const Bill bill("o200k_base");
  EXPECT_EQ(reading.completion().usage->input_tokens, bill.count(prompt));
  EXPECT_EQ(reading.completion().usage->output_tokens, bill.count(reading.completion().text));
}

TEST_F(ExactTokens, BoundAReplyByItsCap) {
  const Bill bill("o200k_base");
  for (const auto api : {Api::chat, Api::completions}) {
    // Anew each time: a sample that is asked again gets other words.
    const auto ask = [api](std::optional<std::int64_t> cap) {
      auto task = parse_task(number_yaml());
      task.model.api = api;
      return Lab(std::move(task), number_rows(9), options()).ask({0, 1, 2}, cap);
    };
    const auto whole = ask(std::nullopt).completion().text;
    const auto all = bill.count(whole);
    for (const std::int64_t cap :
         {std::int64_t{1}, std::int64_t{2}, std::int64_t{7}, all / 2, all - 1, all, all + 1}) {
      const auto reading = ask(cap);
      EXPECT_TRUE(whole.starts_with(reading.completion().text));
      EXPECT_EQ(bill.count(reading.completion().text), std::min(cap, all));
      EXPECT_EQ(reading.completion().usage->output_tokens, std::min(cap, all));
      EXPECT_EQ(reading.completion().finish == FinishReason::length, cap < all);
    }
  }
}

TEST_F(ExactTokens, CountAgainstTheAccountsLimitsAndTheContext) {
  const Bill bill("o200k_base");
  auto limited = options();
  Lab free(parse_task(number_yaml()), number_rows(9), limited);
  const auto input = std::ssize(bill.sequence(free.request({0}).body));
  limited.context_tokens = input + 50;
  Lab narrow(parse_task(number_yaml()), number_rows(9), limited);
  EXPECT_EQ(narrow.ask({0}, 50).raw.status, 200);
  EXPECT_EQ(narrow.ask({0}, 51).raw.status, 400);

  limited.context_tokens.reset();
  limited.tokens_per_minute = input + 50;
  Lab slow(parse_task(number_yaml()), number_rows(9), limited);
  EXPECT_EQ(slow.ask({0}, 51).raw.status, 429);
  const auto admitted = slow.ask({0}, 50);
  ASSERT_EQ(admitted.raw.status, 200);
  const auto left = std::ranges::find(admitted.raw.headers, "x-ratelimit-remaining-tokens",
                                      [](const Header& header) { return header.name; });
  ASSERT_NE(left, admitted.raw.headers.end());
  EXPECT_EQ(left->value, std::to_string(50 - bill.count(admitted.completion().text)));
}

TEST_F(ExactTokens, OfAPrefixThatWasSentBeforeAreCachedInStepsOf128) {
  const Bill bill("o200k_base");
  auto task = parse_task(number_yaml());
  for (int i = 0; i < 700; ++i) task.instruction += " caf\u00e9 \U0001f600" + std::to_string(i);
  Lab lab(std::move(task), number_rows(9), options());
  const auto first = bill.sequence(lab.request({0, 1}).body);
  const auto second = bill.sequence(lab.request({2, 3}).body);
  const auto [end, other] = std::ranges::mismatch(first, second);
  const auto shared = end - first.begin();
  ASSERT_GT(shared, 1024);
  EXPECT_EQ(lab.ask({0, 1}).completion().usage->cached_input_tokens, 0);
  EXPECT_EQ(lab.ask({2, 3}).completion().usage->cached_input_tokens, shared / 128 * 128);
  EXPECT_EQ(lab.ask({2, 3}).completion().usage->cached_input_tokens,
            std::ssize(second) / 128 * 128);
}

TEST_F(ExactTokens, PaceTheReplyAndTheStream) {
  auto paced = options();
  paced.first_token_ms = 200;
  paced.tokens_per_second = 100;
  Lab lab(parse_task(number_yaml()), number_rows(9), paced);
  const auto reading = lab.ask({0, 1});
  const auto tokens = Bill("o200k_base").count(reading.completion().text);
  EXPECT_EQ(reading.raw.delay, milliseconds(200 + 10 * tokens));
  Lab streamed(parse_task(number_yaml()), number_rows(9), paced);
  auto request = streamed.request({0, 1});
  request.body.insert(1, R"("stream":true,)");
  // Beside its tokens a stream has a role, an end, and [DONE].
  EXPECT_EQ(std::ssize(streamed.model->answer(request, streamed.now).events), tokens + 3);
}

TEST_F(ExactTokens, AreBilledForTextsThatBecomeVectors) {
  const Bill bill("cl100k_base");
  Lab lab(parse_task(number_yaml()), number_rows(2), options("cl100k_base"));
  const auto embed = [&](const std::string& texts) {
    return lab.model->answer(
        {"POST", "/v1/embeddings", {}, R"({"model":"m","input":)" + texts + "}"}, lab.now);
  };
  const auto reply = embed(R"(["1 2 3 4 5","zw\u00f6lf Pl\u00e4tze"])");
  EXPECT_EQ(json::parse(reply.body)->find_path("usage.prompt_tokens")->integer(),
            bill.count("1 2 3 4 5") + bill.count("zw\u00f6lf Pl\u00e4tze"));
  std::string longest;
  for (int i = 0; i < 8192; ++i) longest += " a";
  EXPECT_EQ(embed("\"" + longest + "\"").status, 200);
  EXPECT_EQ(embed("\"" + longest + " a\"").status, 400);
}

}  // namespace
}  // namespace sheaf::simulate
