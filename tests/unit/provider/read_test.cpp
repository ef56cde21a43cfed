#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "provider/provider.hpp"

namespace sheaf::provider {
namespace {

using namespace std::chrono_literals;

Exchange read(HttpResponse response, Api api = Api::chat) {
  ModelSpec model;
  model.name = "m";
  model.api = api;
  return make_provider(model)->read(std::move(response), 0);
}

Fault fault_of(const Exchange& exchange) {
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  if (fault == nullptr) {
    ADD_FAILURE() << "a completion: " << std::get<Completion>(exchange.outcome).text;
    return {};
  }
  return *fault;
}

Completion completion_of(const Exchange& exchange) {
  if (const auto* fault = std::get_if<Fault>(&exchange.outcome)) {
    ADD_FAILURE() << fault->reason << ": " << fault->detail;
    return {};
  }
  return std::get<Completion>(exchange.outcome);
}

Exchange read_body(std::string body, Api api = Api::chat) {
  return read({200, {}, std::move(body)}, api);
}

std::string with_message(const std::string& message, const std::string& finish = "\"stop\"") {
  return R"({"choices":[{"index":0,"message":)" + message + R"(,"finish_reason":)" + finish + "}]}";
}

Completion read_message(const std::string& message, const std::string& finish = "\"stop\"") {
  return completion_of(read_body(with_message(message, finish)));
}

TEST(Read, FinishReasonsOfAllServersMeanOneOfFour) {
  const auto finish = [](const std::string& word) {
    return read_message(R"({"content":"x"})", word).finish;
  };
  EXPECT_EQ(finish("\"stop\""), FinishReason::stop);
  EXPECT_EQ(finish("\"eos\""), FinishReason::stop);
  EXPECT_EQ(finish("\"length\""), FinishReason::length);
  EXPECT_EQ(finish("\"max_tokens\""), FinishReason::length);
  EXPECT_EQ(finish("\"content_filter\""), FinishReason::refused);
  EXPECT_EQ(finish("\"refusal\""), FinishReason::refused);
  EXPECT_EQ(finish("\"SAFETY\""), FinishReason::refused);
  EXPECT_EQ(finish("\"MAX_TOKENS\""), FinishReason::length);
  EXPECT_EQ(finish("\"tool_calls\""), FinishReason::other);
  EXPECT_EQ(finish("null"), FinishReason::other);
  EXPECT_EQ(finish("7"), FinishReason::other);
}

TEST(Read, TextPartsAreJoinedAndOtherPartsAreNoText) {
  EXPECT_EQ(read_message(R"({"content":[{"type":"thinking","text":"hm"},{"type":"text","text":"A"},
                           {"type":"image_url"},{"text":"B"}]})")
                .text,
            "AB");
}

TEST(Read, ARefusalIsRefusedWhateverItsFinishReason) {
  const auto null_content = read_message(R"({"content":null,"refusal":"I cannot."})");
  EXPECT_EQ(null_content.finish, FinishReason::refused);
  EXPECT_EQ(null_content.text, "I cannot.");
  const auto both = read_message(R"({"content":"A[1]: x","refusal":"no"})");
  EXPECT_EQ(both.finish, FinishReason::refused);
  EXPECT_EQ(both.text, "A[1]: x");
  EXPECT_EQ(read_message(R"({"content":"x","refusal":null})").finish, FinishReason::stop);
  EXPECT_EQ(read_message(R"({"content":"x","refusal":""})").finish, FinishReason::stop);
}

TEST(Read, NoTextIsAnAnswerOnlyWhereItsEndExplainsIt) {
  const auto cut = read_message(R"({"content":null,"reasoning":"long"})", "\"length\"");
  EXPECT_EQ(cut.text, "");
  EXPECT_EQ(cut.finish, FinishReason::length);
  EXPECT_EQ(read_message(R"({"role":"assistant"})", "\"content_filter\"").finish,
            FinishReason::refused);
  EXPECT_EQ(read_message(R"({"content":""})").text, "");
  for (const std::string message :
       {R"({"content":null})", R"({})", R"({"content":[]})", R"({"content":[{"type":"image"}]})",
        R"({"content":null,"tool_calls":[{"id":"1"}]})"}) {
    EXPECT_EQ(fault_of(read_body(with_message(message))).reason, "bad-reply") << message;
  }
}

