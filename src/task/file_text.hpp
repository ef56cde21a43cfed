// A small file as text.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

namespace sheaf::task {

/// No task is larger, but rows are that were taken for one.
inline constexpr std::size_t most_task_mib = 16;

/// The whole file without a byte-order mark. The error follows the file's name: "cannot be read:
/// No such file or directory". Folders and files above `most_mib` MiB are refused.
std::expected<std::string, std::string> file_text(const std::filesystem::path& path,
                                                  std::size_t most_mib = most_task_mib);

}  // namespace sheaf::task
