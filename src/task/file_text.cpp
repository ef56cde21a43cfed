#include "task/file_text.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace sheaf::task {

std::expected<std::string, std::string> file_text(const std::filesystem::path& path,
                                                  std::size_t most_mib) {
  const std::size_t largest = most_mib << 20U;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return std::unexpected("is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::unexpected("cannot be read: " + std::generic_category().message(errno));
  }
  std::string content;
  std::array<char, 65536> chunk{};
  while (file && content.size() <= largest) {
    file.read(chunk.data(), chunk.size());
    content.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return std::unexpected("cannot be read: the device reports an error");
  if (content.size() > largest) {
    return std::unexpected(fmt::format("is larger than {} MiB", most_mib));
  }
  if (content.starts_with(byte_order_mark)) content.erase(0, byte_order_mark.size());
  return content;
}

}  // namespace sheaf::task
