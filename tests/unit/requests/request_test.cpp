#include "requests/request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "request_lines.hpp"

namespace sheaf::requests {
namespace {

using ::testing::HasSubstr;

TEST(MemberText, IsTheValuesOwnBytes) {
  const std::string_view object =
      R"( { "a" : 1.50 , "\u0062" : {"x":"}\"]", "y":[1, {}]} ,"c":[ 1 ,"]"],"d":"e\\","e":null })";
  EXPECT_EQ(member_text(object, "a"), "1.50");
  EXPECT_EQ(member_text(object, "b"), R"({"x":"}\"]", "y":[1, {}]})");
  EXPECT_EQ(member_text(object, "c"), R"([ 1 ,"]"])");
  EXPECT_EQ(member_text(object, "d"), R"("e\\")");
  EXPECT_EQ(member_text(object, "e"), "null");
  EXPECT_EQ(member_text(object, "x"), "");
  EXPECT_EQ(member_text("{}", "a"), "");
}

TEST(RequestReader, KeepsTheBodyByteForByte) {
  const std::string body = R"({ "model": "m", "temperature": 1.0e0, "messages": [ "\u00e9\/" ] })";
  RequestReader reader;
  const auto request = reader.read(line_of("a-1", body));
  ASSERT_TRUE(request) << request.error();
  EXPECT_EQ(request->custom_id, "a-1");
  EXPECT_EQ(request->path, "/chat/completions");
  EXPECT_EQ(request->text, body);
  EXPECT_EQ(reader.model(), "m");
}

struct Bad {
  std::string line;
  std::string why;
};

class BadRequest : public ::testing::TestWithParam<Bad> {};
INSTANTIATE_TEST_SUITE_P(
    Lines, BadRequest,
    ::testing::Values(
        Bad{R"({"text":"a row"})", "no member \"custom_id\""},
        Bad{R"({"custom_id":7,"method":"POST","url":"/v1/x","body":{"model":"m"}})",
            "\"custom_id\" is no text"},
        Bad{R"({"custom_id":"","method":"POST","url":"/v1/x","body":{"model":"m"}})",
            "\"custom_id\" is no text"},
        Bad{R"({"custom_id":"a","url":"/v1/x","body":{"model":"m"}})", "no member \"method\""},
        Bad{R"({"custom_id":"a","method":"GET","url":"/v1/x","body":{"model":"m"}})",
            "\"method\" is \"GET\""},
        Bad{R"({"custom_id":"a","method":"POST","body":{"model":"m"}})", "no member \"url\""},
        Bad{R"({"custom_id":"a","method":"POST","url":"@evil.example/v1","body":{"model":"m"}})",
            "\"url\" is"},
        Bad{R"({"custom_id":"a","method":"POST","url":"//evil.example","body":{"model":"m"}})",
            "\"url\" is"},
        Bad{R"({"custom_id":"a","method":"POST","url":"/v1/../x","body":{"model":"m"}})",
            "\"url\" is"},
        Bad{R"({"custom_id":"a","method":"POST","url":"/v1/x"})", "\"body\" is no object"},
        Bad{R"({"custom_id":"a","method":"POST","url":"/v1/x","body":[]})",
            "\"body\" is no object"},
        Bad{R"({"custom_id":"a","method":"POST","url":"/v1/x","body":{}})", "names no \"model\""},
        Bad{R"({"custom_id":"a","method":"POST","url":"/v1/x","body":{"model":"m","stream":true}})",
            "asks for a stream"}));

TEST_P(BadRequest, SaysWhatIsWrong) {
  const auto request = RequestReader().read(row_of(GetParam().line));
  ASSERT_FALSE(request);
  EXPECT_THAT(request.error(), HasSubstr(GetParam().why));
}

TEST(RequestReader, RefusesACustomIdThatStoodBefore) {
  RequestReader reader;
  ASSERT_TRUE(reader.read(line_of("a", body_of("x"))));
  ASSERT_TRUE(reader.read(line_of("b", body_of("x"))));
  const auto again = reader.read(line_of("a", body_of("y")));
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error(), HasSubstr("the custom_id \"a\" stood on an earlier line"));
}

TEST(RequestReader, RefusesASecondModel) {
  RequestReader reader;
  ASSERT_TRUE(reader.read(line_of("a", R"({"model":"m"})")));
  const auto other = reader.read(line_of("b", R"({"model":"n"})"));
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error(), HasSubstr("its model is \"n\", and that of line 1 is \"m\""));
}

TEST(RequestReader, TakesAnAddressWithoutAVersion) {
  EXPECT_EQ(request_of(body_of("x"), "/chat/completions").path, "/chat/completions");
  EXPECT_EQ(request_of(body_of("x"), "/v1/embeddings").path, "/embeddings");
}

}  // namespace
}  // namespace sheaf::requests
