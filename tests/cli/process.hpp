// Runs the real command as its users do: arguments, environment, streams, signals.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sheaf::testing {

/// A folder of its own for a test, removed with all it holds.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& where = std::filesystem::temp_directory_path()) {
    std::string name = (where / "sheaf-cli-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

  std::string write(std::string_view name, std::string_view text) const {
    const auto path = *this / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string read(std::string_view name) const { return read_file(*this / name); }
  bool has(std::string_view name) const { return std::filesystem::exists(path_ / name); }

  static std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path path_;
};

/// How a command ended. A signal that killed it counts as 128 and its number, as in a shell.
struct Ended {
  int code = -1;
  std::string out;
  std::string err;
};

enum class Streams { pipes, terminal };  ///< What standard error is; the others are pipes.

struct Surroundings {
  std::map<std::string, std::string> environment = {};  ///< On top of PATH and TERM alone.
  std::string input = {};                               ///< Standard input, at most a pipe's worth.
  Streams streams = Streams::pipes;
  int columns = 100;
  std::vector<int> closed = {};           ///< Streams that the command does not get.
  bool is_out_broken = false;             ///< Standard output is a pipe that nobody reads.
  std::string out_path = {};              ///< Standard output, where it is no pipe.
  std::optional<rlim_t> open_files = {};  ///< The soft limit.
  std::optional<uid_t> user = {};         ///< Whom the command runs as; only root may choose.
};

/// A command while it runs. Killed when left.
class Running {
 public:
  explicit Running(std::vector<std::string> arguments, Surroundings surroundings = {})
      : surroundings_(std::move(surroundings)) {
    auto in = pipe();
    auto out = pipe();
    auto err = surroundings_.streams == Streams::terminal ? terminal() : pipe();
    if (surroundings_.is_out_broken) ::close(out[0]);
    is_out_open_ = !surroundings_.is_out_broken;
    child_ = ::fork();
    if (child_ == 0) become(arguments, in, out, err);
    ::close(in[0]);
    ::close(out[1]);
    ::close(err[1]);
    out_ = is_out_open_ ? out[0] : -1;
    err_ = err[0];
    [[maybe_unused]] const auto ignored =
        ::write(in[1], surroundings_.input.data(), surroundings_.input.size());
    ::close(in[1]);
  }
  ~Running() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
    if (out_ >= 0) ::close(out_);
    ::close(err_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  pid_t id() const { return child_; }
  void signal(int number) const { ::kill(child_, number); }

  /// Reads both streams until one of them holds `text`; false when the command ended without it.
  bool wait_for(std::string_view text) {
    while (ended_.out.find(text) == std::string::npos &&
           ended_.err.find(text) == std::string::npos) {
      if (!read_some()) return false;
    }
    return true;
  }
  /// Reads what comes next of either stream; false when both are at their end.
  bool wait_for_more() { return read_some(); }
  /// Waits until `is_true()`; false when the command ended before.
  template <class Condition>
  bool wait_until(Condition is_true) const {
    while (!is_true()) {
      siginfo_t info{};
      const auto flags = WEXITED | WNOHANG | WNOWAIT;
      if (::waitid(P_PID, static_cast<id_t>(child_), &info, flags) != 0 || info.si_pid != 0) {
        return is_true();
      }
      std::this_thread::yield();
    }
    return true;
  }
  const std::string& out() const { return ended_.out; }
  const std::string& err() const { return ended_.err; }

  Ended wait() {
    while (read_some()) {
    }
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    ended_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended_;
  }

 private:
  using Ends = std::array<int, 2>;

  static Ends pipe() {
    Ends ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    return ends;
  }

  Ends terminal() const {
    Ends ends{};
    const winsize size{25, static_cast<unsigned short>(surroundings_.columns), 0, 0};
    if (::openpty(&ends[0], &ends[1], nullptr, nullptr, &size) != 0) std::abort();
    return ends;
  }

  [[noreturn]] void become(const std::vector<std::string>& arguments, Ends in, Ends out,
                           Ends err) const {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(
        surroundings_.out_path.empty() ? out[1] : ::open(surroundings_.out_path.c_str(), O_WRONLY),
        STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    for (const int stream : surroundings_.closed) ::close(stream);
    if (surroundings_.open_files) lower_open_files(*surroundings_.open_files);
    std::vector<std::string> variables{"PATH=" + std::string(std::getenv("PATH")), "TERM=xterm"};
    for (const auto& [name, value] : surroundings_.environment) {
      variables.push_back(name + "=" + value);
    }
    std::vector<char*> environment;
    for (auto& variable : variables) environment.push_back(variable.data());
    environment.push_back(nullptr);
    auto words = arguments;
    words.insert(words.begin(), SHEAF_BINARY);
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (surroundings_.user) become_user(*surroundings_.user);
    ::execve(SHEAF_BINARY, argv.data(), environment.data());
    ::_exit(127);
  }

  static void become_user(uid_t user) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(user, user, user) != 0 ||
        ::setresuid(user, user, user) != 0) {
      ::_exit(126);
    }
  }

  static void lower_open_files(rlim_t soft) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = soft;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }

  bool read_some() {
    std::array<pollfd, 2> files{
        {{is_out_open_ ? out_ : -1, POLLIN, 0}, {is_err_open_ ? err_ : -1, POLLIN, 0}}};
    if (!is_out_open_ && !is_err_open_) return false;
    if (::poll(files.data(), files.size(), -1) < 0) return errno == EINTR;
    if (files[0].revents != 0) is_out_open_ = read_into(out_, ended_.out);
    if (files[1].revents != 0) is_err_open_ = read_into(err_, ended_.err);
    return true;
  }

  static bool read_into(int file, std::string& text) {
    std::array<char, 4096> buffer{};
    const auto bytes = ::read(file, buffer.data(), buffer.size());
    if (bytes <= 0) return bytes < 0 && errno == EINTR;
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
    return true;
  }

  Surroundings surroundings_;
  pid_t child_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool is_out_open_ = true;
  bool is_err_open_ = true;
  Ended ended_;
};

/// Runs `sheaf ARGUMENTS` to its end.
inline Ended sheaf(std::vector<std::string> arguments, Surroundings surroundings = {}) {
  return Running(std::move(arguments), std::move(surroundings)).wait();
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// "sheaf: ..." and nothing else: what a user sees of an error.
inline ::testing::AssertionResult is_one_line_error(const std::string& err) {
  if (err.starts_with("sheaf: ") && err.ends_with('\n') && lines_of(err).size() == 1) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "not one line 'sheaf: ...': " << err;
}

}  // namespace sheaf::testing
