// Replies of a model of random weights: noise, but the same noise whatever else is computed.
#include "llama/engine.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/tiny_gguf.hpp"

namespace sheaf::llama {
namespace {

using sheaf::testing::TinyGguf;
using ::testing::HasSubstr;

class Engines : public ::testing::Test {
 protected:
  Engines() { load({}); }

  void load(const TinyGguf& tiny) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("sheaf-engine-" + std::to_string(::getpid()) + ".gguf");
    std::ofstream(path, std::ios::binary) << tiny.bytes();
    model_ = std::make_shared<const Model>(Model::load(path.string()).value());
    std::filesystem::remove(path);
  }

  std::unique_ptr<Engine> open(int sequences, std::uint32_t cells = 4096) const {
    auto engine = Engine::open(model_, {sequences, 256, cells, 1});
    if (!engine) throw std::runtime_error(engine.error().message);
    return std::move(*engine);
  }

  std::vector<Token> tokens(std::string_view text) const {
    std::vector<Token> result;
    Vocabulary(*model_).append(result, text, Vocabulary::Special::as_text);
    return result;
  }

  GenerationRequest request(std::string_view prompt, std::int64_t max_tokens = 12) const {
    GenerationRequest made;
    made.prompt = tokens(prompt);
    made.max_tokens = max_tokens;
    made.sampling.temperature = 0;
    return made;
  }

  /// All replies, by request.
  static std::map<RequestId, Generation> run(Engine& engine) {
    std::map<RequestId, Generation> replies;
    while (!engine.idle()) {
      for (auto& ended : engine.step()) {
        EXPECT_TRUE(ended.generation) << ended.generation.error().message;
        replies.emplace(ended.id, std::move(*ended.generation));
      }
    }
    return replies;
  }

  Generation reply(Engine& engine, GenerationRequest request) const {
    EXPECT_TRUE(engine.add(1, std::move(request)));
    return run(engine).at(1);
  }

  /// Nine prompts with the same beginning, four at a time.
  void expect_alone_as_beside_others() const;

