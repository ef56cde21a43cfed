// Exit codes, part of the tool's interface: scripts read them.
#pragma once

#include <sheaf/error.hpp>

namespace sheaf::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_stopped = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_failed_rows = 3;
inline constexpr int exit_budget = 4;
inline constexpr int exit_pending = 5;
inline constexpr int exit_interrupted = 130;
inline constexpr int exit_terminated = 143;

constexpr int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return exit_usage;
    case ErrorCode::budget:
      return exit_budget;
    case ErrorCode::pending:
      return exit_pending;
    case ErrorCode::interrupted:
      return exit_interrupted;
    case ErrorCode::terminated:
      return exit_terminated;
    case ErrorCode::stopped:
    case ErrorCode::unavailable:
      break;
  }
  return exit_stopped;
}

}  // namespace sheaf::cli
