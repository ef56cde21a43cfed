// A port on loopback that leads each connection to another one, or breaks it off at its first
// bytes, as a test's script says.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <thread>

namespace sheaf::testing {

class TcpGate {
 public:
  /// Where connection `number` (from 1) leads: a port of 127.0.0.1, or 0: its first bytes are read
  /// and it ends. Called on the gate's thread.
  using Script = std::function<int(int number)>;

  /// Aborts the program when it cannot listen.
  explicit TcpGate(Script script);
  /// Ends every connection and joins every thread.
  ~TcpGate();
  TcpGate(const TcpGate&) = delete;
  TcpGate& operator=(const TcpGate&) = delete;

  int port() const { return port_; }

 private:
  void accept_all();
  void lead(int socket, int port) const;

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> is_over_{false};
  std::list<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace sheaf::testing
