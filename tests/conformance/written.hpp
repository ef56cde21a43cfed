// What is written in the files of the conformance suites, and what they expect of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/exchange.hpp"
#include "core/json.hpp"

namespace sheaf::provider {

namespace fs = std::filesystem;

struct Written {
  std::string server;
  json::Value file;
  json::Value exchange;
};

inline void PrintTo(const Written& written, std::ostream* out) {
  *out << written.server << ": " << *written.exchange.find("name")->string();
}

inline json::Value read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto parsed = json::parse(text, {.refuse_duplicate_keys = true});
  EXPECT_TRUE(parsed) << path << ": " << (parsed ? "" : parsed.error().reason);
  return parsed ? std::move(*parsed) : json::Value();
}

/// In tests/conformance/.
inline std::vector<fs::path> files_in(std::string_view name) {
  const fs::path folder = fs::path(SHEAF_SOURCE_DIR) / "tests/conformance" / name;
  std::vector<fs::path> found{fs::directory_iterator(folder), {}};
  std::ranges::sort(found);
  return found;
}

/// What stands in that list of any of them.
inline std::vector<Written> all_in(std::string_view folder, std::string_view list) {
  std::vector<Written> found;
  for (const auto& path : files_in(folder)) {
    const auto file = read_file(path);
    const auto* items = file.find(list);
    if (items == nullptr) continue;
    for (const auto& item : *items->array()) found.push_back({path.stem().string(), file, item});
  }
  return found;
}

inline std::string text_at(const json::Value& value, std::string_view path,
                           std::string absent = {}) {
  const auto* found = value.find_path(path);
  return found == nullptr || found->string() == nullptr ? absent : *found->string();
}

inline std::optional<std::int64_t> number_at(const json::Value& value, std::string_view path) {
  const auto* found = value.find_path(path);
  return found == nullptr ? std::nullopt : found->integer();
}

inline HttpResponse response_of(const json::Value& exchange) {
  HttpResponse response;
  response.status = static_cast<int>(number_at(exchange, "status").value_or(0));
  if (const auto* headers = exchange.find("headers")) {
    for (const auto& [name, value] : *headers->object()) {
      response.headers.push_back({name, *value.string()});
    }
  }
  const auto* body = exchange.find("body");
  response.body = body == nullptr ? text_at(exchange, "text") : json::dump(*body);
  return response;
}

inline Api api_of(std::string_view word) {
  if (word == "completions") return Api::completions;
  if (word == "responses") return Api::responses;
  if (word == "messages") return Api::messages;
  if (word == "generate_content") return Api::generate_content;
  EXPECT_TRUE(word.empty()) << word;
  return Api::chat;
}

inline std::string name_of(FinishReason reason) {
  switch (reason) {
    case FinishReason::stop:
      return "stop";
    case FinishReason::length:
      return "length";
    case FinishReason::refused:
      return "refused";
    case FinishReason::other:
      break;
  }
  return "other";
}

inline std::string name_of(Remedy remedy) {
  switch (remedy) {
    case Remedy::wait:
      return "wait";
    case Remedy::retry:
      return "retry";
    case Remedy::smaller_batch:
      return "smaller_batch";
    case Remedy::same_batch:
      return "same_batch";
    case Remedy::stop_run:
      break;
  }
  return "stop_run";
}

inline void expect_usage(const json::Value& expected, const std::optional<Usage>& usage) {
  const auto* list = expected.find("usage");
  if (list == nullptr || list->is_null()) {
    EXPECT_EQ(usage, std::nullopt);
    return;
  }
  const auto count = [list](std::size_t i) { return list->array()->at(i).integer().value(); };
  const auto written = list->array()->size() > 4 ? count(4) : 0;
  EXPECT_EQ(usage, (Usage{count(0), count(1), count(2), count(3), written}));
}

inline void expect_completion(const json::Value& expected, const Exchange& exchange) {
  const auto* completion = std::get_if<Completion>(&exchange.outcome);
  ASSERT_NE(completion, nullptr) << std::get<Fault>(exchange.outcome).detail;
  EXPECT_EQ(completion->text, text_at(expected, "text"));
  EXPECT_EQ(name_of(completion->finish), text_at(expected, "finish"));
  expect_usage(expected, completion->usage);
}

inline void expect_fault(const json::Value& expected, const Fault& fault) {
  EXPECT_EQ(fault.reason, text_at(expected, "reason")) << fault.detail;
  EXPECT_EQ(name_of(fault.remedy), text_at(expected, "remedy"));
  EXPECT_EQ(fault.maybe_billed, *expected.find("billed")->boolean());
  const auto wait = number_at(expected, "retry_after_ms");
  EXPECT_EQ(fault.retry_after, wait ? std::optional(Millis(*wait)) : std::nullopt);
  expect_usage(expected, fault.usage);
  EXPECT_NE(fault.detail.find(text_at(expected, "says")), std::string::npos) << fault.detail;
  if (const auto secret = text_at(expected, "hides"); !secret.empty()) {
    EXPECT_EQ(fault.detail.find(secret), std::string::npos) << fault.detail;
  }
}

inline void expect_fault(const json::Value& expected, const Exchange& exchange) {
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  ASSERT_NE(fault, nullptr) << std::get<Completion>(exchange.outcome).text;
  expect_fault(expected, *fault);
}

}  // namespace sheaf::provider
