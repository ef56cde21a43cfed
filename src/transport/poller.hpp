// One epoll for every socket of a transport, whichever multi handle it belongs to.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "core/exchange.hpp"

namespace sheaf::transport {

using Clock = std::chrono::steady_clock;

/// All calls but `wake` from one thread.
class Poller {
 public:
  struct Event {
    int socket = -1;
    void* owner = nullptr;
    bool readable = false;
    bool writable = false;
    bool broken = false;
  };

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  /// False when the system gave no descriptors; then nothing else may be called.
  bool usable() const { return epoll_ >= 0 && wake_ >= 0; }

  /// `owner` wants to hear of `socket`; neither: no longer.
  void watch(int socket, void* owner, bool read, bool write);
  /// A socket whose closing is told by `forget`: it stays registered while nobody watches it, which
  /// saves two system calls for each request on a kept connection.
  void keep(int socket) { at(socket).kept = true; }
  /// Before `socket` is closed. Whether it was kept.
  bool forget(int socket);

  /// What happened within `wait`, sooner when something did or `wake` was called. Valid until the
  /// next call.
  const std::vector<Event>& poll(Millis wait);

  /// Makes a running or the next `poll` return. Any thread.
  void wake();
  /// Whether `wake` was called since the last time.
  bool take_wake() { return woken_.exchange(false); }

 private:
  struct Watch {
    void* owner = nullptr;
    std::uint32_t wanted = 0;
    std::uint32_t registered = 0;
    bool kept = false;
  };
  Watch& at(int socket);
  void enroll(int socket, Watch& watch, std::uint32_t events);

  int epoll_;
  int wake_;
  std::atomic<bool> woken_{false};
  std::vector<Watch> watches_;  ///< By socket.
  std::vector<Event> events_;
};

}  // namespace sheaf::transport
