#include "requests/packable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "request_lines.hpp"

namespace sheaf::requests {
namespace {

std::expected<Packable, std::string> packable_body(std::string_view body) {
  return packable(request_of(body));
}

std::string group_of(std::string_view body) {
  const auto found = packable_body(body);
  return found ? found->group : "alone: " + found.error();
}

std::string why_alone(std::string_view body) {
  const auto found = packable_body(body);
  return found ? "packable" : found.error();
}

std::string with_messages(std::string_view messages) {
  return fmt::format(R"({{"model":"m","messages":[{}]}})", messages);
}

TEST(Packable, BodiesThatDifferInTheLastUserMessageAloneAreOneGroup) {
  const auto first = packable_body(body_of("one"));
  const auto second = packable_body(body_of("two"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->text, "one");
  EXPECT_EQ(second->text, "two");
  EXPECT_EQ(first->group, second->group);
}

TEST(Packable, TheOrderOfMembersIsOfNoAccount) {
  EXPECT_EQ(group_of(R"({"model":"m","seed":1,"messages":[{"role":"user","content":"x"}]})"),
            group_of(R"({"messages":[{"content":"y","role":"user"}], "seed": 1,"model":"m"})"));
}

TEST(Packable, ATextPartAloneIsAsTheTextItself) {
  EXPECT_EQ(group_of(with_messages(R"({"role":"user","content":"x"})")),
            group_of(with_messages(R"({"role":"user","content":[{"type":"text","text":"y"}]})")));
}

/// Members that requests of one prompt may hold, each with two values.
struct Allowed {
  std::string one;
  std::string other;
};

class AllowedMember : public ::testing::TestWithParam<Allowed> {};
INSTANTIATE_TEST_SUITE_P(
    Members, AllowedMember,
    ::testing::Values(Allowed{R"(,"temperature":0)", R"(,"temperature":1)"},
                      Allowed{R"(,"top_p":0.5)", R"(,"top_p":0.9)"},
                      Allowed{R"(,"max_tokens":10)", R"(,"max_tokens":20)"},
                      Allowed{R"(,"max_completion_tokens":10)", R"(,"max_completion_tokens":20)"},
                      Allowed{R"(,"seed":1)", R"(,"seed":2)"},
                      Allowed{R"(,"user":"ann")", R"(,"user":"bob")"},
                      Allowed{R"(,"safety_identifier":"ann")", R"(,"safety_identifier":"bob")"},
                      Allowed{R"(,"service_tier":"auto")", R"(,"service_tier":"flex")"},
                      Allowed{R"(,"verbosity":"low")", R"(,"verbosity":"high")"},
                      Allowed{R"(,"reasoning_effort":"low")", R"(,"reasoning_effort":"high")"},
                      Allowed{R"(,"prompt_cache_key":"a")", R"(,"prompt_cache_key":"b")"}));

TEST_P(AllowedMember, IsSharedWhereItIsEqualAndPartsWhereItIsNot) {
  const auto& [one, other] = GetParam();
  EXPECT_EQ(why_alone(body_of("x", one)), "packable");
  EXPECT_EQ(group_of(body_of("x", one)), group_of(body_of("y", one)));
  EXPECT_NE(group_of(body_of("x", one)), group_of(body_of("x", other)));
  EXPECT_NE(group_of(body_of("x", one)), group_of(body_of("x")));
}

TEST(Packable, AllowsWhatSaysWhatIsSoAnyway) {
  EXPECT_EQ(why_alone(body_of("x", R"(,"n":1,"stream":false)")), "packable");
}

TEST(Packable, AnotherMessageBeforeTheLastParts) {
  const auto with_system = [](std::string_view role, std::string_view text) {
    return group_of(with_messages(fmt::format(
        R"({{"role":"{}","content":"{}"}},{{"role":"user","content":"x"}})", role, text)));
  };
  EXPECT_NE(with_system("system", "a"), with_system("system", "b"));
  EXPECT_NE(with_system("system", "a"), with_system("developer", "a"));
  const auto with_turn = [](std::string_view reply) {
    return group_of(with_messages(
        fmt::format(R"({{"role":"user","content":"q"}},{{"role":"assistant","content":"{}"}},)"
                    R"({{"role":"user","content":"x"}})",
                    reply)));
  };
  EXPECT_NE(with_turn("a"), with_turn("b"));
  EXPECT_FALSE(with_turn("a").starts_with("alone"));
}

struct Refused {
  std::string more;
  std::string why;
};

class RefusedMember : public ::testing::TestWithParam<Refused> {};
INSTANTIATE_TEST_SUITE_P(
    Members, RefusedMember,
    ::testing::Values(Refused{R"(,"tools":[])", "tools"}, Refused{R"(,"n":2)", "n other than 1"},
                      Refused{R"(,"logprobs":true)", "logprobs"},
                      Refused{R"(,"response_format":{"type":"json_object"})", "response_format"},
                      Refused{R"(,"stop":["\n"])", "stop"},
                      Refused{R"(,"presence_penalty":1)", "presence_penalty"},
                      Refused{R"(,"frequency_penalty":1)", "frequency_penalty"},
                      Refused{R"(,"logit_bias":{})", "logit_bias"},
                      Refused{R"(,"metadata":{})", "metadata"},
                      Refused{R"(,"new_member":1)", "new_member"},
                      Refused{R"(,"max_tokens":0)", "max_tokens that is no count"},
                      Refused{R"(,"max_completion_tokens":"9")",
                              "max_completion_tokens that is no count"}));

TEST_P(RefusedMember, SendsARequestAlone) {
  EXPECT_EQ(why_alone(body_of("x", GetParam().more)), GetParam().why);
}

class RefusedMessages : public ::testing::TestWithParam<Refused> {};
INSTANTIATE_TEST_SUITE_P(
    Messages, RefusedMessages,
    ::testing::Values(
        Refused{"", "messages that cannot be read"}, Refused{"7", "messages that cannot be read"},
        Refused{R"({"content":"x"})", "messages that cannot be read"},
        Refused{R"({"role":"user","content":"x","name":"ann"})", "a message with the member name"},
        Refused{R"({"role":"user","content":null})", "content other than text"},
        Refused{R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]})",
                "content other than text"},
        Refused{
            R"({"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]})",
            "content other than text"},
        Refused{R"({"role":"user","content":" \n"})", "a last message without text"},
        Refused{R"({"role":"system","content":"x"})", "a last message that is not the user's"},
        Refused{R"({"role":"user","content":"x"},{"role":"assistant","content":"y"})",
                "a last message that is not the user's"},
        Refused{R"({"role":"user","content":"x"},{"role":"user","content":"y"})",
                "messages that are not in turn"},
        Refused{R"({"role":"user","content":"x"},{"role":"system","content":"y"})",
                "messages that are not in turn"},
        Refused{R"({"role":"system","content":"x"},{"role":"developer","content":"y"})",
                "messages that are not in turn"},
        Refused{R"({"role":"tool","content":"x"})", "messages that are not in turn"}));

