// A checkpoint is refused in a sentence and left as it was, or read to the end. Bytes that begin
// with P change a good one (four bytes of place, one to combine with what is there): what is then
// read is what was written, or is refused. All other bytes are the whole file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>

#include <unistd.h>

#include "require.hpp"
#include "store/checkpoint.hpp"

namespace {

using namespace sheaf;
using fuzz::require;
using store::SampleNo;

constexpr SampleNo sample_total = 6;
constexpr SampleNo most_samples_read = 64;
constexpr std::int64_t parked_sequence = 5;
constexpr std::string_view parked_line = R"({"id":"five"})";

const store::TaskMark task_mark{"triage", "request", "reading"};
const store::OutputMark output_mark{"answers.jsonl", 100, 7};
const store::CompletionMark completion_mark{"run", 200, 8, "{}"};

Fingerprint key_of(SampleNo n) { return Hasher().add(n).finish(); }

store::SampleRecord record_of(SampleNo n) {
  store::SampleRecord record;
  record.key = key_of(n);
  record.first_id = "row-" + std::to_string(n);
  record.state = n % 3 == 0 ? store::SampleState::failed : store::SampleState::answered;
  (n % 3 == 0 ? record.reason : record.value_json) = n % 3 == 0 ? "missing" : R"("billing")";
  record.text = "The answer is billing, of " + std::to_string(n);
  record.requests = 2;
  record.usage = {1000 + n, 500, 20, 7};
  record.cost.picos = 123'456'789 + n;
  record.place = {6, 3, 2};
  return record;
}

store::AttemptStart start_of(SampleNo n) {
  store::AttemptStart start;
  start.at_unix_ms = 1000 + n;
  start.samples = {n, n % sample_total + 1};
  start.reserved_tokens = 4000;
  start.reserved_cost.picos = 5'000'000;
  start.prompt_prefix = "Decide which queue each message belongs to.";
  start.prompt_rest = "Message[1]: charged twice, " + std::to_string(n);
  return start;
}

store::AttemptEnd end_of(SampleNo n) {
  store::AttemptEnd end;
  end.reply = "Answer[1]: billing " + std::to_string(n);
  end.usage = Usage{900, 300, 40, 10};
  end.cost.picos = 2'000'000;
  end.started_unix_ms = 1500;
  end.latency_ms = 777;
  return end;
}

auto all_of(const store::SampleRecord& r) {
  return std::tie(r.key, r.first_id, r.state, r.value_json, r.text, r.reason, r.detail, r.requests,
                  r.usage, r.cost, r.place.size, r.place.position, r.place.round);
}

auto all_of(const store::AttemptStart& s) {
  return std::tie(s.at_unix_ms, s.attempt, s.round, s.samples, s.reserved_tokens, s.reserved_cost,
                  s.prompt_prefix, s.prompt_rest);
}

auto all_of(const store::AttemptEnd& e) {
  return std::tie(e.reply, e.finish, e.usage, e.fault_reason, e.fault_detail, e.maybe_billed,
                  e.cost, e.started_unix_ms, e.latency_ms);
}

auto all_of(const store::TaskMark& m) {
  return std::tie(m.task_name, m.request_identity, m.reading_identity);
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void clear(const std::string& path) {
  for (const auto* ending : {"", "-wal", "-shm", "-journal"}) ::unlink((path + ending).c_str());
}

/// The value, where it was read; else the error says something.
template <class T>
const T* read_or_said(const Expected<T>& value) {
  require(value || !value.error().message.empty());
  return value ? &*value : nullptr;
}

void fill(store::Checkpoint& checkpoint) {
  bool done = checkpoint.set_task_mark(task_mark) && checkpoint.set_output_mark(output_mark) &&
              checkpoint.set_completion_mark(completion_mark);
  for (SampleNo n = 1; n <= sample_total; ++n) {
    const auto record = record_of(n);
    done = done && checkpoint.add(record.key, record.first_id) &&
           checkpoint.add_row(n - 1, record.first_id, n) && checkpoint.write(n, record) &&
           checkpoint.begin_attempt(start_of(n)) && checkpoint.end_attempt(n, end_of(n));
    if (n % 2 == 0) done = done && checkpoint.commit();
  }
  require(done && checkpoint.park(parked_sequence, std::string(parked_line)) &&
          checkpoint.commit());
}

std::string good_checkpoint(const std::string& path) {
  clear(path);
  {
    const auto made = store::open_sqlite(path, store::Access::read_write);
    require(made.has_value());
    fill(**made);
  }
  return bytes_of(path);
}

void read_all(store::Checkpoint& checkpoint) {
  const auto samples = checkpoint.sample_count();
  require(samples >= 0);
  for (SampleNo sample = 1; sample <= std::min(samples, most_samples_read); ++sample) {
    read_or_said(checkpoint.read(sample));
  }
  const auto visited = checkpoint.for_each_attempt([](const store::Attempt& attempt) {
    require(attempt.number > 0);
    return true;
  });
  require(visited || !visited.error().message.empty());
  read_or_said(checkpoint.spending());
  read_or_said(checkpoint.task_mark());
  read_or_said(checkpoint.output_mark());
  read_or_said(checkpoint.find_row("1"));
  read_or_said(checkpoint.unpark(1));
}

/// A record may be lost to a change, and is then as it was before it was written.
void check_samples(store::Checkpoint& checkpoint) {
  require(checkpoint.sample_count() <= sample_total);
  for (SampleNo n = 1; n <= checkpoint.sample_count(); ++n) {
    const auto read = checkpoint.read(n);
    if (const auto* record = read_or_said(read)) {
      const auto written = record_of(n);
      require(record->key == written.key && record->first_id == written.first_id);
      require(record->state == store::SampleState::open || all_of(*record) == all_of(written));
    }
    const auto found = checkpoint.find(key_of(n));
    if (const auto* sample = read_or_said(found)) require(!*sample || **sample == n);
  }
}

void check_attempts(store::Checkpoint& checkpoint) {
  const auto visited = checkpoint.for_each_attempt([](const store::Attempt& attempt) {
    require(attempt.number >= 1 && attempt.number <= sample_total);
    require(all_of(attempt.start) == all_of(start_of(attempt.number)));
    require(!attempt.end || all_of(*attempt.end) == all_of(end_of(attempt.number)));
    return true;
  });
  require(visited || !visited.error().message.empty());
}

void check_run(store::Checkpoint& checkpoint) {
  const auto task = checkpoint.task_mark();
  if (const auto* mark = read_or_said(task)) require(all_of(*mark) == all_of(task_mark));
  const auto output = checkpoint.output_mark();
  if (const auto* mark = read_or_said(output)) require(!*mark || **mark == output_mark);
  const auto completion = checkpoint.completion_mark();
  if (const auto* mark = read_or_said(completion)) require(!*mark || **mark == completion_mark);
  const auto row = checkpoint.find_row("row-2");
  if (const auto* sample = read_or_said(row)) require(!*sample || **sample == 2);
  const auto parked = checkpoint.unpark(parked_sequence);
  if (const auto* line = read_or_said(parked)) require(!*line || **line == parked_line);
}

/// Where one can be added, nothing is known of it.
void check_new_sample(store::Checkpoint& checkpoint) {
  const auto added = checkpoint.add(key_of(sample_total + 1), "new");
  const auto* sample = read_or_said(added);
  if (sample == nullptr) return;
  const auto read = checkpoint.read(*sample);
  if (const auto* record = read_or_said(read)) {
    require(record->key == key_of(sample_total + 1) && record->first_id == "new");
    require(record->state == store::SampleState::open && record->text.empty());
  }
}

void check_as_written(store::Checkpoint& checkpoint) {
  check_samples(checkpoint);
  check_attempts(checkpoint);
  check_run(checkpoint);
  check_new_sample(checkpoint);
}

template <class Check>
void open(const std::string& path, std::string_view bytes, Check check) {
  clear(path);
  std::ofstream(path, std::ios::binary) << bytes;
  for (const auto access : {store::Access::read_only, store::Access::read_write}) {
    const auto opened = store::open_sqlite(path, access);
    if (const auto* checkpoint = read_or_said(opened)) check(**checkpoint);
    if (access == store::Access::read_only) require(bytes_of(path) == bytes);
  }
  clear(path);
}

std::string patched(std::string whole, std::string_view patches) {
  for (; patches.size() >= 5; patches.remove_prefix(5)) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < 4; ++i) at = at * 256 + static_cast<unsigned char>(patches[i]);
    whole[at % whole.size()] ^= patches[4];
  }
  return whole;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto folder = std::filesystem::exists("/dev/shm")
                                 ? std::filesystem::path("/dev/shm")
                                 : std::filesystem::temp_directory_path();
  static const auto path = (folder / ("sheaf-fuzz-" + std::to_string(::getpid()))).string();
  static const auto good = good_checkpoint(path);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with('P')) {
    open(path, patched(good, bytes.substr(1)), check_as_written);
  } else {
    open(path, bytes, read_all);
  }
  return 0;
}
