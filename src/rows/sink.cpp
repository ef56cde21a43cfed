#include "rows/sink.hpp"

#include <cerrno>
#include <filesystem>
#include <optional>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "rows/byte_source.hpp"
#include "rows/system_error.hpp"

namespace sheaf::rows {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;
constexpr std::int64_t write_back_bytes = std::int64_t{4} * 1024 * 1024;

bool is_directory(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

/// A file under this one name: no pipe or device, and no hard link to a file of other use.
bool is_plain_file(int handle) {
  struct stat info{};
  return fstat(handle, &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink <= 1;
}

/// Makes the names in a directory durable. A file system that cannot do so says EINVAL.
Expected<void> sync_directory_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return system_error(ErrorCode::stopped, "open", directory, errno);
  const int failed = fsync(handle) == 0 || errno == EINVAL ? 0 : errno;
  ::close(handle);
  if (failed != 0) return system_error(ErrorCode::stopped, "write", directory, failed);
  return {};
}

}  // namespace

Expected<OutputForm> output_form(const std::string& path) {
  const std::string folded = text::fold_ascii(path);
  if (path == "-" || folded.ends_with(".jsonl") || folded.ends_with(".ndjson")) {
    return OutputForm::jsonl;
  }
  if (folded.ends_with(".csv")) return OutputForm::csv;
  return fail(ErrorCode::usage,
              fmt::format("cannot tell the form of {}: the name of the results must end in .jsonl, "
                          ".ndjson or .csv, or be - for standard output",
                          text::display_safe(path, 400)));
}

struct ResultSink::Impl {
  Impl(int opened, std::string final_name, std::string first_name)
      : handle(opened), path(std::move(final_name)), name(std::move(first_name)) {
    buffer.reserve(buffer_bytes);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (handle > STDERR_FILENO) ::close(handle);
  }

  std::unexpected<Error> broke(std::string_view action, std::string_view what, int errno_value) {
    auto error = system_error(ErrorCode::stopped, action, what, errno_value);
    broken = error.error();
    return error;
  }
  Expected<void> put(std::string_view bytes);
  Expected<void> empty_buffer();
  void write_back();
  Expected<void> sync();
  Expected<void> see_name();
  Expected<void> close_and_rename();

