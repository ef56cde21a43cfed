// How much memory a model may take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>

namespace sheaf::llama {

struct MemoryRoom {
  std::uint64_t bytes = 0;
  std::string_view of;  ///< What sets it, as it follows "bytes": "of this machine are free".
};

/// The least of what the machine has free, what each control group (version 2) leaves to this
/// process, and what is left of `ulimit -v`. What cannot be read sets no limit.
MemoryRoom memory_room();

/// `MemAvailable` of /proc/meminfo, in bytes; nullopt where it is not told.
std::optional<std::uint64_t> machine_room(std::string_view meminfo);

/// What a control group leaves, in bytes, by its files memory.max, memory.current and memory.stat:
/// cached files do not count as taken. nullopt: it has no limit, or does not say.
std::optional<std::uint64_t> group_room(std::string_view max, std::string_view current,
                                        std::string_view stat);

/// An Error (ErrorCode::unavailable) where the `weights` bytes of the model at `path` exceed
/// `room`.
Expected<void> check_room(const std::string& path, std::uint64_t weights, const MemoryRoom& room);

}  // namespace sheaf::llama
