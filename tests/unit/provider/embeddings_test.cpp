#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/json.hpp"
#include "provider/provider.hpp"

namespace sheaf::provider {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Exchange read(TransferResult result) { return Embeddings({"m", {}}).read(result, 0); }

Exchange read_body(const std::string& body) { return read(HttpResponse{200, {}, body}); }

Fault fault_of(const Exchange& exchange) {
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  EXPECT_NE(fault, nullptr) << "vectors";
  return fault == nullptr ? Fault{} : *fault;
}

Completion vectors_of(const Exchange& exchange) {
  if (const auto* fault = std::get_if<Fault>(&exchange.outcome)) {
    ADD_FAILURE() << fault->reason << ": " << fault->detail;
    return {};
  }
  return std::get<Completion>(exchange.outcome);
}

std::string item(const std::string& index, const std::string& vector) {
  return R"({"object":"embedding","index":)" + index + R"(,"embedding":)" + vector + "}";
}

std::string with_data(const std::string& items) {
  return R"({"object":"list","data":[)" + items +
         R"(],"model":"m","usage":{"prompt_tokens":7,"total_tokens":7}})";
}

Fault fault_of_data(const std::string& items) {
  const auto fault = fault_of(read_body(with_data(items)));
  EXPECT_EQ(fault.reason, "bad-reply");
  EXPECT_EQ(fault.remedy, Remedy::retry);
  EXPECT_FALSE(fault.maybe_billed) << "the usage was told";
  EXPECT_EQ(fault.usage.value_or(Usage{}).input_tokens, 7);
  return fault;
}

TEST(EmbeddingsRequest, AsksForTheVectorsOfItsTexts) {
  const std::vector<std::string_view> texts{"one", "two \"quoted\"\n"};
  const auto request = Embeddings({"text-embedding-3-small", 256}).request(texts);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "/embeddings");
  EXPECT_EQ(request.body, R"({"model":"text-embedding-3-small","input":["one","two \"quoted\"\n"],)"
                          R"("encoding_format":"base64","dimensions":256})");
}

TEST(EmbeddingsRequest, LeavesTheNumberOfDimensionsToTheModelWhereNoneIsGiven) {
  const std::vector<std::string_view> texts{"one"};
  const auto body = Embeddings({"m", {}}).request(texts).body;
  EXPECT_EQ(body, R"({"model":"m","input":["one"],"encoding_format":"base64"})");
}

TEST(EmbeddingsReply, JoinsAVectorToItsTextByItsIndexNotByItsPlace) {
  const auto read = vectors_of(read_body(
      with_data(item("2", "[5,6]") + "," + item("0", "[1,-2e0]") + "," + item("1", "[0.25,4]"))));
  EXPECT_EQ(read.vectors.dimensions, 2U);
  EXPECT_THAT(read.vectors.values, ElementsAre(1, -2, 0.25F, 4, 5, 6));
  EXPECT_EQ(read.usage.value_or(Usage{}), (Usage{7, 0, 0, 0}));
}

TEST(EmbeddingsReply, ReadsBase64OfLittleEndianFloats) {
  // 1.0 and -2.5.
  const auto read = vectors_of(read_body(with_data(item("0", R"("AACAPwAAIMA=")"))));
  EXPECT_THAT(read.vectors.values, ElementsAre(1.0F, -2.5F));
}

TEST(EmbeddingsReply, RefusesWhatCannotBeJoined) {
  EXPECT_THAT(fault_of_data(R"({"embedding":[1]})").detail, HasSubstr("no index"));
  EXPECT_THAT(fault_of_data(item("null", "[1]")).detail, HasSubstr("no index"));
  EXPECT_THAT(fault_of_data(item("0", "[1]") + "," + item("0", "[2]")).detail,
              HasSubstr("index 0 stands twice"));
  EXPECT_THAT(fault_of_data(item("0", "[1]") + "," + item("2", "[2]")).detail,
              HasSubstr("index 2 is out of range"));
  EXPECT_THAT(fault_of_data(item("-1", "[1]")).detail, HasSubstr("out of range"));
}

