// One run at a time: an exclusive lock that ends with the process, however it ends.
#pragma once

#include <string>
#include <utility>

#include <sheaf/error.hpp>

namespace sheaf::store {

/// The files that SQLite keeps beside PATH while someone has it open.
std::string wal_of(const std::string& path);
std::string shm_of(const std::string& path);
bool exists(const std::string& path);

/// flock(2) on the -wal file of a checkpoint. Not on the file itself: closing any descriptor of a
/// file drops the locks that SQLite holds on it for the whole process. SQLite takes no locks on
/// the -wal, and deletes it only when no connection is left.
class FileLock {
 public:
  /// Of a database that is open, so that its -wal exists. An Error when another has it, in this
  /// process too.
  static Expected<FileLock> take(const std::string& path);
  FileLock(FileLock&& other) noexcept
      : name_(std::move(other.name_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileLock();
  /// Whether the file it locks still lies under its name: only then it keeps others out.
  bool stands() const;

 private:
  FileLock(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {}
  std::string name_;
  int descriptor_ = -1;
};

}  // namespace sheaf::store
