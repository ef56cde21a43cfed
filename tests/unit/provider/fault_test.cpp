#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "provider/provider.hpp"

namespace sheaf::provider {
namespace {

using namespace std::chrono_literals;

Exchange read(TransferResult result) {
  ModelSpec model;
  model.name = "m";
  return OpenAi(model).read(result, 0);
}

Fault refused(int status, const std::string& body = {}, std::vector<Header> headers = {}) {
  const auto exchange = read(HttpResponse{status, std::move(headers), body});
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  EXPECT_NE(fault, nullptr);
  return fault == nullptr ? Fault{} : *fault;
}

std::string error_body(const std::string& members) { return R"({"error":{)" + members + "}}"; }

struct StatusCase {
  int status;
  const char* reason;
  Remedy remedy;
  bool maybe_billed;
};

class StatusTable : public testing::TestWithParam<StatusCase> {};

TEST_P(StatusTable, DecidesByStatusAlone) {
  const auto& expected = GetParam();
  const auto fault = refused(expected.status, "?");
  EXPECT_EQ(fault.reason, expected.reason);
  EXPECT_EQ(fault.remedy, expected.remedy);
  EXPECT_EQ(fault.maybe_billed, expected.maybe_billed);
  EXPECT_EQ(fault.status, expected.status);
}

INSTANTIATE_TEST_SUITE_P(Statuses, StatusTable,
                         testing::Values(StatusCase{301, "redirect", Remedy::stop_run, false},
                                         StatusCase{308, "redirect", Remedy::stop_run, false},
                                         StatusCase{400, "rejected", Remedy::smaller_batch, false},
                                         StatusCase{401, "key-refused", Remedy::stop_run, false},
                                         StatusCase{402, "no-credit", Remedy::stop_run, false},
                                         StatusCase{403, "key-refused", Remedy::stop_run, false},
                                         StatusCase{404, "not-found", Remedy::stop_run, false},
                                         StatusCase{405, "not-found", Remedy::stop_run, false},
                                         StatusCase{407, "proxy", Remedy::stop_run, false},
                                         StatusCase{408, "timeout", Remedy::retry, false},
                                         StatusCase{409, "server-error", Remedy::retry, false},
                                         StatusCase{413, "too-long", Remedy::smaller_batch, false},
                                         StatusCase{418, "rejected", Remedy::smaller_batch, false},
                                         StatusCase{422, "rejected", Remedy::smaller_batch, false},
                                         StatusCase{425, "server-error", Remedy::retry, false},
                                         StatusCase{429, "rate-limited", Remedy::wait, false},
                                         StatusCase{500, "server-error", Remedy::retry, true},
                                         StatusCase{502, "server-error", Remedy::retry, true},
                                         StatusCase{503, "server-error", Remedy::retry, true},
                                         StatusCase{524, "server-error", Remedy::retry, true},
                                         StatusCase{529, "overloaded", Remedy::wait, false},
                                         StatusCase{0, "bad-reply", Remedy::retry, true},
                                         StatusCase{199, "bad-reply", Remedy::retry, true},
                                         StatusCase{600, "bad-reply", Remedy::retry, true}));

TEST(Refusal, NoCreditStopsTheRunAlthoughItIsA429) {
  for (const std::string code :
       {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}) {
    for (const std::string member : {"code", "type"}) {
      const auto fault = refused(429, error_body("\"" + member + "\":\"" + code + "\""));
      EXPECT_EQ(fault.reason, "no-credit") << code;
      EXPECT_EQ(fault.remedy, Remedy::stop_run) << code;
    }
  }
}

TEST(Refusal, APromptTooLongForItsModelIsHalved) {
  const std::vector<std::pair<int, std::string>> cases{
      {400, error_body(R"("message":"x","code":"context_length_exceeded")")},
      {400, error_body(R"("message":"This model's maximum context length is 8192 tokens.")")},
      {400,
       R"({"object":"error","message":"max_tokens must be at least 1, got -186.","code":400})"},
      {400, error_body(R"("type":"exceed_context_size_error","code":400)")},
      {500, error_body(R"("message":"the request exceeds the available context size")")},
      {400, R"({"error":"... is greater than the context length."})"},
      {422, R"({"detail":"Input is too long for this model"})"},
      {400, error_body(R"("message":"supports at most 16384 completion tokens")")},
      {429, error_body(R"("message":"Request too large for m: Limit 30000, Requested 32042",
                          "code":"rate_limit_exceeded")")},
      {400, error_body(R"("message":"Provider returned error","metadata":
                          {"raw":"maximum context length is 4096"})")},
      {413, "<html>too large</html>"}};
  for (const auto& [status, body] : cases) {
    const auto fault = refused(status, body);
    EXPECT_EQ(fault.reason, "too-long") << body;
    EXPECT_EQ(fault.remedy, Remedy::smaller_batch) << body;
  }
}

TEST(Refusal, AFilteredPromptIsHalvedAsRefused) {
  for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
           {400, error_body(R"("code":"content_filter")")},
           {400, error_body(R"("code":"content_policy_violation")")},
           {400, error_body(R"("innererror":{"code":"ResponsibleAIPolicyViolation"})")},
           {403, error_body(R"("metadata":{"reasons":["hate"],"flagged_input":"x"})")}}) {
    const auto fault = refused(status, body);
    EXPECT_EQ(fault.reason, "refused") << body;
    EXPECT_EQ(fault.remedy, Remedy::smaller_batch) << body;
  }
}

TEST(Refusal, AKeyRefusedWithA400StopsTheRun) {
  for (const auto& body : {error_body(R"("code":"invalid_api_key")"),
                           error_body(R"("message":"Incorrect API key provided.")"),
                           std::string(R"([{"error":{"message":"API key not valid."}}])")}) {
    EXPECT_EQ(refused(400, body).reason, "key-refused") << body;
  }
}

TEST(Refusal, SlowDownIsAWaitAndAnyOther503IsARetry) {
  EXPECT_EQ(refused(503, error_body(R"("code":"slow_down")")).remedy, Remedy::wait);
  EXPECT_EQ(refused(503, error_body(R"("message":"Slow down, please")")).remedy, Remedy::wait);
  EXPECT_FALSE(refused(503, error_body(R"("message":"Slow down")")).maybe_billed);
  EXPECT_EQ(refused(503, error_body(R"("message":"loading model")")).remedy, Remedy::retry);
}

TEST(Refusal, RetryAfterIsKeptForAnyStatus) {
  for (const int status : {429, 503, 500, 529}) {
    EXPECT_EQ(refused(status, "", {{"retry-after", "3"}}).retry_after, 3s) << status;
  }
  EXPECT_EQ(refused(429).retry_after, std::nullopt);
}

TEST(Refusal, ShouldRetryDecidesWhereTheStatusAloneWould) {
  const auto told = [](int status, const char* word, const std::string& body = {}) {
    return refused(status, body, {{"x-should-retry", word}}).remedy;
  };
  EXPECT_EQ(told(500, "false"), Remedy::smaller_batch);
  EXPECT_EQ(told(409, "false"), Remedy::smaller_batch);
  EXPECT_EQ(told(400, "true"), Remedy::retry);
  EXPECT_EQ(told(403, "true"), Remedy::retry);
  EXPECT_EQ(told(429, "false"), Remedy::wait) << "waiting is right whoever retries";
  EXPECT_EQ(told(429, "true"), Remedy::wait);
  EXPECT_EQ(told(429, "true", error_body(R"("code":"insufficient_quota")")), Remedy::stop_run);
  EXPECT_EQ(told(500, "maybe"), Remedy::retry);
}

TEST(Refusal, UsageToldByARefusalIsKept) {
  const auto fault = refused(
      500, R"({"error":{"message":"late"},"usage":{"prompt_tokens":9,"completion_tokens":1}})");
  EXPECT_EQ(fault.usage, (Usage{9, 0, 1, 0}));
  EXPECT_FALSE(fault.maybe_billed);
}

TEST(Refusal, TheDetailSaysWhatTheServerSaidAndWhatToDo) {
  EXPECT_EQ(refused(400, error_body(R"("message":"bad\nthing")")).detail,
            "HTTP 400: bad\\u{a}thing");
  EXPECT_EQ(refused(500, R"({"error":"plain"})").detail, "HTTP 500: plain");
  EXPECT_EQ(refused(500, R"({"message":"top"})").detail, "HTTP 500: top");
  EXPECT_EQ(refused(422, R"({"detail":[{"msg":"field required"}]})").detail,
            "HTTP 422: field required");
  EXPECT_EQ(refused(502, "<html><h1>Bad gateway</h1></html>").detail, "HTTP 502: (an HTML page)");
  EXPECT_EQ(refused(500, "overloaded").detail, "HTTP 500: overloaded");
  EXPECT_EQ(refused(500).detail, "HTTP 500");
  EXPECT_NE(refused(401, "no").detail.find("the key was refused"), std::string::npos);
  EXPECT_NE(refused(308, "", {{"Location", "https://new.example/v1"}})
                .detail.find("-> https://new.example/v1"),
            std::string::npos);
  EXPECT_LT(refused(400, std::string(100'000, 'x')).detail.size(), 600u);
}

TEST(Refusal, AKeyThatTheServerEchoesIsHidden) {
  const auto detail =
      refused(401, error_body(R"("message":"Incorrect API key provided: sk-abc1234567.")")).detail;
  EXPECT_EQ(detail.find("abc1234567"), std::string::npos) << detail;
}

struct NetworkCase {
  TransportFaultKind kind;
  const char* reason;
  Remedy remedy;
};

class NetworkTable : public testing::TestWithParam<NetworkCase> {};

TEST_P(NetworkTable, DecidesByKind) {
  const auto& expected = GetParam();
  for (const bool served : {true, false}) {
    if (expected.kind == TransportFaultKind::protocol && !served) continue;
    const auto exchange = read(TransportFault{expected.kind, "why\x1b", served});
    const auto& fault = std::get<Fault>(exchange.outcome);
    EXPECT_EQ(fault.reason, expected.reason);
    EXPECT_EQ(fault.remedy, expected.remedy);
    EXPECT_EQ(fault.maybe_billed, served);
    EXPECT_EQ(fault.status, 0);
    EXPECT_NE(fault.detail.find("why\\u{1b}"), std::string::npos) << fault.detail;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, NetworkTable,
    testing::Values(NetworkCase{TransportFaultKind::resolve, "network", Remedy::retry},
                    NetworkCase{TransportFaultKind::connect, "network", Remedy::retry},
                    NetworkCase{TransportFaultKind::tls, "tls", Remedy::stop_run},
                    NetworkCase{TransportFaultKind::connect_timeout, "timeout", Remedy::retry},
                    NetworkCase{TransportFaultKind::stall, "timeout", Remedy::retry},
                    NetworkCase{TransportFaultKind::attempt_timeout, "timeout", Remedy::retry},
                    NetworkCase{TransportFaultKind::reset, "network", Remedy::retry},
                    NetworkCase{TransportFaultKind::protocol, "network", Remedy::retry},
                    NetworkCase{TransportFaultKind::too_large, "bad-reply", Remedy::retry},
                    NetworkCase{TransportFaultKind::cancelled, "cancelled", Remedy::retry}));

TEST(Lost, ARequestThatCannotBeFormedStopsTheRun) {
  const auto exchange = read(TransportFault{TransportFaultKind::protocol, "bad URL", false});
  EXPECT_EQ(std::get<Fault>(exchange.outcome).remedy, Remedy::stop_run);
}

}  // namespace
}  // namespace sheaf::provider
