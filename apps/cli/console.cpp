#include "console.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "exit_code.hpp"

namespace sheaf::cli {
namespace {

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Bytes of the control or bidirectional character that `text` begins with; 0 when it does not.
std::size_t control_size(std::string_view text) {
  const auto byte = [text](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return 2;
  if (byte(0) != 0xe2) return 0;
  const bool is_mark = byte(1) == 0x80 && (byte(2) == 0x8e || byte(2) == 0x8f);
  const bool is_embedding = byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae;
  const bool is_isolate = byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
  return is_mark || is_embedding || is_isolate ? 3 : 0;
}

std::string_view variable(const std::map<std::string, std::string>& environment,
                          const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : found->second;
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const auto control = control_size(text);
    line.push_back(control > 0 ? ' ' : text.front());
    text.remove_prefix(control > 0 ? control : 1);
  }
  return line;
}

bool print(std::string_view text) {
  if (write_all(STDOUT_FILENO, text)) return true;
  const int reason = errno;
  complain({ErrorCode::stopped,
            fmt::format("cannot write to standard output: {}", std::strerror(reason))});
  return false;
}

void print_status(std::string_view text) { write_all(STDERR_FILENO, text); }

int complain(const Error& error) {
  print_status(fmt::format("sheaf: {}\n", one_line(error.message)));
  return exit_code(error.code);
}

Terminal find_terminal(const std::map<std::string, std::string>& environment) {
  const auto kind = variable(environment, "TERM");
  const bool can_redraw = ::isatty(STDERR_FILENO) == 1 && !kind.empty() && kind != "dumb";
  return {can_redraw, can_redraw && variable(environment, "NO_COLOR").empty()};
}

int terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace sheaf::cli