TEST(Read, CompletionsTextStandsInTheChoice) {
  const auto completion = completion_of(read_body(
      R"({"choices":[{"text":" 5\nA[2]: 7","finish_reason":"length"}]})", Api::completions));
  EXPECT_EQ(completion.text, " 5\nA[2]: 7");
  EXPECT_EQ(completion.finish, FinishReason::length);
  EXPECT_EQ(
      fault_of(read_body(R"({"choices":[{"message":{"content":"x"}}]})", Api::completions)).reason,
      "bad-reply");
}

TEST(Read, WhatIsNoReplyIsAFaultThatMayHaveBeenBilled) {
  const std::string deep(200'000, '[');
  for (const auto& body : std::vector<std::string>{
           std::string(),
           std::string("  \n"),
           std::string("<html><body>502</body></html>"),
           std::string(R"({"choices":[{"message":{"content":"half)"),
           std::string("null"),
           std::string("[]"),
           std::string("\"text\""),
           std::string("{}"),
           deep,
           std::string(R"({"choices":[]})"),
           std::string(R"({"choices":{}})"),
           std::string(R"({"choices":[7]})"),
           std::string(R"({"choices":[{"message":"x"}]})"),
           std::string(R"({"choices":[{"message":{"content":7}}]})"),
           std::string(R"({"choices":[{"message":{"content":{"text":"x"}}}]})"),
           std::string(R"({"error":{"message":"late","code":502},"choices":[{"message":
                       {"content":"x"}}]})"),
           std::string(R"({"choices":[{"error":{"code":502},"message":{"content":"x"}}]})"),
           with_message("{\"content\":\"caf\xe9\"}"),
           with_message(R"({"content":"\ud800"})"),
           with_message(R"({"content":"x"})") + "trailing"}) {
    const auto fault = fault_of(read_body(body));
    EXPECT_EQ(fault.reason, "bad-reply") << body.substr(0, 60);
    EXPECT_EQ(fault.remedy, Remedy::retry);
    EXPECT_EQ(fault.status, 200);
    EXPECT_TRUE(fault.maybe_billed);
    EXPECT_FALSE(fault.detail.empty());
    EXPECT_LT(fault.detail.size(), 600u);
  }
}

TEST(Read, AReplyThatSaysAKeyTwiceIsAmbiguousAndABadReply) {
  for (const std::string body :
       {R"({"choices":[{"message":{"content":"A","content":"B"},"finish_reason":"stop"}]})",
        R"({"choices":[{"message":{"content":"A"},"finish_reason":"x","finish_reason":"y"}]})",
        R"({"choices":[{"message":{"content":"A"}}],"choices":[{"message":{"content":"B"}}]})"}) {
    const auto fault = fault_of(read_body(body));
    EXPECT_EQ(fault.reason, "bad-reply") << body;
    EXPECT_NE(fault.detail.find("stands twice"), std::string::npos) << fault.detail;
    EXPECT_TRUE(fault.maybe_billed) << body;
  }
}

TEST(Read, AnErrorMemberThatIsNullIsNoError) {
  EXPECT_EQ(completion_of(read_body(R"({"error":null,"choices":[{"error":null,
                "message":{"content":"x"},"finish_reason":"stop"}]})"))
                .text,
            "x");
}

std::optional<Usage> usage_of(const std::string& usage) {
  return completion_of(
             read_body(R"({"choices":[{"message":{"content":"x"}}],"usage":)" + usage + "}"))
      .usage;
}

