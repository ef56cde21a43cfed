// Any bytes as a checkpoint: refused in a sentence and left as they were, or read to the end.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <unistd.h>

#include "require.hpp"
#include "store/checkpoint.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

constexpr store::SampleNo most_samples_read = 64;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void clear(const std::string& path) {
  for (const auto* ending : {"", "-wal", "-shm", "-journal"}) ::unlink((path + ending).c_str());
}

void read_all(store::Checkpoint& checkpoint) {
  const auto samples = checkpoint.sample_count();
  require(samples >= 0);
  for (store::SampleNo sample = 1; sample <= std::min(samples, most_samples_read); ++sample) {
    const auto record = checkpoint.read(sample);
    require(record || !record.error().message.empty());
  }
  const auto visited = checkpoint.for_each_attempt([](const store::Attempt& attempt) {
    require(attempt.number > 0);
    return true;
  });
  require(visited || !visited.error().message.empty());
  static_cast<void>(checkpoint.spending());
  static_cast<void>(checkpoint.task_mark());
  static_cast<void>(checkpoint.output_mark());
  static_cast<void>(checkpoint.find_row("1"));
  static_cast<void>(checkpoint.unpark(1));
}

void open(const std::string& path, store::Access access) {
  const auto opened = store::open_sqlite(path, access);
  if (opened) return read_all(**opened);
  require(!opened.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto folder = std::filesystem::exists("/dev/shm") ? std::filesystem::path("/dev/shm")
                                                          : std::filesystem::temp_directory_path();
  const auto path = (folder / ("sheaf-fuzz-" + std::to_string(::getpid()))).string();
  clear(path);
  std::ofstream(path, std::ios::binary) << bytes;
  open(path, store::Access::read_only);
  require(bytes_of(path) == bytes);
  open(path, store::Access::read_write);
  clear(path);
  return 0;
}