TEST(EmbeddingsReply, RefusesVectorsThatCannotBeCompared) {
  EXPECT_THAT(fault_of_data(item("0", "[1,2]") + "," + item("1", "[1]")).detail,
              HasSubstr("unequal lengths, 2 and 1"));
  EXPECT_THAT(fault_of_data(item("0", "[]")).detail, HasSubstr("empty"));
  EXPECT_THAT(fault_of_data(item("0", "[1,null]")).detail, HasSubstr("finite"));
  EXPECT_THAT(fault_of_data(item("0", "[1,\"2\"]")).detail, HasSubstr("finite"));
  EXPECT_THAT(fault_of_data(item("0", "[1e400]")).detail, HasSubstr("finite"));
  EXPECT_THAT(fault_of_data(item("0", "[1e39]")).detail, HasSubstr("finite"));
  EXPECT_THAT(fault_of_data(item("0", R"("AADAfw==")")).detail, HasSubstr("finite"));
  EXPECT_THAT(fault_of_data(item("0", R"("AACAPw=")")).detail, HasSubstr("base64"));
  EXPECT_THAT(fault_of_data(item("0", R"("AACA")")).detail, HasSubstr("base64"));
  EXPECT_THAT(fault_of_data(item("0", R"("AAC*Pw==")")).detail, HasSubstr("base64"));
  EXPECT_THAT(fault_of_data(item("0", "7")).detail, HasSubstr("no vector"));
  EXPECT_THAT(fault_of_data("").detail, HasSubstr("no vectors"));
}

TEST(EmbeddingsReply, IsNoListOfVectors) {
  for (const std::string body : {"", "[]", "<html>", R"({"data":{}})", R"({"error":"down"})",
                                 R"({"data":[{"index":0,"embedding":[1]}])"}) {
    const auto fault = fault_of(read_body(body));
    EXPECT_EQ(fault.reason, "bad-reply") << body;
    EXPECT_TRUE(fault.maybe_billed) << body;
  }
}

TEST(EmbeddingsReply, WithoutABelievableBillTellsNoUsage) {
  const auto usage = [](const std::string& told) {
    return vectors_of(read_body(R"({"data":[{"index":0,"embedding":[1]}],"usage":)" + told + "}"))
        .usage;
  };
  EXPECT_EQ(usage("null"), std::nullopt);
  EXPECT_EQ(usage(R"({"prompt_tokens":0})"), std::nullopt);
  EXPECT_EQ(usage(R"({"prompt_tokens":-1})"), std::nullopt);
  EXPECT_EQ(usage(R"({"prompt_tokens":3})").value_or(Usage{}).input_tokens, 3);
}

TEST(EmbeddingsReply, FaultsAreThoseOfTheTables) {
  const auto refused = [](int status) { return fault_of(read(HttpResponse{status, {}, "?"})); };
  EXPECT_EQ(refused(401).remedy, Remedy::stop_run);
  EXPECT_EQ(refused(404).reason, "not-found");
  EXPECT_EQ(refused(429).remedy, Remedy::wait);
  EXPECT_EQ(refused(500).remedy, Remedy::retry);
  EXPECT_EQ(fault_of(read(TransportFault{TransportFaultKind::reset, "", true})).reason, "network");
  const auto limited = read(HttpResponse{429, {{"x-ratelimit-limit-requests", "30"}}, "?"});
  EXPECT_EQ(limited.hint.limit_requests, 30);
}

RC_GTEST_PROP(EmbeddingsReply, AnyOrderOfItemsGivesTheSameVectors, ()) {
  const auto count = *rc::gen::inRange(1, 12);
  std::vector<std::string> items;
  for (int i = 0; i < count; ++i) {
    items.push_back(item(std::to_string(i), "[" + std::to_string(i) + ",0.5]"));
  }
  for (std::size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  std::string list;
  for (const auto& each : items) list += (list.empty() ? "" : ",") + each;
  const auto read = vectors_of(read_body(with_data(list)));
  RC_ASSERT(read.vectors.values.size() == 2U * static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    RC_ASSERT(read.vectors.values[2U * static_cast<std::size_t>(i)] == static_cast<float>(i));
  }
}

RC_GTEST_PROP(EmbeddingsReply, EveryBytesAreVectorsOrAFault, (const std::string& bytes)) {
  const auto exchange = read_body(R"({"data":[{"index":0,"embedding":")" + bytes + "\"}]}");
  if (const auto* done = std::get_if<Completion>(&exchange.outcome)) {
    RC_ASSERT(done->vectors.values.size() == done->vectors.dimensions);
  }
}

}  // namespace
}  // namespace sheaf::provider
