#include "store/file_lock.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sheaf::store {

std::string wal_of(const std::string& path) { return path + "-wal"; }
std::string shm_of(const std::string& path) { return path + "-shm"; }
bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Expected<FileLock> FileLock::take(const std::string& path) {
  FileLock lock(wal_of(path), ::open(wal_of(path).c_str(), O_RDWR | O_CLOEXEC));
  if (lock.descriptor_ >= 0 && ::flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) {
    return fail(ErrorCode::usage,
                fmt::format("{}: the checkpoint is locked: another run is using it; wait until "
                            "that ends, or name another file with --checkpoint",
                            path));
  }
  return fail(ErrorCode::usage,
              fmt::format("{}: the checkpoint cannot be locked ({}); keep it on a local disk, "
                          "with --checkpoint",
                          path, std::strerror(errno)));
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool FileLock::stands() const {
  struct stat held{};
  struct stat named{};
  return ::fstat(descriptor_, &held) == 0 && ::stat(name_.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

}  // namespace sheaf::store
