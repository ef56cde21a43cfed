// SIGINT and SIGTERM, for as long as a command wants them.
#pragma once

#include <string>

#include <sheaf/run.hpp>

namespace sheaf::cli {

/// A pipe whose reader left shows as a failed write, not as the end of the process.
void ignore_broken_pipes();

/// While it lives, both signals ask `stop` to stop; the first also writes `notice` to standard
/// error. The second restores their usual meaning, so that a third ends the process whatever it
/// waits for. One at a time; lives in the main thread.
class StopOnSignal {
 public:
  /// `stop` and `notice` are borrowed; an empty notice is not written.
  StopOnSignal(StopSignal& stop, const std::string& notice);
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
};

/// Keeps both signals from the process until `wait` takes one. Made before any thread is started,
/// for threads inherit what is kept back.
class SignalWait {
 public:
  SignalWait();
  ~SignalWait();
  SignalWait(const SignalWait&) = delete;
  SignalWait& operator=(const SignalWait&) = delete;
  /// Blocks until one of the signals comes.
  void wait();
};

}  // namespace sheaf::cli
