// Finding out what stands at a path before anything is written there.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/database.hpp"
#include "store/file_lock.hpp"
#include "store/schema.hpp"
#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

constexpr int patience_ms = 1000;

using Opened = Expected<std::unique_ptr<Database>>;

/// The smallest file that SQLite makes; it takes a file of one byte for an empty one.
constexpr off_t smallest_database = 512;

Error not_a_checkpoint(const std::string& path, std::string_view what) {
  return {
      ErrorCode::usage,
      fmt::format("{}: not a checkpoint but {}; name another file with --checkpoint", path, what)};
}

/// Whether a file is there; an Error when it is something else, or cannot be looked at.
Expected<bool> file_at(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    return fail(ErrorCode::usage, fmt::format("{}: the checkpoint cannot be opened ({})", path,
                                              std::strerror(errno)));
  }
  if (S_ISDIR(status.st_mode)) return std::unexpected(not_a_checkpoint(path, "a folder"));
  if (!S_ISREG(status.st_mode)) return std::unexpected(not_a_checkpoint(path, "a device or pipe"));
  if (status.st_size > 0 && status.st_size < smallest_database) {
    return std::unexpected(not_a_checkpoint(path, "some other file"));
  }
  return true;
}

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

/// For this user; sets errno when not.
bool allows(const std::string& path, int mode) {
  return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
}

/// The file and its folder, where SQLite makes the -wal and -shm.
Expected<void> writable(const std::string& path, bool is_there) {
  const auto folder = folder_of(path);
  if (!allows(folder, W_OK | X_OK)) {
    return fail(
        ErrorCode::usage,
        fmt::format("{}: no checkpoint can be kept in the folder {} ({}); make it writable, "
                    "or name another place with --checkpoint",
                    path, folder, std::strerror(errno)));
  }
  if (is_there && !allows(path, R_OK | W_OK)) {
    return fail(ErrorCode::usage,
                fmt::format("{}: the checkpoint is read-only ({}); make it writable, or name "
                            "another file with --checkpoint",
                            path, std::strerror(errno)));
  }
  return {};
}

/// It holds the rows' texts: for its owner alone, and SQLite gives what it puts beside the same
/// rights. One that is there keeps its own; a link to nothing is refused, since SQLite would make
/// what it names.
Expected<void> make_private(const std::string& path) {
  const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made >= 0) {
    ::close(made);
    return {};
  }
  const int reason = errno;
  struct stat status{};
  if (reason == EEXIST && ::lstat(path.c_str(), &status) == 0 && !S_ISLNK(status.st_mode)) {
    return {};
  }
  if (reason == EEXIST) return std::unexpected(not_a_checkpoint(path, "a link to nothing"));
  return fail(ErrorCode::usage,
              fmt::format("{}: the checkpoint cannot be made ({})", path, std::strerror(reason)));
}

/// A prompt's text fits one page more often at 8 KiB than at SQLite's 4: half the cost of writing.
/// Ends with a read: with that the -wal exists.
Expected<void> configure_writing(const Database& database) {
  if (auto done = database.run("PRAGMA page_size=8192"); !done) return done;
  auto mode = database.word("PRAGMA journal_mode=WAL");
  if (!mode) return std::unexpected(mode.error());
  if (*mode != "wal") {
    return fail(ErrorCode::usage,
                fmt::format("{}: this place cannot hold a checkpoint (no shared memory for its "
                            "-wal file); keep it on a local disk, with --checkpoint",
                            database.path()));
  }
  return database.run(
      "PRAGMA synchronous=FULL; PRAGMA journal_size_limit=16777216; PRAGMA secure_delete=OFF;"
      "SELECT count(*) FROM sqlite_schema");
}

Expected<void> configure(const Database& database) {
  database.wait_for_others(patience_ms);
  return database.run("PRAGMA mmap_size=0; PRAGMA cache_size=-4096; PRAGMA cell_size_check=ON");
}

/// Opened for reading; the identity is known, so that the first page was read.
Opened open_to_identify(Opened database) {
  if (!database) return database;
  if (auto done = configure(**database); !done) return std::unexpected(done.error());
  const auto identity = identify(**database);
  if (!identity) return std::unexpected(identity.error());
  if (*identity == Identity::empty) {
    return fail(
        ErrorCode::usage,
        fmt::format("{}: the checkpoint is empty: no run has written to it", (*database)->path()));
  }
  return database;
}

Opened open_for_reading(const std::string& path) {
  const bool has_wal = exists(wal_of(path));
  if (!has_wal && !(allows(path, W_OK) && allows(folder_of(path), W_OK | X_OK))) {
    return open_to_identify(Database::open_unchanging(path));
  }
  auto database = Database::open(path, Database::Create::no);
  if (!database) return database;
  if (has_wal) (*database)->keep_wal_on_close();
  auto opened = open_to_identify(std::move(database));
  if (!opened) return opened;
  if (auto done = (*opened)->run("PRAGMA query_only=ON; BEGIN; SELECT count(*) FROM meta"); !done) {
    return std::unexpected(done.error());
  }
  return opened;
}

Expected<std::unique_ptr<Checkpoint>> open_reader(const std::string& path) {
  const auto is_there = file_at(path);
  if (!is_there) return std::unexpected(is_there.error());
  if (!*is_there) {
    return fail(ErrorCode::usage, fmt::format("{}: there is no checkpoint", path));
  }
  auto database = open_for_reading(path);
  if (!database) return std::unexpected(database.error());
  return SqliteCheckpoint::load(std::move(*database), std::nullopt);
}

Expected<std::unique_ptr<Checkpoint>> open_writer(const std::string& path) {
  const auto is_there = file_at(path);
  if (!is_there) return std::unexpected(is_there.error());
  if (auto done = writable(path, *is_there); !done) return std::unexpected(done.error());
  if (!*is_there) {
    if (auto done = make_private(path); !done) return std::unexpected(done.error());
  }
  auto opened = Database::open(path, Database::Create::yes);
  if (!opened) return std::unexpected(opened.error());
  auto& database = **opened;
  if (auto done = configure(database); !done) return std::unexpected(done.error());
  if (auto known = identify(database); !known) return std::unexpected(known.error());
  if (auto done = configure_writing(database); !done) return std::unexpected(done.error());
  // Only who has the lock may tell an empty file from one that is being made.
  auto lock = FileLock::take(path);
  if (!lock) return std::unexpected(lock.error());
  const auto identity = identify(database);
  if (!identity) return std::unexpected(identity.error());
  const auto made = *identity == Identity::empty ? lay_schema(database)
                                                 : database.run("BEGIN IMMEDIATE; ROLLBACK");
  if (!made) return std::unexpected(made.error());
  if (database.has_moved()) {
    return fail(ErrorCode::usage,
                fmt::format("{}: the checkpoint was moved while it was being opened", path));
  }
  return SqliteCheckpoint::load(std::move(*opened), std::move(*lock));
}

}  // namespace

Expected<std::unique_ptr<Checkpoint>> open_sqlite(const std::string& path, Access access) {
  // SQLite follows links before it names the files beside, and takes some relative names for more
  // than a name.
  std::error_code error;
  const auto whole =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  if (path.empty() || error) {
    return fail(ErrorCode::usage, fmt::format("\"{}\" cannot name a checkpoint", path));
  }
  auto checkpoint = access == Access::read_only ? open_reader(whole) : open_writer(whole);
  if (!checkpoint) {
    return fail(ErrorCode::usage, std::move(checkpoint.error().message));
  }
  return checkpoint;
}

}  // namespace sheaf::store
