// The table of options: one place for names, forms, defaults and help, and nothing beside it.
#include "simulate/options.hpp"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include <sheaf/simulate.hpp>

#include "simulate/fault_kinds.hpp"

namespace sheaf::simulate {
namespace {

std::string refusal(const std::string& name, const std::string& text) {
  SimulateOptions options;
  const auto set = set_simulate_option(options, name, text);
  return set ? "" : set.error().message;
}

SimulateOptions with(const std::string& name, const std::string& text) {
  SimulateOptions options;
  const auto set = set_simulate_option(options, name, text);
  EXPECT_TRUE(set) << set.error().message;
  return options;
}

Expected<SimulateOptions> read(const std::string& section) {
  return read_options(*json::parse(section)->object());
}

TEST(SimulateOptions, EveryDefaultInTheTableIsOneThatCanBeWritten) {
  for (const auto& option : simulate_options()) {
    if (option.default_value.empty()) continue;
    SCOPED_TRACE(option.name);
    EXPECT_EQ(refusal(std::string(option.name), std::string(option.default_value)), "");
  }
}

TEST(SimulateOptions, EveryFaultHasAnOptionOfItsName) {
  std::set<std::string_view> names;
  for (const auto& option : simulate_options()) names.insert(option.name);
  for (const auto& kind : content_faults) EXPECT_TRUE(names.contains(kind.name)) << kind.name;
  for (const auto& kind : wire_faults) EXPECT_TRUE(names.contains(kind.name)) << kind.name;
}

TEST(SimulateOptions, AFaultsNameSetsThatFaultsRateAndNoOther) {
  const auto check = [](const auto& kinds) {
    for (const auto& kind : kinds) {
      const auto options = with(std::string(kind.name), "0.25");
      for (const auto& other : kinds) {
        EXPECT_EQ(rate(options, other.fault), other.name == kind.name ? 0.25 : 0) << other.name;
      }
    }
  };
  check(content_faults);
  check(wire_faults);
}

TEST(SimulateOptions, TheCommonRateReachesEveryFaultButMislabelAndYieldsToItsOwn) {
  auto options = with("content_faults", "0.03");
  ASSERT_TRUE(set_simulate_option(options, "echo", "0"));
  EXPECT_EQ(rate(options, ContentFault::drop), 0.03);
  EXPECT_EQ(rate(options, ContentFault::prose), 0.03);
  EXPECT_EQ(rate(options, ContentFault::echo), 0);
  EXPECT_EQ(rate(options, ContentFault::mislabel), 0);
  EXPECT_EQ(rate(with("transport_faults", "0.02"), WireFault::half_json), 0.02);
}

TEST(SimulateOptions, AnUnknownNameIsRefusedWithTheNearestOne) {
  EXPECT_NE(refusal("accuraccy", "1").find("did you mean accuracy?"), std::string::npos);
  EXPECT_NE(refusal("http_492", "1").find("did you mean http_429?"), std::string::npos);
  EXPECT_NE(refusal("zzzzzzzz", "1").find("docs/simulated-model.md"), std::string::npos);
}

TEST(SimulateOptions, AValueOutOfRangeIsRefusedWithWhatToWrite) {
  EXPECT_NE(refusal("accuracy", "1.5").find("accuracy: '1.5'"), std::string::npos);
  EXPECT_NE(refusal("accuracy", "1.5").find("from 0 to 1"), std::string::npos);
  for (const auto& [name, text] :
       std::vector<std::pair<std::string, std::string>>{{"accuracy", "x"},
                                                        {"accuracy", "nan"},
                                                        {"accuracy", ""},
                                                        {"drop", "-0.1"},
                                                        {"drop", "0.1x"},
                                                        {"seed", "-1"},
                                                        {"requests_per_minute", "0"},
                                                        {"requests_per_minute", "1.5"},
                                                        {"first_token_ms", "-1"},
                                                        {"tokens_per_second", "inf"},
                                                        {"stall_ms", "-1"},
                                                        {"nonce", "yes"},
                                                        {"accuracy_by_size", "0.9"},
                                                        {"accuracy_by_size", "0:0.9"},
                                                        {"accuracy_by_size", "6:1.9"},
                                                        {"accuracy_by_position", "2"},
                                                        {"accuracy_by_position", "1,2"}}) {
    EXPECT_NE(refusal(name, text), "") << name << "=" << text;
  }
}

TEST(SimulateOptions, TokensAreNamedAndTheNearestNameIsProposed) {
  EXPECT_EQ(with("tokens", "bytes").tokens, SimulatedTokens::bytes);
  EXPECT_EQ(with("tokens", "o200k_base").tokens, SimulatedTokens::o200k_base);
  EXPECT_EQ(with("tokens", "cl100k_base").tokens, SimulatedTokens::cl100k_base);
  EXPECT_EQ(refusal("tokens", "o100k_base"),
            "the simulated model's option tokens: 'o100k_base' will not do; write bytes, "
            "o200k_base or cl100k_base; did you mean o200k_base?");
  EXPECT_EQ(refusal("tokens", "words"),
            "the simulated model's option tokens: 'words' will not do; write bytes, o200k_base or "
            "cl100k_base");
}

TEST(SimulateOptions, ADashInANameIsAnUnderscore) {
  EXPECT_EQ(with("first-token-ms", "250").first_token_ms, 250);
}

TEST(SimulateOptions, SizesAndPositionsAreReadFromText) {
  const auto sizes = with("accuracy_by_size", "1:0.95, 6:0.9").accuracy_by_size;
  EXPECT_EQ(sizes, (std::map<int, double>{{1, 0.95}, {6, 0.9}}));
  const auto slope = with("accuracy_by_position", "-0.01").accuracy_by_position;
  EXPECT_EQ(std::get<double>(slope), -0.01);
  const auto list = with("accuracy_by_position", "1,0.98").accuracy_by_position;
  EXPECT_EQ(std::get<std::vector<double>>(list), (std::vector<double>{1, 0.98}));
}

TEST(SimulateOptions, ASectionIsReadAsYamlWritesIt) {
  const auto options = read(
      R"({"seed":7,"accuracy_by_size":{"1":0.95,"6":0.9},"accuracy_by_position":[0.9],
          "voice":"a.solution","nonce":true,"key":null,"requests_per_minute":500})");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->seed, 7u);
  EXPECT_EQ(options->accuracy_by_size.at(6), 0.9);
  EXPECT_EQ(std::get<std::vector<double>>(options->accuracy_by_position), std::vector<double>{0.9});
  EXPECT_EQ(options->voice, "a.solution");
  EXPECT_TRUE(options->nonce);
  EXPECT_EQ(options->requests_per_minute, 500);
}

TEST(SimulateOptions, ASectionWithAnUnknownKeyIsRefused) {
  EXPECT_NE(read(R"({"drip":0.1})").error().message.find("did you mean drop?"), std::string::npos);
  EXPECT_FALSE(read(R"({"drip":null})"));
  EXPECT_FALSE(read(R"({"drop":{"a":{"b":1}}})"));
  EXPECT_EQ(read(R"({"drop":2})").error().code, ErrorCode::usage);
}

TEST(SimulateOptions, RatesThatCannotBeMutuallyExclusiveAreRefused) {
  EXPECT_TRUE(read(R"({"drop":0.5,"echo":0.5})"));
  EXPECT_FALSE(read(R"({"drop":0.5,"echo":0.6})"));
  EXPECT_FALSE(read(R"({"content_faults":0.1})"));
  EXPECT_FALSE(read(R"({"transport_faults":0.2})"));
}

TEST(SimulateOptions, TheDocumentHoldsTheTableLineByLine) {
  std::ifstream file(SHEAF_SOURCE_DIR "/docs/simulated-model.md");
  std::stringstream document;
  document << file.rdbuf();
  for (const auto& option : simulate_options()) {
    std::ostringstream line;
    line << "| `" << option.name << "` | " << option.form << " | " << option.default_value
         << (option.default_value.empty() ? "| " : " | ") << option.help << " |\n";
    EXPECT_NE(document.str().find(line.str()), std::string::npos) << line.str();
  }
}

}  // namespace
}  // namespace sheaf::simulate
