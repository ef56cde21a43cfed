#include "console.hpp"

#include <algorithm>
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

/// Bytes of the character that `text` begins with; 0 where that is malformed.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const auto rest = text.substr(1, size - 1);
  const bool continues = std::ranges::all_of(rest, [](char c) { return (c & '\xc0') == '\x80'; });
  return continues && rest.size() == size - 1 ? size : 0;
}

bool moves_the_cursor(std::string_view character) {
  const auto within = [&](std::string_view first, std::string_view last) {
    return character.size() == first.size() && character >= first && character <= last;
  };
  return character < " " || character == "\x7f" || within("\u0080", "\u009f") ||
         character == "\u061c" || within("\u200e", "\u200f") || within("\u2028", "\u202e") ||
         within("\u2066", "\u2069");
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
    const auto size = character_size(text);
    const auto character = text.substr(0, std::max<std::size_t>(size, 1));
    if (size == 0 || moves_the_cursor(character)) {
      line.push_back(' ');
    } else {
      line.append(character);
    }
    text.remove_prefix(character.size());
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
