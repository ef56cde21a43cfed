#include "llama/memory.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <system_error>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/text.hpp"

namespace sheaf::llama {
namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::uint64_t> number(std::string_view text) {
  text = text::trim(text);
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc()) return std::nullopt;
  return value;
}

/// The number behind `name` at the beginning of a line.
std::optional<std::uint64_t> member(std::string_view text, std::string_view name) {
  for (auto line : text::lines(text)) {
    if (!line.starts_with(name)) continue;
    line.remove_prefix(name.size());
    return number(line);
  }
  return std::nullopt;
}

std::uint64_t less(std::uint64_t from, std::uint64_t taken) { return from - std::min(from, taken); }

std::optional<std::uint64_t> groups_room() {
  const std::filesystem::path root = "/sys/fs/cgroup";
  const auto own = contents("/proc/self/cgroup");
  std::filesystem::path group;
  for (const auto line : text::lines(own)) {
    if (line.starts_with("0::/")) group = line.substr(4);
  }
  std::optional<std::uint64_t> least;
  for (;; group = group.parent_path()) {
    const auto folder = root / group;
    const auto room =
        group_room(contents(folder / "memory.max"), contents(folder / "memory.current"),
                   contents(folder / "memory.stat"));
    if (room) least = std::min(*room, least.value_or(unlimited));
    if (group.empty()) return least;
  }
}

std::optional<std::uint64_t> address_room() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  const auto pages = number(contents("/proc/self/statm")).value_or(0);
  return less(limit.rlim_cur, pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace

MemoryRoom memory_room() {
  MemoryRoom room{.bytes = unlimited, .of = "can be addressed"};
  const auto limit = [&](std::optional<std::uint64_t> bytes, std::string_view of) {
    if (bytes && *bytes < room.bytes) room = {.bytes = *bytes, .of = of};
  };
  limit(machine_room(contents("/proc/meminfo")), "of this machine are free");
  limit(groups_room(), "are left to this process's control group");
  limit(address_room(), "are left of `ulimit -v`");
  return room;
}

std::optional<std::uint64_t> machine_room(std::string_view meminfo) {
  const auto kibibytes = member(meminfo, "MemAvailable:");
  if (!kibibytes) return std::nullopt;
  return *kibibytes * 1024;
}

std::optional<std::uint64_t> group_room(std::string_view max, std::string_view current,
                                        std::string_view stat) {
  const auto most = number(max);
  const auto taken = number(current);
  if (!most || !taken) return std::nullopt;
  const auto cached =
      member(stat, "inactive_file ").value_or(0) + member(stat, "active_file ").value_or(0);
  return less(*most, less(*taken, cached));
}

Expected<void> check_room(const std::string& path, std::uint64_t weights, const MemoryRoom& room) {
  if (weights <= room.bytes) return {};
  return fail(ErrorCode::unavailable,
              fmt::format("{} takes {} of memory, and {} {}; take a smaller model, one of fewer "
                          "bits a weight, or a machine with more",
                          text::display_safe(path, 400), megabytes(weights), megabytes(room.bytes),
                          room.of));
}

}  // namespace sheaf::llama
