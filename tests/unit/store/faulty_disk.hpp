// A disk that can be filled up, and that knows what would be lost if the power failed now.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sheaf::store {

/// While it lives, SQLite opens its files through it. One at a time.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  /// From now on this many writes succeed, and then none.
  void fill_after(int writes) { writes_left_ = writes; }
  /// From now on syncing fails.
  void refuse_to_sync() { syncs_ = false; }
  /// This process is killed in place of the n-th syncing from now, from 1.
  void die_at_sync(int n) { syncs_left_ = n; }
  /// A kill takes with it what of the log was not synced, as a power failure would.
  void lose_what_is_unsynced() { loses_ = true; }
  /// Names of the files with writes that no sync followed.
  const std::set<std::string>& unsynced() const { return unsynced_; }
  int writes() const { return writes_; }

 private:
  static FaultyDisk*& current();
  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out);
  static int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset);
  static int sync(sqlite3_file* file, int flags);
  static int close(sqlite3_file* file);
  void die() const;

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  struct File {
    std::string name;
    const sqlite3_io_methods* methods = nullptr;
  };
  std::map<sqlite3_file*, File> files_;
  /// SQLite's own sets of methods, and the same led through here.
  std::map<const sqlite3_io_methods*, sqlite3_io_methods> methods_;
  std::set<std::string> unsynced_;
  int writes_ = 0;
  int writes_left_ = -1;
  bool syncs_ = true;
  int syncs_left_ = 0;
  bool loses_ = false;
  std::map<std::string, off_t> synced_bytes_;  ///< Size of a log when it was synced last.
};

inline FaultyDisk*& FaultyDisk::current() {
  static FaultyDisk* disk = nullptr;
  return disk;
}

inline FaultyDisk::FaultyDisk() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  current() = this;
  vfs_.zName = "faulty";
  vfs_.xOpen = &FaultyDisk::open;
  sqlite3_vfs_register(&vfs_, 1);
}

inline FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
  current() = nullptr;
}

/// The file stays SQLite's own; three of its methods are led through here.
inline int FaultyDisk::open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags,
                            int* out) {
  auto& disk = *current();
  const int code = disk.real_->xOpen(disk.real_, name, file, flags, out);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  disk.files_[file] = {name == nullptr ? "" : name, file->pMethods};
  auto& methods = disk.methods_.try_emplace(file->pMethods, *file->pMethods).first->second;
  methods.xWrite = &FaultyDisk::write;
  methods.xSync = &FaultyDisk::sync;
  methods.xClose = &FaultyDisk::close;
  file->pMethods = &methods;
  return code;
}

inline int FaultyDisk::write(sqlite3_file* file, const void* bytes, int count,
                             sqlite3_int64 offset) {
  auto& disk = *current();
  if (disk.writes_left_ == 0) return SQLITE_FULL;
  if (disk.writes_left_ > 0) --disk.writes_left_;
  ++disk.writes_;
  disk.unsynced_.insert(disk.files_[file].name);
  return disk.files_[file].methods->xWrite(file, bytes, count, offset);
}

inline int FaultyDisk::sync(sqlite3_file* file, int flags) {
  auto& disk = *current();
  if (!disk.syncs_) return SQLITE_IOERR_FSYNC;
  if (disk.syncs_left_ > 0 && --disk.syncs_left_ == 0) disk.die();
  const auto& name = disk.files_[file].name;
  disk.unsynced_.erase(name);
  struct stat status{};
  if (name.ends_with("-wal") && ::stat(name.c_str(), &status) == 0) {
    disk.synced_bytes_[name] = status.st_size;
  }
  return disk.files_[file].methods->xSync(file, flags);
}

inline void FaultyDisk::die() const {
  // As a slow disk would, so that what another thread wrongly does before this sync is done.
  ::poll(nullptr, 0, 20);
  for (const auto& name : unsynced_) {
    if (!loses_ || !name.ends_with("-wal")) continue;
    const auto synced = synced_bytes_.find(name);
    std::ignore = ::truncate(name.c_str(), synced == synced_bytes_.end() ? 0 : synced->second);
  }
  ::kill(::getpid(), SIGKILL);
}

inline int FaultyDisk::close(sqlite3_file* file) {
  auto& disk = *current();
  return disk.files_.extract(file).mapped().methods->xClose(file);
}

}  // namespace sheaf::store
