#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "store/checkpoint.hpp"
#include "store/database.hpp"
#include "store/file_lock.hpp"

namespace sheaf::store {
namespace {

std::string first_free(const std::string& path) {
  for (int n = 1;; ++n) {
    auto name = fmt::format("{}.{}", path, n);
    if (!exists(name) && !exists(wal_of(name)) && !exists(shm_of(name))) return name;
  }
}

/// Brings what the -wal holds into the file, so that one renaming moves all of it. A file that
/// cannot be read keeps its -wal.
void fold_wal(const std::string& path) {
  const auto database = Database::open(path, Database::Create::no);
  if (database) std::ignore = (*database)->run("PRAGMA wal_checkpoint(TRUNCATE)");
}

Expected<void> rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return {};
  return fail(ErrorCode::usage, fmt::format("{}: cannot be renamed to {} ({}); move it by hand",
                                            from, to, std::strerror(errno)));
}

/// Makes the new names last through a power failure.
void sync_folder(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

Expected<std::string> retire(const std::string& path) {
  std::error_code error;
  const auto whole =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error).string();
  if (path.empty() || error || !exists(whole)) {
    return fail(ErrorCode::usage, fmt::format("{}: there is no checkpoint to put aside", path));
  }
  std::optional<FileLock> lock;
  if (exists(wal_of(whole))) {
    auto taken = FileLock::take(whole);
    if (!taken) return std::unexpected(taken.error());
    lock = std::move(*taken);
    fold_wal(whole);
  }
  auto name = first_free(whole);
  if (auto done = rename_file(whole, name); !done) return std::unexpected(done.error());
  for (const auto beside : {wal_of, shm_of}) {
    if (!exists(beside(whole))) continue;
    auto done = rename_file(beside(whole), beside(name));
    if (!done) return std::unexpected(done.error());
  }
  sync_folder(whole);
  return name;
}

}  // namespace sheaf::store
