// What the checkpoint costs a row of a run at b=16, against a floor of the same bytes in the same
// rounds: JSON lines appended to a file and synced every 1,024 rows. CPU of this thread alone, its
// system calls included. Prints a table; judges nothing.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/hash.hpp"
#include "store/checkpoint.hpp"

namespace {

namespace fs = std::filesystem;
using namespace sheaf;

constexpr std::int64_t batch_size = 16;
constexpr std::int64_t rows_per_commit = 1024;
constexpr int rounds = 7;

/// A row's own text, so that a row with its key and its JSON takes 400 bytes.
const std::string row_text(340, 'x');

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <class T>
T must(Expected<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Sent {
  store::AttemptNo attempt = 0;
  std::vector<store::SampleNo> samples;
};

/// Rows in, found new, put in a prompt.
Sent admit(store::Checkpoint& store, std::int64_t first) {
  store::AttemptStart start;
  start.at_unix_ms = 1'700'000'000'000 + first;
  start.reserved_tokens = 2000;
  start.reserved_cost.picos = 300'000'000;
  start.prompt_prefix = "Decide which queue each message belongs to.";
  start.prompt_rest.reserve(static_cast<std::size_t>(batch_size) * (row_text.size() + 16));
  for (std::int64_t row = first; row < first + batch_size; ++row) {
    const auto id = "row-" + std::to_string(row);
    const auto key = hash128(id);
    if (must(store.find(key))) std::exit(1);
    const auto sample = must(store.add(key, id));
    must(store.add_row(row, id, sample));
    must(store.read(sample));
    start.samples.push_back(sample);
    start.prompt_rest += "Message[" + std::to_string(row - first + 1) + "]: " + row_text + "\n";
  }
  const auto attempt = must(store.begin_attempt(start));
  return {attempt, std::move(start.samples)};
}

/// The reply, and what it means for each sample.
void settle(store::Checkpoint& store, const Sent& sent) {
  store::AttemptEnd end;
  for (int i = 1; i <= batch_size; ++i) end.reply += "Answer[" + std::to_string(i) + "]: billing\n";
  end.usage = Usage{1500, 0, 96, 0};
  end.cost.picos = 200'000'000;
  end.started_unix_ms = 1'700'000'000'500;
  end.latency_ms = 100;
  must(store.end_attempt(sent.attempt, end));
  store::SampleRecord record;
  record.state = store::SampleState::answered;
  record.value_json = "\"billing\"";
  record.text = "billing";
  record.requests = 1;
  record.usage = {94, 0, 6, 0};
  record.cost.picos = 12'500'000;
  for (std::size_t i = 0; i < sent.samples.size(); ++i) {
    record.place = {static_cast<int>(batch_size), static_cast<int>(i) + 1, 1};
    must(store.write(sent.samples[i], record));
  }
}

/// A run: each step admits a window of prompts, and settles the window before.
double checkpoint_round(const fs::path& folder, std::int64_t rows) {
  const auto path = (folder / "out.sheaf").string();
  const auto began = cpu_seconds();
  {
    const auto store = must(store::open_sqlite(path, store::Access::read_write));
    must(store->begin_rows());
    std::vector<Sent> under_way;
    for (std::int64_t first = 0; first < rows; first += rows_per_commit) {
      for (const auto& sent : std::exchange(under_way, {})) settle(*store, sent);
      for (auto row = first; row < first + rows_per_commit; row += batch_size) {
        under_way.push_back(admit(*store, row));
      }
      must(store->commit());
    }
    for (const auto& sent : under_way) settle(*store, sent);
    must(store->commit());
  }
  const auto spent = cpu_seconds() - began;
  fs::remove(path);
  return spent;
}

double floor_round(const fs::path& folder, std::int64_t rows) {
  const auto path = folder / "floor.jsonl";
  const auto began = cpu_seconds();
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  std::string lines;
  for (std::int64_t row = 0; row < rows; ++row) {
    lines += R"({"id": "row-)" + std::to_string(row) + R"(", "key": ")" +
             to_hex(hash128("row-" + std::to_string(row))) + R"(", "text": ")" + row_text +
             R"(", "state": "answered", "value": "billing", "input_tokens": 94, )"
             R"("output_tokens": 6, "cost": 12500000})"
             "\n";
    if ((row + 1) % rows_per_commit != 0) continue;
    if (write(file, lines.data(), lines.size()) != std::ssize(lines)) std::exit(1);
    if (fdatasync(file) != 0) std::exit(1);
    lines.clear();
  }
  close(file);
  const auto spent = cpu_seconds() - began;
  fs::remove(path);
  return spent;
}

using Rounds = std::array<double, rounds>;

void print(const char* name, Rounds values) {
  std::ranges::sort(values);
  std::printf("| %s | %.2f | %.2f | %.2f |\n", name, values[1], values[rounds / 2],
              values[rounds - 2]);
}

}  // namespace

int main(int count, char** words) {
  const auto rows = count > 1 ? std::atoll(words[1]) : 102'400LL;
  const fs::path base = count > 2 ? words[2] : fs::temp_directory_path();
  const auto folder = base / ("sheaf-checkpoint-" + std::to_string(getpid()));
  fs::create_directories(folder);
  Rounds ours{};
  Rounds floor{};
  Rounds ratio{};
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto per_row = 1e6 / static_cast<double>(rows);
    if (i % 2 == 0) ours[i] = checkpoint_round(folder, rows) * per_row;
    floor[i] = floor_round(folder, rows) * per_row;
    if (i % 2 != 0) ours[i] = checkpoint_round(folder, rows) * per_row;
    ratio[i] = ours[i] / floor[i];
  }
  fs::remove_all(folder);
  std::printf("%lld rows a round, b=16, a commit every %lld rows, rows of 400 bytes\n\n",
              static_cast<long long>(rows), static_cast<long long>(rows_per_commit));
  std::puts("| CPU a row | lower quartile | median | upper quartile |");
  std::puts("| --- | ---: | ---: | ---: |");
  print("checkpoint, us", ours);
  print("JSON lines and fdatasync, us", floor);
  print("ratio", ratio);
  return 0;
}
