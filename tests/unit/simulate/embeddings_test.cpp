// Vectors of the simulated model, read by the real provider.
#include "simulate/embeddings.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lab.hpp"

namespace sheaf::simulate {
namespace {

using std::chrono::seconds;

Lab lab_with(const std::string& option = {}, const std::string& value = {}) {
  SimulateOptions options;
  if (!option.empty()) {
    EXPECT_TRUE(set_simulate_option(options, option, value));
  }
  return Lab(parse_task(number_yaml()), number_rows(2), options);
}

struct Asked {
  SimulatedReply raw;
  Exchange exchange;
  const Fault& fault() const { return std::get<Fault>(exchange.outcome); }
  const Completion& done() const { return std::get<Completion>(exchange.outcome); }
  bool is_done() const { return std::holds_alternative<Completion>(exchange.outcome); }
};

Asked embed(Lab& lab, const std::vector<std::string_view>& texts,
            std::optional<std::int64_t> dimensions = {}) {
  const provider::Embeddings client({"simulated", dimensions});
  auto request = client.request(texts);
  request.url = "http://127.0.0.1:1/v1" + request.url;
  Asked asked{lab.model->answer(request, lab.now), {}};
  asked.exchange =
      client.read(HttpResponse{asked.raw.status, asked.raw.headers, asked.raw.body}, 0);
  return asked;
}

double cosine(std::string_view a, std::string_view b) {
  const auto left = vector_of(a, 256);
  const auto right = vector_of(b, 256);
  double sum = 0;
  for (std::size_t i = 0; i < left.size(); ++i) sum += double{left[i]} * double{right[i]};
  return sum;
}

TEST(SimulatedVectors, AreNearWhereTextsShareWordsAndOfUnitLength) {
  const auto one = "The invoice lists five seats and we have four";
  EXPECT_NEAR(cosine(one, one), 1, 1e-5);
  EXPECT_GT(cosine(one, "the INVOICE lists six seats, and we have five."), 0.6);
  EXPECT_LT(std::abs(cosine(one, "Export button does nothing when clicked")), 0.3);
  for (const auto* odd : {"?!", "\n", "\xE9\x9B\xAA", " "}) EXPECT_NEAR(cosine(odd, odd), 1, 1e-5);
}

TEST(SimulatedVectors, ReachTheClientWithTheirTokens) {
  auto lab = lab_with();
  const auto asked = embed(lab, {"five", "twelve seats"}, 16);
  ASSERT_TRUE(asked.is_done()) << asked.raw.body;
  EXPECT_EQ(asked.done().vectors.dimensions, 16U);
  auto expected = vector_of("five", 16);
  const auto second = vector_of("twelve seats", 16);
  expected.insert(expected.end(), second.begin(), second.end());
  EXPECT_EQ(asked.done().vectors.values, expected) << "base64 loses no bit";
  EXPECT_EQ(asked.done().usage.value_or(Usage{}).input_tokens, 4);
  EXPECT_EQ(lab.count("embeddings.requests"), 1);
  EXPECT_EQ(lab.count("embeddings.texts"), 2);
  EXPECT_EQ(lab.count("embeddings.tokens"), 4);
  EXPECT_EQ(lab.count("tokens.input"), 4);
  EXPECT_EQ(lab.count("requests"), 1);
}

TEST(SimulatedVectors, ComeAsNumbersWhereAskedFor) {
  auto lab = lab_with();
  HttpRequest request{"POST", "/v1/embeddings", {}, R"({"model":"m","input":"two words"})"};
  const auto raw = lab.model->answer(request, lab.now);
  const auto read = provider::Embeddings({"m", {}}).read(HttpResponse{200, {}, raw.body}, 0);
  ASSERT_TRUE(std::holds_alternative<Completion>(read.outcome)) << raw.body;
  EXPECT_EQ(std::get<Completion>(read.outcome).vectors.values, vector_of("two words", 256));
}

TEST(SimulatedVectors, RefuseWhatOpenAiRefuses) {
  auto lab = lab_with();
  EXPECT_EQ(embed(lab, {"a", ""}).fault().reason, "rejected");
  EXPECT_EQ(embed(lab, std::vector<std::string_view>(2049, "a")).fault().reason, "rejected");
  EXPECT_EQ(embed(lab, {"a"}, 5000).fault().reason, "rejected");
  EXPECT_EQ(embed(lab, {}).fault().reason, "rejected");
  const std::string longest(4UL * 8192, 'a');
  EXPECT_TRUE(embed(lab, {longest}).is_done());
  EXPECT_EQ(embed(lab, {longest + "a"}).fault().reason, "too-long");
  EXPECT_EQ(lab.count("embeddings.requests"), 6);
  EXPECT_EQ(lab.count("embeddings.texts"), 1) << "a refusal makes no vectors";
  EXPECT_TRUE(embed(lab, std::vector<std::string_view>(2048, "a"), 1).is_done());
  EXPECT_EQ(embed(lab, {"a"}, 0).fault().reason, "rejected");
}

TEST(SimulatedVectors, AskForTheKey) {
  auto lab = lab_with("key", "sesame");
  EXPECT_EQ(embed(lab, {"a"}).fault().reason, "key-refused");
}

TEST(SimulatedVectors, MeetTheTransportFaults) {
  for (const auto* fault : {"http_429", "http_500", "http_503", "half_json", "html"}) {
    auto lab = lab_with(fault, "1");
    EXPECT_FALSE(embed(lab, {"a"}).is_done()) << fault;
    EXPECT_EQ(lab.count(std::string("faults.") + fault), 1) << fault;
  }
  auto lab = lab_with("reset", "1");
  EXPECT_EQ(embed(lab, {"a"}).raw.delivery, Delivery::reset);
}

TEST(SimulatedVectors, CountAgainstLimitsOfTheirOwn) {
  auto lab = lab_with("requests_per_minute", "2");
  EXPECT_TRUE(embed(lab, {"a"}).is_done());
  EXPECT_TRUE(embed(lab, {"b"}).is_done());
  EXPECT_EQ(embed(lab, {"c"}).fault().reason, "rate-limited");
  EXPECT_TRUE(lab.ask({0}).is_completion()) << "another model's limit";
  lab.now += seconds(60);
  EXPECT_TRUE(embed(lab, {"c"}).is_done());
}

}  // namespace
}  // namespace sheaf::simulate
