// Files of requests in OpenAI's bulk format, the simulated model that answers them, and what their
// results say.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sheaf/simulate.hpp>

#include "core/json.hpp"

namespace sheaf::testing {

inline constexpr std::array<std::string_view, 3> colours{"red", "green", "blue"};

inline std::string_view colour_of(int number) {
  return colours.at(static_cast<std::size_t>(number) % colours.size());
}

/// Says which colour a thing has, to a request alone and to several in one prompt.
inline constexpr std::string_view colour_task =
    "name: colours\n"
    "instruction: Name the colour.\n"
    "sample: {Request: \"{{text}}\"}\n"
    "answer: {type: text, label: Reply}\n"
    "id: id\n"
    "gold: gold\n"
    "model: {name: simulated}\n";

/// Its rows: each thing as a request alone shows it, and as a shared prompt does.
inline std::string colour_rows(int count) {
  std::string rows;
  for (int i = 0; i < count; ++i) {
    for (const std::string_view prefix : {"", "Request: "}) {
      rows += fmt::format("{{\"id\": \"{}{}\", \"text\": \"{}thing {}\", \"gold\": \"{}\"}}\n", i,
                          prefix.empty() ? "" : "s", prefix, i, colour_of(i));
    }
  }
  return rows;
}

inline std::string colour_body(int number, std::string_view more = {}) {
  return fmt::format(
      R"({{"model":"gpt-4o-mini","messages":[{{"role":"system","content":"Name the colour."}},)"
      R"({{"role":"user","content":"Request: thing {}"}}]{}}})",
      number, more);
}

inline std::string request_line(std::string_view id, std::string_view body,
                                std::string_view url = "/v1/chat/completions") {
  return fmt::format(R"({{"custom_id":"{}","method":"POST","url":"{}","body":{}}})", id, url,
                     body) +
         "\n";
}

/// "r-0", "r-1", ... of which every tenth goes alone, and every fifth is another user's.
inline std::string colour_requests(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    std::string more = R"(,"temperature":0)";
    if (i % 10 == 7) more += R"(,"logprobs":true)";
    if (i % 5 == 3) more += R"(,"user":"ann")";
    lines += request_line(fmt::format("r-{}", i), colour_body(i, more));
  }
  return lines;
}

struct BulkResult {
  std::string custom_id;
  int status = 0;       ///< 0 without a response.
  std::string content;  ///< Of its message.
  std::string error;    ///< Its code.
  std::int64_t input_tokens = 0, output_tokens = 0;
  json::Value line;
};

inline std::string string_at(const json::Value& value, std::string_view path) {
  const auto* found = value.find_path(path);
  return found == nullptr || found->string() == nullptr ? "" : *found->string();
}

inline std::int64_t integer_at(const json::Value& value, std::string_view path) {
  const auto* found = value.find_path(path);
  return found == nullptr ? 0 : found->integer().value_or(0);
}

inline std::vector<BulkResult> bulk_results_in(std::string_view text) {
  std::vector<BulkResult> results;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = json::parse(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (!line) {
      ADD_FAILURE() << "no JSON";
      continue;
    }
    BulkResult result{.custom_id = string_at(*line, "custom_id"),
                      .status = static_cast<int>(integer_at(*line, "response.status_code")),
                      .content = string_at(*line, "response.body.choices.0.message.content"),
                      .error = string_at(*line, "error.code"),
                      .line = *line};
    for (const std::string usage : {"response.body.usage.", "error.usage."}) {
      result.input_tokens += integer_at(*line, usage + "prompt_tokens");
      result.output_tokens += integer_at(*line, usage + "completion_tokens");
    }
    results.push_back(std::move(result));
  }
  return results;
}

/// That every request has one result, in order, and its own answer.
inline void expect_colours(const std::vector<BulkResult>& results, int count) {
  ASSERT_EQ(std::ssize(results), count);
  for (int i = 0; i < count; ++i) {
    const auto& result = results[static_cast<std::size_t>(i)];
    EXPECT_EQ(result.custom_id, fmt::format("r-{}", i));
    EXPECT_EQ(result.status, 200) << result.custom_id << ' ' << result.error;
    EXPECT_NE(result.content.find(colour_of(i)), std::string::npos)
        << result.custom_id << ": " << result.content;
  }
}

/// The tokens that all lines tell are those that the server says it billed.
inline void expect_usage_of(const SimulatedServer& server, const std::vector<BulkResult>& results) {
  std::int64_t input = 0;
  std::int64_t output = 0;
  for (const auto& result : results) {
    input += result.input_tokens;
    output += result.output_tokens;
  }
  const auto stats = json::parse(server.stats_json()).value();
  EXPECT_EQ(input, integer_at(stats, "tokens.input"));
  EXPECT_EQ(output, integer_at(stats, "tokens.output"));
}

/// Serves `colour_task` over `rows_path`, which holds `colour_rows`.
inline SimulatedServer serve_colours(const std::string& rows_path,
                                     const std::map<std::string, std::string>& options = {}) {
  const auto task = Task::parse(std::string(colour_task), "colours.yaml").value();
  auto server = SimulatedServer::start(task, {.rows = rows_path, .port = 0, .simulated = options});
  if (!server) ADD_FAILURE() << server.error().message;
  return std::move(*server);
}

}  // namespace sheaf::testing
