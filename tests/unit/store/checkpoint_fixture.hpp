// What the tests of the checkpoint share: a folder of their own, and records with every field set.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "core/hash.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::store {

/// A fresh folder, removed at the end. Anyone may enter it. In memory where the machine has such a
/// place: these tests sync thousands of times.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const std::string memory = "/dev/shm/";
    const bool has_memory = ::access(memory.c_str(), W_OK) == 0;
    auto name = (has_memory ? memory : ::testing::TempDir()) + "checkpoint-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
    std::filesystem::permissions(path_, std::filesystem::perms(0777));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms(0777), ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  /// The names in it, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  std::string path_;
};

/// The value, or a failed test that says the error.
template <class T>
T must(Expected<T> value) {
  EXPECT_TRUE(value.has_value()) << (value ? std::string{} : value.error().message);
  if constexpr (!std::is_void_v<T>) return value ? std::move(*value) : T{};
}

inline std::unique_ptr<Checkpoint> open_writing(const std::string& path) {
  return must(open_sqlite(path, Access::read_write));
}
inline std::unique_ptr<Checkpoint> open_reading(const std::string& path) {
  return must(open_sqlite(path, Access::read_only));
}

/// Why it cannot be opened; empty when it can.
inline std::string refusal(const std::string& path, Access access) {
  const auto opened = open_sqlite(path, access);
  if (opened) return {};
  EXPECT_EQ(opened.error().code, ErrorCode::usage) << opened.error().message;
  return opened.error().message;
}

/// Runs SQL on the file itself, as another program would.
inline void tamper(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
  sqlite3_free(error);
  sqlite3_close(database);
}

inline Fingerprint key_of(std::int64_t n) { return Hasher().add(n).finish(); }

/// Every field differs from its default and from its neighbours.
inline SampleRecord answered(std::int64_t n) {
  SampleRecord record;
  record.key = key_of(n);
  record.first_id = "row-" + std::to_string(n);
  record.state = SampleState::answered;
  record.value_json = "\"billing\"";
  record.text = "The answer is billing.\nÄ\t" + std::to_string(n);
  record.requests = 2;
  record.usage = {1000 + n, 500, 20, 7};
  record.cost.picos = 123'456'789 + n;
  record.place = {6, 3, 2};
  return record;
}

inline SampleRecord failed(std::int64_t n) {
  auto record = answered(n);
  record.state = SampleState::failed;
  record.value_json.clear();
  record.reason = "missing";
  record.detail = "no answer under its key";
  return record;
}

inline AttemptStart start_of(std::vector<SampleNo> samples, std::int64_t at_unix_ms = 1000) {
  AttemptStart start;
  start.at_unix_ms = at_unix_ms;
  start.attempt = 2;
  start.round = 3;
  start.samples = std::move(samples);
  start.reserved_tokens = 4000;
  start.reserved_cost.picos = 5'000'000;
  start.prompt_prefix = "Decide which queue each message belongs to.\n\nMessage[1]: ...";
  start.prompt_rest = "Message[1]: my card was charged twice\nMessage[2]: 100 % \"lost\"\n";
  return start;
}

inline AttemptEnd completed(std::int64_t started_unix_ms = 1500) {
  AttemptEnd end;
  end.reply = "Answer[1]: billing\nAnswer[2]: bug";
  end.finish = FinishReason::length;
  end.usage = Usage{900, 300, 40, 10};
  end.cost.picos = 2'000'000;
  end.started_unix_ms = started_unix_ms;
  end.latency_ms = 777;
  return end;
}

inline AttemptEnd faulted(bool maybe_billed, std::int64_t started_unix_ms = 1500) {
  AttemptEnd end;
  end.finish = FinishReason::other;
  end.fault_reason = "rate-limited";
  end.fault_detail = "429: slow down";
  end.maybe_billed = maybe_billed;
  end.started_unix_ms = started_unix_ms;
  end.latency_ms = 5;
  return end;
}

inline std::vector<Attempt> attempts_of(Checkpoint& checkpoint) {
  std::vector<Attempt> attempts;
  must(checkpoint.for_each_attempt([&](const Attempt& attempt) {
    attempts.push_back(attempt);
    return true;
  }));
  return attempts;
}

inline void expect_equal(const SampleRecord& a, const SampleRecord& b) {
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.first_id, b.first_id);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.value_json, b.value_json);
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.detail, b.detail);
  EXPECT_EQ(a.requests, b.requests);
  EXPECT_EQ(a.usage, b.usage);
  EXPECT_EQ(a.cost, b.cost);
  EXPECT_EQ(a.place.size, b.place.size);
  EXPECT_EQ(a.place.position, b.place.position);
  EXPECT_EQ(a.place.round, b.place.round);
}

inline void expect_equal(const AttemptStart& a, const AttemptStart& b) {
  EXPECT_EQ(a.at_unix_ms, b.at_unix_ms);
  EXPECT_EQ(a.attempt, b.attempt);
  EXPECT_EQ(a.round, b.round);
  EXPECT_EQ(a.samples, b.samples);
  EXPECT_EQ(a.reserved_tokens, b.reserved_tokens);
  EXPECT_EQ(a.reserved_cost, b.reserved_cost);
  EXPECT_EQ(a.prompt_prefix, b.prompt_prefix);
  EXPECT_EQ(a.prompt_rest, b.prompt_rest);
  EXPECT_EQ(a.is_warm_up, b.is_warm_up);
}

inline void expect_equal(const AttemptEnd& a, const AttemptEnd& b) {
  EXPECT_EQ(a.reply, b.reply);
  EXPECT_EQ(a.finish, b.finish);
  EXPECT_EQ(a.usage, b.usage);
  EXPECT_EQ(a.fault_reason, b.fault_reason);
  EXPECT_EQ(a.fault_detail, b.fault_detail);
  EXPECT_EQ(a.maybe_billed, b.maybe_billed);
  EXPECT_EQ(a.cost, b.cost);
  EXPECT_EQ(a.started_unix_ms, b.started_unix_ms);
  EXPECT_EQ(a.latency_ms, b.latency_ms);
}

}  // namespace sheaf::store