TEST(Read, UsageIsReadWithItsDetails) {
  EXPECT_EQ(usage_of(R"({"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,
                         "prompt_tokens_details":{"cached_tokens":64,"audio_tokens":0},
                         "completion_tokens_details":{"reasoning_tokens":7}})"),
            (Usage{100, 64, 20, 7}));
  EXPECT_EQ(usage_of(R"({"prompt_tokens":1,"completion_tokens":0})"), (Usage{1, 0, 0, 0}));
  EXPECT_EQ(usage_of(R"({"prompt_tokens":5.0,"completion_tokens":1,
                         "prompt_tokens_details":null,"completion_tokens_details":null})"),
            (Usage{5, 0, 1, 0}));
}

TEST(Read, UsageThatCannotBeBelievedIsNoUsage) {
  for (const auto usage :
       {"null", "7", "{}", R"({"prompt_tokens":5})", R"({"completion_tokens":5})",
        R"({"prompt_tokens":null,"completion_tokens":5})",
        R"({"prompt_tokens":-5,"completion_tokens":5})",
        R"({"prompt_tokens":5,"completion_tokens":-1})",
        R"({"prompt_tokens":5.5,"completion_tokens":5})",
        R"({"prompt_tokens":"5","completion_tokens":5})",
        R"({"prompt_tokens":1e30,"completion_tokens":5})",
        R"({"prompt_tokens":5,"completion_tokens":9999999999})",
        R"({"prompt_tokens":0,"completion_tokens":5})"}) {
    EXPECT_EQ(usage_of(usage), std::nullopt) << usage;
  }
}

TEST(Read, UsageDetailsThatCannotBeBelievedCountNothing) {
  EXPECT_EQ(usage_of(R"({"prompt_tokens":10,"completion_tokens":5,
                         "prompt_tokens_details":{"cached_tokens":11},
                         "completion_tokens_details":{"reasoning_tokens":-1}})"),
            (Usage{10, 0, 5, 0}));
}

TEST(Read, ABadReplyKeepsTheUsageItTells) {
  const auto fault =
      fault_of(read_body(R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}})"));
  EXPECT_EQ(fault.usage, (Usage{9, 0, 3, 0}));
  EXPECT_FALSE(fault.maybe_billed) << "what it cost is known";
}

TEST(Read, LimitHeadersAreReadOnSuccessAndOnRefusal) {
  for (const int status : {200, 429}) {
    const auto exchange = read({status, {{"x-ratelimit-limit-requests", "60"}}, ""});
    EXPECT_EQ(exchange.hint.limit_requests, 60) << status;
  }
}

RC_GTEST_PROP(ReadProperty, AnyResponseBecomesACompletionOrAFault, (const std::string& body)) {
  const auto status = *rc::gen::inRange(0, 700);
  const auto api = *rc::gen::element(Api::chat, Api::completions, Api::responses, Api::messages,
                                     Api::generate_content);
  const auto exchange = read({status, {{"Retry-After", body}, {"Location", body}}, body}, api);
  if (const auto* fault = std::get_if<Fault>(&exchange.outcome)) {
    RC_ASSERT(!fault->reason.empty());
    RC_ASSERT(fault->status == status);
    RC_ASSERT(fault->detail == text::display_safe(fault->detail, 10'000));
  } else {
    RC_ASSERT(status >= 200 && status <= 299);
  }
}

/// A reply, cut or with one byte changed, is the same answer or a fault: never another answer.
RC_GTEST_PROP(ReadProperty, ACutReplyIsNeverAnAnswer, ()) {
  const std::string whole =
      with_message(R"({"content":"A[1]: caf\u00e9\nA[2]: 7","refusal":null})");
  const auto length = *rc::gen::inRange<std::size_t>(0, whole.size());
  RC_ASSERT(std::holds_alternative<Fault>(read_body(whole.substr(0, length)).outcome));
}

}  // namespace
}  // namespace sheaf::provider
