#include "signals.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>

#include <unistd.h>

namespace sheaf::cli {
namespace {

// A handler takes no argument of ours: what it needs must stand here.
std::atomic<StopSignal*> stop_asked = nullptr;
std::atomic<const std::string*> first_notice = nullptr;

static_assert(std::atomic<StopSignal*>::is_always_lock_free);

void restore_usual_meaning() {
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  sigaction(SIGINT, &usual, nullptr);
  sigaction(SIGTERM, &usual, nullptr);
}

void on_signal(int signal) {
  const int saved = errno;
  if (auto* const stop = stop_asked.load()) {
    stop->request(signal == SIGTERM ? StopSignal::Kind::terminated : StopSignal::Kind::interrupted);
    const auto* const notice = first_notice.load();
    if (stop->times() == 1 && notice != nullptr) {
      [[maybe_unused]] const auto ignored = write(STDERR_FILENO, notice->data(), notice->size());
    }
    if (stop->times() > 1) restore_usual_meaning();
  }
  errno = saved;
}

sigset_t both_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

void ignore_broken_pipes() {
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

StopOnSignal::StopOnSignal(StopSignal& stop, const std::string& notice) {
  stop_asked = &stop;
  first_notice = &notice;
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_mask = both_signals();
  // A read of the rows must not end early and pass for the end of the file.
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

StopOnSignal::~StopOnSignal() {
  restore_usual_meaning();
  stop_asked = nullptr;
  first_notice = nullptr;
}

SignalWait::SignalWait() {
  const auto set = both_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

SignalWait::~SignalWait() {
  const auto set = both_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void SignalWait::wait() {
  const auto set = both_signals();
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
}

}  // namespace sheaf::cli