  int handle;
  std::string path;  ///< Empty for standard output.
  std::string name;
  std::string buffer;
  std::int64_t bytes = 0;
  std::int64_t bytes_written_back = 0;
  StreamHash64 digest;
  std::optional<Error> broken;
};

Expected<void> ResultSink::Impl::put(std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(handle, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return broke("write", name, errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Expected<void> ResultSink::Impl::empty_buffer() {
  if (broken) return std::unexpected(*broken);
  auto done = put(buffer);
  buffer.clear();
  write_back();
  return done;
}

/// Lets the disk begin early, so that `sync` has little left to wait for. A hint: a file system
/// that does not take it loses nothing.
void ResultSink::Impl::write_back() {
  if (path.empty() || bytes - bytes_written_back < write_back_bytes) return;
  bytes_written_back = bytes;
  std::ignore = sync_file_range(handle, 0, 0, SYNC_FILE_RANGE_WRITE);
}

/// What lies under the name by now would be taken for the results.
Expected<void> ResultSink::Impl::see_name() {
  struct stat held{};
  struct stat named{};
  if (path.empty() || fstat(handle, &held) != 0) return {};
  if (lstat(name.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
      held.st_ino == named.st_ino) {
    return {};
  }
  broken = {ErrorCode::stopped,
            fmt::format("{} was moved or deleted while it was being written; run the same command "
                        "again, which writes it anew",
                        text::display_safe(name, 400))};
  return std::unexpected(*broken);
}

Expected<void> ResultSink::Impl::sync() {
  if (auto done = empty_buffer(); !done) return done;
  if (auto done = see_name(); !done) return done;
  if (path.empty() || fsync(handle) == 0 || errno == EINVAL) return {};
  return broke("write", name, errno);
}

Expected<void> ResultSink::Impl::close_and_rename() {
  if (::close(std::exchange(handle, -1)) != 0) return broke("write", name, errno);
  if (std::rename(name.c_str(), path.c_str()) != 0) {
    return broke("rename", name + " to " + path, errno);
  }
  name = path;
  return sync_directory_of(path);
}

ResultSink::ResultSink(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResultSink::ResultSink(ResultSink&&) noexcept = default;
ResultSink& ResultSink::operator=(ResultSink&&) noexcept = default;
ResultSink::~ResultSink() = default;

Expected<ResultSink> ResultSink::open(const std::string& path) {
  if (auto form = output_form(path); !form) return std::unexpected(std::move(form.error()));
  if (path != "-") return create(path);
  return ResultSink(std::make_unique<Impl>(STDOUT_FILENO, "", "<stdout>"));
}

Expected<ResultSink> ResultSink::create(const std::string& path) {
  if (is_directory(path)) return system_error(ErrorCode::usage, "write", path, EISDIR);
  const std::string partial = path + ".partial";
  constexpr int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const int handle = ::open(partial.c_str(), flags, 0666);
  if (handle < 0) return system_error(ErrorCode::usage, "write", partial, errno);
  auto file = std::make_unique<Impl>(handle, path, partial);
  if (!is_plain_file(handle)) {
    return fail(ErrorCode::usage,
                fmt::format("{} is a pipe, a device or another name of some file; remove it, or "
                            "choose another -o",
                            text::display_safe(partial, 400)));
  }
  if (flock(handle, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return fail(ErrorCode::usage,
                fmt::format("{} is being written by another run; wait until that ends, or choose "
                            "another -o",
                            partial));
  }
  if (ftruncate(handle, 0) != 0 && errno != EINVAL) {
    return system_error(ErrorCode::usage, "write", partial, errno);
  }
  return ResultSink(std::move(file));
}

Expected<void> ResultSink::write(std::string_view line) {
  Impl& file = *impl_;
  if (file.broken) return std::unexpected(*file.broken);
  const std::size_t before = file.buffer.size();
  file.buffer.append(line).push_back('\n');
  const std::string_view added = std::string_view(file.buffer).substr(before);
  file.bytes += std::ssize(added);
  file.digest.add(added);
  if (file.buffer.size() < buffer_bytes) return {};
  return file.empty_buffer();
}

Expected<void> ResultSink::flush() { return impl_->empty_buffer(); }

Expected<void> ResultSink::sync() { return impl_->sync(); }

Expected<void> ResultSink::finish() {
  if (auto done = impl_->sync(); !done) return done;
  if (impl_->path.empty()) return {};
  return impl_->close_and_rename();
}

std::int64_t ResultSink::bytes() const { return impl_->bytes; }
std::uint64_t ResultSink::digest() const { return impl_->digest.value(); }
const std::string& ResultSink::name() const { return impl_->name; }

Expected<RejectedSink> RejectedSink::open(const std::string& path) {
  auto sink = ResultSink::create(path);
  if (!sink) return std::unexpected(std::move(sink.error()));
  return RejectedSink(std::move(*sink));
}

Expected<void> RejectedSink::write(const BadRow& row) {
  std::string line = fmt::format(R"({{"row":{},"line":{},"reason":)", row.number, row.line);
  json::append_string(line, text::replace_invalid_utf8(row.reason));
  line += R"(,"raw":)";
  json::append_string(line, text::replace_invalid_utf8(row.raw));
  line.push_back('}');
  return sink_.write(line);
}

Expected<void> RejectedSink::flush() { return sink_.flush(); }
Expected<void> RejectedSink::finish() { return sink_.finish(); }

Expected<FileDigest> digest_file(const std::string& path) {
  auto file = open_file(path);
  if (!file) return std::unexpected(std::move(file.error()));
  FileDigest found;
  StreamHash64 digest;
  std::string buffer(buffer_bytes, '\0');
  while (true) {
    const auto size = (*file)->read(buffer);
    if (!size) return std::unexpected(size.error());
    if (*size == 0) break;
    digest.add(std::string_view(buffer).substr(0, *size));
    found.bytes += static_cast<std::int64_t>(*size);
  }
  found.digest = digest.value();
  return found;
}

}  // namespace sheaf::rows
