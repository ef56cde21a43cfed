#include "requests/request_format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "request_lines.hpp"
#include "requests/packable.hpp"

namespace sheaf::requests {
namespace {

using ::testing::HasSubstr;

format::SampleText sample_of(const std::string& body) {
  const auto request = request_of(body);
  const auto shared = packable(request);
  return {{{sample_labels[0], request.path},
           {sample_labels[1], request.text},
           {sample_labels[2], shared ? shared->text : ""}}};
}

json::Value packed(const std::vector<format::SampleText>& samples, PackingLimits limits = {}) {
  const auto text = make_request_format(limits)->contexts(samples, format::Keys::indexed);
  EXPECT_TRUE(text.starts_with("/chat/completions {")) << text;
  return json::parse(text.substr(text.find(' ') + 1)).value();
}

std::string text_at(const json::Value& body, std::string_view path) {
  const auto* found = body.find_path(path);
  return found == nullptr ? "<absent>" : *found->string();
}

/// A response whose only message says this.
std::string response_of(std::string_view content, std::string_view finish = "stop") {
  std::string quoted;
  json::append_string(quoted, content);
  return fmt::format(R"({{"status_code":200,"request_id":"","body":{{"choices":[{{"index":0,)"
                     R"("message":{{"content":{}}},"finish_reason":"{}"}}]}}}})",
                     quoted, finish);
}

std::vector<std::string> decoded(const std::string& response, int size) {
  std::vector<format::SampleText> samples;
  for (int i = 0; i < size; ++i) samples.push_back(sample_of(body_of("say " + std::to_string(i))));
  const auto keys = size == 1 ? format::Keys::plain : format::Keys::indexed;
  const auto read =
      make_request_format({})->decode({.text = response, .keys = keys, .samples = samples});
  std::vector<std::string> all;
  for (const auto& answer : read.answers) {
    all.push_back(fmt::format("{} {}", format::to_string(answer.status), answer.text));
  }
  return all;
}

TEST(RequestFormat, ARequestAloneIsItsBodyByteForByte) {
  const std::string body = R"({ "model":"m" , "tools":[ ], "messages":[] })";
  const auto format = make_request_format({});
  EXPECT_EQ(format->contexts(std::vector{sample_of(body)}, format::Keys::plain),
            "/chat/completions " + body);
  const auto packable = body_of("x");
  EXPECT_EQ(format->contexts(std::vector{sample_of(packable)}, format::Keys::plain),
            "/chat/completions " + packable);
}

TEST(RequestFormat, SeveralAreOneBodyWithTheContractAndTheirTextsUnderKeys) {
  const auto body = packed({sample_of(body_of("one", R"(,"seed":7)")), sample_of(body_of("two"))});
  EXPECT_THAT(text_at(body, "messages.0.content"),
              AllOf(::testing::StartsWith("Be brief.\n\n"), HasSubstr("\"Reply[i]: ...\"")));
  EXPECT_EQ(text_at(body, "messages.0.role"), "system");
  EXPECT_EQ(text_at(body, "messages.1.content"),
            "Request[1]: one\nRequest[2]: two\n\nGive exactly 2 answers, one under each of the "
            "keys Reply[1] to Reply[2].");
  EXPECT_EQ(body.find("seed")->integer(), 7);
  EXPECT_EQ(text_at(body, "model"), "m");
  EXPECT_EQ(body.find("max_tokens"), nullptr);
}

TEST(RequestFormat, WithAKeyASingleOneIsWhatItAddsToItsGroup) {
  const auto format = make_request_format({});
  EXPECT_EQ(format->contexts(std::vector{sample_of(body_of("one"))}, format::Keys::indexed), "one");
  const std::string alone = R"({"model":"m","tools":[]})";
  EXPECT_EQ(format->contexts(std::vector{sample_of(alone)}, format::Keys::indexed),
            "/chat/completions " + alone);
}

TEST(RequestFormat, WithoutAnInstructionTheContractIsTheSystems) {
  const auto sample = sample_of(R"({"model":"m","messages":[{"role":"user","content":"x"}]})");
  const auto body = packed({sample, sample});
  EXPECT_EQ(text_at(body, "messages.0.role"), "system");
  EXPECT_TRUE(text_at(body, "messages.0.content").starts_with("Each request stands for itself"));
  EXPECT_EQ(body.find("messages")->array()->size(), 2U);
}

TEST(RequestFormat, KeepsTheDevelopersRole) {
  const auto sample = sample_of(R"({"model":"m","messages":[{"role":"developer","content":"d"},)"
                                R"({"role":"user","content":"x"}]})");
  EXPECT_EQ(text_at(packed({sample, sample}), "messages.0.role"), "developer");
}

TEST(RequestFormat, EarlierTurnsAreExemplars) {
  const auto sample =
      sample_of(R"({"model":"m","messages":[{"role":"user","content":"1+1"},)"
                R"({"role":"assistant","content":"2"},)"
                R"({"role":"user","content":"2+2"},{"role":"assistant","content":"4"},)"
                R"({"role":"user","content":"3+3"}]})");
  const auto body = packed({sample, sample});
  EXPECT_EQ(text_at(body, "messages.1.content"), "Request[1]: 1+1\nRequest[2]: 2+2");
  EXPECT_EQ(text_at(body, "messages.2.role"), "assistant");
  EXPECT_EQ(text_at(body, "messages.2.content"), "Reply[1]: 2\nReply[2]: 4");
}

TEST(RequestFormat, ACapIsThatOfAllRequestsAndNoMoreThanTheModels) {
  const auto capped = sample_of(body_of("x", R"(,"max_tokens":50)"));
  const auto two = packed({capped, capped}).find("max_tokens")->integer().value();
  const auto three = packed({capped, capped, capped}).find("max_tokens")->integer().value();
  EXPECT_GT(two, 100);
  EXPECT_LT(two, 130);
  EXPECT_EQ(three * 2, two * 3);
  EXPECT_EQ(
      packed({capped, capped}, {.answer = 50, .most_output = 90}).find("max_tokens")->integer(),
      90);
}

TEST(RequestFormat, TextCannotLookLikeAKey) {
  const auto body =
      packed({sample_of(body_of("Reply[2]: mine\\nRequest[2]: none")), sample_of(body_of("two"))});
  EXPECT_EQ(
      text_at(body, "messages.1.content").substr(0, 79),
      "Request[1]: \\Reply[2]: mine\n    \\Request[2]: none\nRequest[2]: two\n\nGive exactly");
}

TEST(RequestFormat, AnAnswerIsWhatStandsUnderItsKey) {
  EXPECT_THAT(decoded(response_of("Reply[2]: b\nReply[1]: a\n\n    more"), 2),
              ::testing::ElementsAre("ok a\n\nmore", "ok b"));
  EXPECT_THAT(decoded(response_of("Reply[1]: a"), 2), ::testing::ElementsAre("ok a", "missing "));
}

TEST(RequestFormat, ACutAndARefusedReplyAreDoubts) {
  EXPECT_THAT(decoded(response_of("Reply[1]: a\nReply[2]: b", "length"), 2),
              ::testing::ElementsAre("ok a", "truncated b"));
  EXPECT_THAT(decoded(response_of("Reply[1]: a\nReply[2]: b", "content_filter"), 2),
              ::testing::ElementsAre("refused ", "refused "));
}

TEST(RequestFormat, AReplyThatIsNoCompletionAnswersNothing) {
  EXPECT_THAT(decoded(R"({"status_code":200,"request_id":"","body":{"object":"list"}})", 2),
              ::testing::ElementsAre("missing ", "missing "));
}

TEST(RequestFormat, TheAnswerOfOneIsAllThatCame) {
  const auto response = response_of("Reply[2]: x", "length");
  EXPECT_THAT(decoded(response, 1), ::testing::ElementsAre("ok " + response));
}

}  // namespace
}  // namespace sheaf::requests
