// Errors that end a command. A failed *sample* is data and stands in its result; an Error says that
// the call as a whole could not do its work.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace sheaf {

/// What the caller should do about an Error. The command-line tool maps each to an exit code.
enum class ErrorCode {
  usage,        ///< Wrong flags, task file or rows: correct the input and call again. Exit 2.
  stopped,      ///< The run cannot go on (disk full, no vectors): mend, resume. Exit 1.
  unavailable,  ///< The task's model cannot be asked (key, service): mend, resume. Exit 1.
  pending,      ///< Bulk jobs are with the provider: resume to collect them. Exit 5.
  budget,       ///< Stopped by a limit the caller set: raise it and resume. Exit 4.
  interrupted,  ///< Stopped by SIGINT: resume when convenient. Exit 130.
  terminated,   ///< Stopped by SIGTERM: resume when convenient. Exit 143.
};

/// One error. `message` says what happened, to which thing, and what to do; it never holds a key.
struct Error {
  ErrorCode code = ErrorCode::stopped;
  std::string message;
};

template <class T>
using Expected = std::expected<T, Error>;

/// `return fail(ErrorCode::usage, "rows.csv:3: ...");`
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

}  // namespace sheaf
