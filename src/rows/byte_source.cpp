#include "rows/byte_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "rows/system_error.hpp"

namespace sheaf::rows {
namespace {

enum class Ownership { owned, borrowed };

class File : public ByteSource {
 public:
  File(int handle, Ownership ownership, std::string name)
      : handle_(handle), ownership_(ownership), name_(std::move(name)) {
    struct stat info{};
    if (fstat(handle_, &info) != 0 || !S_ISREG(info.st_mode)) return;
    size_ = info.st_size;
    changed_ = info.st_ctim;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() override {
    if (ownership_ == Ownership::owned) ::close(handle_);
  }

  Expected<std::size_t> read(std::span<char> room) override {
    ssize_t got = 0;
    if (is_bounded()) {
      const auto left = static_cast<std::size_t>(*size_ - taken_);
      room = room.first(std::min(room.size(), left));
    }
    do {
      got = ::read(handle_, room.data(), room.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return system_error(ErrorCode::usage, "read", name_, errno);
    taken_ += got;
    return static_cast<std::size_t>(got);
  }

  Expected<void> verify(std::int64_t bytes, std::uint64_t hash64) override {
    struct stat info{};
    if (!is_bounded() || fstat(handle_, &info) != 0) return {};
    if (info.st_ctim.tv_sec == changed_.tv_sec && info.st_ctim.tv_nsec == changed_.tv_nsec) {
      return {};
    }
    StreamHash64 hash;
    std::vector<char> room(std::size_t{64} * 1024);
    for (std::int64_t at = 0; at < bytes;) {
      const auto wanted = std::min<std::int64_t>(std::ssize(room), bytes - at);
      const auto got = ::pread(handle_, room.data(), static_cast<std::size_t>(wanted), at);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return was_changed();
      hash.add(std::string_view(room.data(), static_cast<std::size_t>(got)));
      at += got;
    }
    if (hash.value() != hash64) return was_changed();
    return {};
  }

  bool waits() const override {
    if (size_) return false;
    pollfd file{handle_, POLLIN, 0};
    return poll(&file, 1, 0) == 0;
  }

  std::optional<double> fraction() const override {
    if (!size_) return std::nullopt;
    if (taken_ >= *size_) return 1.0;
    return static_cast<double>(taken_) / static_cast<double>(*size_);
  }

 private:
  /// Of a borrowed one it is unknown where the reading began; files of /proc tell no size.
  bool is_bounded() const { return ownership_ == Ownership::owned && size_.value_or(0) > 0; }
  std::unexpected<Error> was_changed() const {
    return fail(ErrorCode::usage,
                fmt::format("{} was changed while it was being read; run the same command again "
                            "when it stays as it is, what was answered is kept",
                            text::display_safe(name_, 400)));
  }

  int handle_;
  Ownership ownership_;
  std::string name_;
  std::optional<off_t> size_;
  timespec changed_{};  ///< When it was opened.
  off_t taken_ = 0;
};

/// Gives bytes that were read ahead, then the rest.
class Prefixed : public ByteSource {
 public:
  Prefixed(std::string prefix, std::unique_ptr<ByteSource> rest)
      : prefix_(std::move(prefix)), rest_(std::move(rest)) {}

  Expected<std::size_t> read(std::span<char> room) override {
    if (given_ == prefix_.size()) return rest_->read(room);
    const std::size_t size = prefix_.copy(room.data(), room.size(), given_);
    given_ += size;
    return size;
  }
  bool waits() const override { return given_ == prefix_.size() && rest_->waits(); }
  std::optional<double> fraction() const override { return rest_->fraction(); }

 private:
  std::string prefix_;
  std::size_t given_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

}  // namespace

Expected<std::unique_ptr<ByteSource>> open_file(const std::string& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return system_error(ErrorCode::usage, "read", path, errno);
  auto file = std::make_unique<File>(handle, Ownership::owned, path);
  struct stat info{};
  if (fstat(handle, &info) == 0 && S_ISDIR(info.st_mode)) {
    return system_error(ErrorCode::usage, "read", path, EISDIR);
  }
  return file;
}

Expected<std::unique_ptr<ByteSource>> open_standard_input(const std::string& name) {
  constexpr std::string_view gzip_magic = "\x1f\x8b";
  constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";
  std::unique_ptr<ByteSource> input =
      std::make_unique<File>(STDIN_FILENO, Ownership::borrowed, name);
  std::string first;
  std::array<char, 4> room{};
  const auto undecided = [&](std::string_view magic) {
    return first.size() < magic.size() && magic.starts_with(first);
  };
  while (undecided(gzip_magic) || undecided(zstd_magic)) {
    const auto size = input->read(std::span(room).first(room.size() - first.size()));
    if (!size) return std::unexpected(size.error());
    if (*size == 0) break;
    first.append(room.data(), *size);
  }
  const bool is_gzip = first.starts_with(gzip_magic);
  const bool is_zstd = first.starts_with(zstd_magic);
  input = std::make_unique<Prefixed>(std::move(first), std::move(input));
  if (is_gzip) return unpack_gzip(std::move(input), name);
  if (is_zstd) return unpack_zstd(std::move(input), name);
  return input;
}

}  // namespace sheaf::rows