TEST_P(RefusedMessages, SendARequestAlone) {
  EXPECT_EQ(why_alone(with_messages(GetParam().more)), GetParam().why);
}

TEST(Packable, AnotherAddressGoesAlone) {
  const auto found = packable(request_of(body_of("x"), "/v1/responses"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), "/responses");
}

TEST(MostOutput, IsTheCapOfEveryChoice) {
  const auto most = [](std::string_view more) {
    return most_output(json::parse(body_of("x", more)).value(), 1000);
  };
  EXPECT_EQ(most(""), 1000);
  EXPECT_EQ(most(R"(,"n":3)"), 3000);
  EXPECT_EQ(most(R"(,"max_tokens":50,"n":2)"), 100);
  EXPECT_EQ(most(R"(,"max_tokens":50,"max_completion_tokens":70)"), 70);
}

TEST(Unbounded, NamesWhatCostsMoreThanTokens) {
  const auto why = [](std::string_view more) {
    return unbounded(request_of(body_of("x", more))).value_or("bounded");
  };
  EXPECT_EQ(why(""), "bounded");
  EXPECT_EQ(why(R"(,"tools":[],"stop":"x","n":2,"service_tier":"flex")"), "bounded");
  EXPECT_EQ(why(R"(,"web_search_options":{})"), "holds \"web_search_options\"");
  EXPECT_EQ(why(R"(,"service_tier":"priority")"), "asks for priority");
  EXPECT_EQ(unbounded(request_of(R"({"model":"m","messages":[{"role":"user","content":)"
                                 R"([{"type":"image_url","image_url":{}}]}]})")),
            "holds more than text");
  EXPECT_EQ(unbounded(request_of(body_of("x"), "/v1/embeddings")), "goes to /embeddings");
}

}  // namespace
}  // namespace sheaf::requests
