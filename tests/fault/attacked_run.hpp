// A small run of the real command that something befalls, and what must hold after it.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/simulate.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "fault/served.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::testing {

/// Each row has an answer of its own, so that another row's would be seen.
inline constexpr std::string_view numbers_task =
    "name: numbers\n"
    "instruction: Say which number is meant.\n"
    "sample:\n"
    "  Text: \"{{text}}\"\n"
    "answer:\n"
    "  type: number\n"
    "id: id\n"
    "gold: gold\n"
    "batch: {size: 4}\n"
    "model: {name: openai/any}\n";

inline std::int64_t number_of(int row) { return 1000 + std::int64_t{37} * row; }

/// A row of so many bytes more, in a column that no prompt shows.
inline std::string numbers_row(int row, std::size_t padding = 0) {
  return "{\"id\": \"" + std::to_string(row) + "\", \"text\": \"thing " + std::to_string(row) +
         "\", \"gold\": " + std::to_string(number_of(row)) + ", \"note\": \"" +
         std::string(padding, 'x') + "\"}\n";
}

inline std::string numbers_rows(int count, std::size_t padding = 0) {
  std::string text;
  for (int row = 1; row <= count; ++row) text += numbers_row(row, padding);
  return text;
}

/// Every row once, in order, with its own answer.
inline void expect_whole(const std::string& text, int rows) {
  const auto results = results_in(text);
  ASSERT_EQ(results.size(), static_cast<std::size_t>(rows));
  for (int row = 1; row <= rows; ++row) {
    const auto& result = results[static_cast<std::size_t>(row) - 1];
    EXPECT_EQ(result.id, std::to_string(row));
    EXPECT_EQ(result.status, "answered") << json::dump(result.line);
    EXPECT_EQ(result.answer.integer().value_or(-1), number_of(row)) << result.id;
  }
}

class AttackedRun : public ::testing::Test {
 protected:
  static constexpr int row_count = 48;  ///< Rows that the simulated model knows.

  void SetUp() override {
    folder_.write("task.yaml", numbers_task);
    folder_.write("known.jsonl", numbers_rows(row_count));
    folder_.write("rows.jsonl", numbers_rows(row_count));
    serve({{"first_token_ms", "80"}});
  }

  void serve(const std::map<std::string, std::string>& simulated) {
    server_.reset();
    const auto task = Task::load(folder_ / "task.yaml");
    ASSERT_TRUE(task) << task.error().message;
    auto server = SimulatedServer::start(
        *task, {.rows = folder_ / "known.jsonl", .port = 0, .simulated = simulated});
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }

  std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{
        "run",        folder_ / "task.yaml", folder_ / "rows.jsonl", "-o", folder_ / "out.jsonl",
        "--base-url", server_->base_url(),   "--concurrency",        "2",  "-q"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  /// Requests that reached the server so far.
  std::int64_t requests() const {
    const auto stats = json::parse(server_->stats_json());
    const auto* count = stats ? stats->find("requests") : nullptr;
    return count == nullptr ? 0 : count->integer().value_or(0);
  }

  /// Until the server has so many requests; false when the command ended before.
  bool reaches(const Running& run, std::int64_t count) const {
    return run.wait_until([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return requests() >= count;
    });
  }

  /// Of every id that was asked, how often.
  std::map<std::string, std::int64_t> asked() const {
    std::map<std::string, std::int64_t> counts;
    for (const auto& [id, served] : served_samples(server_->stats_json())) {
      counts[id] = served.asked;
    }
    return counts;
  }

  /// The ids whose answer stands in the checkpoint.
  std::set<std::string> settled(const std::string& path) const {
    std::set<std::string> ids;
    auto store = store::open_sqlite(path, store::Access::read_only);
    EXPECT_TRUE(store) << store.error().message;
    if (!store) return ids;
    for (store::SampleNo number = 1; number <= (*store)->sample_count(); ++number) {
      const auto record = (*store)->read(number);
      EXPECT_TRUE(record) << record.error().message;
      if (record && record->state != store::SampleState::open) ids.insert(record->first_id);
    }
    return ids;
  }
  std::set<std::string> settled() const { return settled(folder_ / "out.jsonl.sheaf"); }

  /// The same command ends the run, and asks nothing that stood in the checkpoint again.
  void expect_completion(int rows = row_count) const {
    const auto kept = settled();
    EXPECT_FALSE(kept.empty()) << "it came too early to prove anything";
    auto before = asked();
    const auto again = sheaf(command());
    ASSERT_EQ(again.code, 0) << again.err;
    auto after = asked();
    for (const auto& id : kept) EXPECT_EQ(after[id], before[id]) << id;
    expect_whole(folder_.read("out.jsonl"), rows);
    EXPECT_FALSE(folder_.has("out.jsonl.partial"));
  }

  void remove(const std::string& name) const { std::filesystem::remove(folder_ / name); }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(folder_ / from, folder_ / to);
  }

  Folder folder_;
  std::optional<SimulatedServer> server_;
};

}  // namespace sheaf::testing
