#include "requests/request_provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "requests/response.hpp"

namespace sheaf::requests {
namespace {

Exchange read(int status, std::string body, std::vector<Header> headers = {}) {
  return RequestProvider().read(HttpResponse{status, std::move(headers), std::move(body)}, 0);
}

const Completion& completion_of(const Exchange& exchange) {
  return std::get<Completion>(exchange.outcome);
}
const Fault& fault_of(const Exchange& exchange) { return std::get<Fault>(exchange.outcome); }

TEST(RequestProvider, SendsTheBodyByteForByte) {
  const std::string body = R"({ "x" : "a b" })";
  Prompt prompt;
  prompt.messages.push_back({Role::user, wire_text("/embeddings", body)});
  const auto request = RequestProvider().request({}, prompt);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "/embeddings");
  EXPECT_EQ(request.body, body);
}

TEST(RequestProvider, PassesOnWhatCame) {
  const auto exchange = read(200,
                             R"({ "choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2} })"
                             "\n",
                             {{"X-Request-Id", "req_1"}});
  const auto& completion = completion_of(exchange);
  EXPECT_EQ(completion.text,
            R"({"status_code":200,"request_id":"req_1","body":{ "choices":[],"usage":)"
            R"({"prompt_tokens":5,"completion_tokens":2} }})");
  EXPECT_EQ(completion.finish, FinishReason::stop);
  ASSERT_TRUE(completion.usage);
  EXPECT_EQ(completion.usage->input_tokens, 5);
  EXPECT_EQ(completion.usage->output_tokens, 2);
}

TEST(RequestProvider, ABodyOverSeveralLinesBecomesOne) {
  const auto exchange = read(200, "{\n  \"a\": 1.50,\n  \"b\": \"x y\"\n}");
  EXPECT_EQ(completion_of(exchange).text,
            R"({"status_code":200,"request_id":"","body":{"a":1.50,"b":"x y"}})");
}

TEST(RequestProvider, ReadsTheUsageOfOtherAddresses) {
  const auto vectors = read(200, R"({"usage":{"prompt_tokens":9,"total_tokens":9}})");
  EXPECT_EQ(completion_of(vectors).usage, (Usage{.input_tokens = 9}));
  const auto responses = read(200, R"({"usage":{"input_tokens":9,"output_tokens":4}})");
  EXPECT_EQ(completion_of(responses).usage, (Usage{.input_tokens = 9, .output_tokens = 4}));
}

TEST(RequestProvider, ARefusalOfTheRequestCarriesWhatCame) {
  const auto exchange = read(400, R"({"error":{"message":"no"}})");
  const auto& fault = fault_of(exchange);
  EXPECT_EQ(fault.reason, "rejected");
  EXPECT_EQ(fault.remedy, Remedy::smaller_batch);
  EXPECT_EQ(fault.response,
            R"({"status_code":400,"request_id":"","body":{"error":{"message":"no"}}})");
}

TEST(RequestProvider, AnAddressThatIsNotThereMayBeOneRequests) {
  const auto exchange = read(404, R"({"error":{"message":"no"}})");
  EXPECT_EQ(fault_of(exchange).reason, "not-found");
  EXPECT_EQ(fault_of(exchange).remedy, Remedy::smaller_batch);
  EXPECT_FALSE(fault_of(exchange).response.empty());
}

TEST(RequestProvider, OtherFaultsAreEveryones) {
  EXPECT_EQ(fault_of(read(401, R"({"error":{}})")).remedy, Remedy::stop_run);
  EXPECT_EQ(fault_of(read(429, R"({"error":{}})")).remedy, Remedy::wait);
  EXPECT_EQ(fault_of(read(500, R"({"error":{}})")).remedy, Remedy::retry);
  EXPECT_EQ(fault_of(read(200, "<html>")).reason, "bad-reply");
  EXPECT_EQ(fault_of(read(200, R"({"error":{"message":"later"}})")).reason, "bad-reply");
  for (const int status : {401, 429, 500}) {
    EXPECT_EQ(fault_of(read(status, R"({"error":{}})")).response, "") << status;
  }
  EXPECT_EQ(fault_of(read(400, "<html>")).response, "");
}

}  // namespace
}  // namespace sheaf::requests