  std::shared_ptr<const Model> model_;
};

const std::string opening = "Decide which queue each message belongs to. Exemplars follow.\n";

std::string prompt(int n) { return opening + "Message: " + std::to_string(n * 7919) + "\n"; }

void Engines::expect_alone_as_beside_others() const {
  std::map<RequestId, std::string> alone;
  for (int n = 0; n < 9; ++n) {
    const auto engine = open(1);
    alone[static_cast<RequestId>(n)] = reply(*engine, request(prompt(n))).text;
  }
  const auto engine = open(4);
  for (int n = 0; n < 9; ++n) {
    ASSERT_TRUE(engine->add(static_cast<RequestId>(n), request(prompt(n))));
  }
  const auto replies = run(*engine);
  ASSERT_EQ(replies.size(), 9U);
  for (const auto& [id, text] : alone) EXPECT_EQ(replies.at(id).text, text) << id;
}

TEST_F(Engines, AnswerAloneAsBesideOthers) { expect_alone_as_beside_others(); }

/// No beginning can be taken from what such models keep of another text.
TEST_F(Engines, AnswerAloneAsBesideOthersFromAState) {
  for (const char* const architecture : {"mamba", "lfm2"}) {
    SCOPED_TRACE(architecture);
    load({.architecture = architecture, .layers = 4});
    expect_alone_as_beside_others();
  }
}

TEST_F(Engines, ComputeWhatPromptsShareOnce) {
  const auto engine = open(4);
  for (int n = 0; n < 6; ++n) {
    ASSERT_TRUE(engine->add(static_cast<RequestId>(n), request(prompt(n))));
  }
  const auto replies = run(*engine);
  const auto shared = std::ssize(tokens(opening + "Message: "));
  EXPECT_EQ(replies.at(0).usage.cached_input_tokens, 0);
  for (int n = 1; n < 6; ++n) {
    const auto& usage = replies.at(static_cast<RequestId>(n)).usage;
    EXPECT_GE(usage.cached_input_tokens, shared - 32) << n;
    EXPECT_LT(usage.cached_input_tokens, usage.input_tokens) << n;
    EXPECT_EQ(usage.input_tokens, std::ssize(tokens(prompt(n))));
  }
}

TEST_F(Engines, KeepABeginningThatTwoPromptsHadWhileOthersComeAndGo) {
  const auto engine = open(1);
  const auto cached = [&](const std::string& text) {
    return reply(*engine, request(text)).usage.cached_input_tokens;
  };
  const auto shared = std::ssize(tokens(opening));
  cached(prompt(1));
  EXPECT_GE(cached(prompt(2)), shared);
  EXPECT_GE(cached(prompt(4)), shared);
  for (int n = 0; n < 12; ++n) EXPECT_EQ(cached(std::to_string(n % 4) + opening), 0) << n;
  EXPECT_GE(cached(prompt(3)), shared);
  EXPECT_LT(cached(prompt(2)), std::ssize(tokens(prompt(2))) - 1) << "only one prompt had it";
}

TEST_F(Engines, EndAtTheCap) {
  const auto engine = open(1);
  const auto made = reply(*engine, request("abc", 5));
  EXPECT_EQ(made.finish, FinishReason::length);
  EXPECT_EQ(made.usage.output_tokens, 5);
  EXPECT_EQ(made.usage.input_tokens, 3);
}

TEST_F(Engines, EndBeforeAStop) {
  const auto engine = open(1);
  const auto whole = reply(*engine, request("abc", 12)).text;
  ASSERT_GE(whole.size(), 6U);
  auto stopped = request("abc", 12);
  stopped.stops = {whole.substr(4, 2)};
  const auto made = reply(*engine, std::move(stopped));
  EXPECT_EQ(made.text, whole.substr(0, whole.find(whole.substr(4, 2))));
  EXPECT_EQ(made.finish, FinishReason::stop);
}

TEST_F(Engines, DrawTheSameTokensWithTheSameSeed) {
  const auto engine = open(1);
  const auto drawn = [&](std::uint32_t seed) {
    auto made = request("abc", 20);
    made.sampling = {.temperature = 1, .top_p = 0.9, .seed = seed};
    return reply(*engine, std::move(made)).text;
  };
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_NE(drawn(1), drawn(2));
  EXPECT_EQ(drawn(0xFFFF'FFFF), drawn(0xFFFF'FFFF)) << "-1 is a seed too";
}

TEST_F(Engines, KeepToAGrammar) {
  const auto engine = open(1);
  auto asked = request("abc", 40);
  asked.grammar = R"(root ::= "A[1]: " ("bug" | "billing") "\n")";
  EXPECT_THAT(reply(*engine, std::move(asked)).text,
              ::testing::AnyOf("A[1]: bug\n", "A[1]: billing\n"));
  auto wrong = request("abc");
  wrong.grammar = "root ::= (";
  const auto added = engine->add(2, std::move(wrong));
  ASSERT_FALSE(added);
  EXPECT_THAT(added.error().message, HasSubstr("GBNF"));
}

TEST_F(Engines, TellLogarithmsOfProbabilities) {
  const auto engine = open(1);
  auto asked = request("abc", 3);
  asked.top_logprobs = 2;
  const auto made = reply(*engine, std::move(asked));
  ASSERT_EQ(made.tokens.size(), 3U);
  for (const auto& token : made.tokens) {
    ASSERT_EQ(token.top.size(), 2U);
    EXPECT_EQ(token.chosen.piece, token.top[0].piece);
    EXPECT_EQ(token.chosen.logprob, token.top[0].logprob);
    EXPECT_LE(token.top[1].logprob, token.top[0].logprob);
    EXPECT_LT(token.chosen.logprob, 0);
  }
}

TEST_F(Engines, ForgetWhatIsCancelled) {
  const auto engine = open(2);
  for (RequestId id = 1; id <= 4; ++id) ASSERT_TRUE(engine->add(id, request(prompt(1), 50)));
  engine->step();
  engine->cancel(1);
  engine->cancel(4);
  engine->cancel(99);
  const auto replies = run(*engine);
  EXPECT_EQ(replies.size(), 2U);
  EXPECT_TRUE(replies.contains(2) && replies.contains(3));
}

TEST_F(Engines, WaitForEachOtherWhereMemoryDoesNotHoldAll) {
  const auto engine = open(4, 512);
  for (RequestId id = 0; id < 8; ++id) {
    ASSERT_TRUE(engine->add(
        id, request(std::string(200, static_cast<char>('a' + static_cast<int>(id))), 56)));
  }
  EXPECT_EQ(run(*engine).size(), 8U);
}

TEST_F(Engines, ComputeNoMoreAtOnceThanMemoryHolds) {
  const auto engine = open(2, 256);
  for (RequestId id = 0; id < 2; ++id) {
    ASSERT_TRUE(engine->add(id, request(std::string(250, static_cast<char>('a' + id)), 6)));
  }
  EXPECT_EQ(run(*engine).size(), 2U);
}

TEST_F(Engines, SayWhatTheModelWasNotMadeFor) {
  const auto engine = Engine::open(model_, {1, 513, 1024, 1});
  ASSERT_FALSE(engine);
  EXPECT_THAT(engine.error().message, HasSubstr("made for texts of at most 512 tokens"));
}

}  // namespace
}  // namespace sheaf::llama
