#include "support/tcp_gate.hpp"

#include <array>
#include <string>
#include <utility>

#include <poll.h>

#include "support/loopback_socket.hpp"

namespace sheaf::testing {
namespace {

constexpr int look_again_ms = 20;

/// False at the end, which is passed on too: closing over unread bytes would reset the connection
/// and take what was sent along.
bool pass_on(int from, int to) {
  std::string bytes;
  if (!receive_some(from, bytes)) {
    ::shutdown(to, SHUT_WR);
    return false;
  }
  send_all(to, bytes);
  return true;
}

}  // namespace

TcpGate::TcpGate(Script script) : script_(std::move(script)) {
  listener_ = listen_on_loopback(port_);
  acceptor_ = std::thread([this] { accept_all(); });
}

TcpGate::~TcpGate() {
  is_over_ = true;
  acceptor_.join();
  for (auto& connection : connections_) connection.join();
  ::close(listener_);
}

void TcpGate::accept_all() {
  for (int number = 1; !is_over_;) {
    pollfd file{listener_, POLLIN, 0};
    if (::poll(&file, 1, look_again_ms) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const int port = script_(number++);
    connections_.emplace_back([this, socket, port] { lead(socket, port); });
  }
}

void TcpGate::lead(int socket, int port) const {
  std::string first_bytes;
  const int other = port == 0 ? -1 : connect_to_loopback(port);
  if (other < 0) receive_some(socket, first_bytes);
  // A side that has ended is not asked again: poll looks over a negative descriptor.
  std::array<pollfd, 2> files{{{socket, POLLIN, 0}, {other, POLLIN, 0}}};
  while (other >= 0 && !is_over_ && (files[0].fd >= 0 || files[1].fd >= 0)) {
    if (::poll(files.data(), files.size(), look_again_ms) <= 0) continue;
    if (files[0].revents != 0 && !pass_on(socket, other)) files[0].fd = -1;
    if (files[1].revents != 0 && !pass_on(other, socket)) files[1].fd = -1;
  }
  if (other >= 0) ::close(other);
  ::close(socket);
}

}  // namespace sheaf::testing
