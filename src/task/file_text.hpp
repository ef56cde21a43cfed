// A small file as text.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace sheaf::task {

/// The whole file without a byte-order mark. The error follows the file's name: "cannot be read:
/// No such file or directory". Folders and files above 16 MiB are refused: no task is that large,
/// but rows are that were taken for one.
std::expected<std::string, std::string> file_text(const std::filesystem::path& path);

}  // namespace sheaf::task
