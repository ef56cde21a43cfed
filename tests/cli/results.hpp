// What a test reads from a result file, and the example that most of them run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "core/json.hpp"

namespace sheaf::testing {

inline const std::string triage_task = SHEAF_SOURCE_DIR "/examples/support-triage/task.yaml";
inline const std::string triage_rows = SHEAF_SOURCE_DIR "/examples/support-triage/messages.csv";
inline constexpr std::size_t triage_row_count = 304;

struct Result {
  std::string id;
  std::string status;
  json::Value answer;
  json::Value line;
};

inline std::string text_of(const json::Value* value) {
  if (value == nullptr) return "<absent>";
  return value->string() != nullptr ? *value->string() : json::dump(*value);
}

inline std::vector<Result> results_in(std::string_view text) {
  std::vector<Result> results;
  for (const auto& line : lines_of(text)) {
    const auto value = json::parse(line);
    if (!value) {
      ADD_FAILURE() << "no JSON: " << line;
      continue;
    }
    const auto* const answer = value->find("answer");
    results.push_back({text_of(value->find("id")), text_of(value->find("status")),
                       answer == nullptr ? json::Value() : *answer, *value});
  }
  return results;
}

inline std::vector<std::string> ids_of(const std::vector<Result>& results) {
  std::vector<std::string> ids;
  for (const auto& result : results) ids.push_back(result.id);
  return ids;
}

/// The ids of the example, in input order: "msg-001" to "msg-304".
inline std::vector<std::string> triage_ids(std::size_t count = triage_row_count) {
  std::vector<std::string> ids;
  for (std::size_t i = 1; i <= count; ++i) {
    const auto digits = std::to_string(i);
    ids.push_back("msg-" + std::string(3 - digits.size(), '0') + digits);
  }
  return ids;
}

/// `sheaf run` of the example with its simulated model: slow, wrong and faulty at times.
inline std::vector<std::string> demo_run(const std::string& output,
                                         const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{"run",  triage_task, triage_rows, "-o",
                               output, "--model",   "simulated"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// Flags of `sheaf simulate` for a model that answers rightly and at once.
inline std::vector<std::string> calm_model() {
  return {"--accuracy=1", "--first-token-ms=0", "--tokens-per-second=0", "--content-faults=0",
          "--transport-faults=0"};
}

/// The same with a model that answers rightly and at once, but for `more`.
inline std::vector<std::string> triage_run(const std::string& output,
                                           const std::vector<std::string>& more = {}) {
  auto all = demo_run(output);
  for (const auto* option : {"accuracy=1", "first_token_ms=0", "tokens_per_second=0",
                             "content_faults=0", "transport_faults=0"}) {
    all.insert(all.end(), {"--simulated", option});
  }
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// A small task over the columns id and text, for rows that a test writes itself.
inline constexpr std::string_view small_task =
    "name: small\n"
    "instruction: Say which colour is meant.\n"
    "sample:\n"
    "  Text: \"{{text}}\"\n"
    "answer:\n"
    "  type: choice\n"
    "  choices: [red, green, blue]\n"
    "id: id\n"
    "gold: gold\n"
    "batch: {size: 4}\n"
    "model: {name: simulated}\n";

inline std::string small_row(int number) {
  static constexpr std::array<std::string_view, 3> colours{"red", "green", "blue"};
  const auto colour = colours.at(static_cast<std::size_t>(number % 3));
  return "{\"id\": \"" + std::to_string(number) + "\", \"text\": \"thing " +
         std::to_string(number) + "\", \"gold\": \"" + std::string(colour) + "\"}\n";
}

inline std::string small_rows(int count) {
  std::string text;
  for (int number = 1; number <= count; ++number) text += small_row(number);
  return text;
}

}  // namespace sheaf::testing
