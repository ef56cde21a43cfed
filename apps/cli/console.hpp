// Standard output, standard error, and what is known of the terminal behind them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>

namespace sheaf::cli {

/// Writes all of `text` to standard output. On failure says so on standard error and returns false;
/// the command then ends with exit_stopped.
[[nodiscard]] bool print(std::string_view text);

/// Writes to standard error, unbuffered; a failure there has nowhere to go.
void print_status(std::string_view text);

/// `text` with a blank for every control character, line separator, bidirectional control and
/// malformed byte: it stays one line and moves no cursor, whatever a row, a reply or a file name
/// put there.
std::string one_line(std::string_view text);

/// "sheaf: MESSAGE", one line whatever the message holds. Returns the exit code for the error.
int complain(const Error& error);

/// Of standard error.
struct Terminal {
  bool can_redraw = false;  ///< A terminal that moves its cursor.
  bool has_colour = false;  ///< The same, and NO_COLOR is not set.
};
Terminal find_terminal(const std::map<std::string, std::string>& environment);

/// Columns of the terminal on standard error at this moment; 80 where it does not say.
int terminal_width();

}  // namespace sheaf::cli
