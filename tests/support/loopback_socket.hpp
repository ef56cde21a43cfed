// Sockets of 127.0.0.1, as scripted servers use them.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sheaf::testing {

inline sockaddr_in loopback_address(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A bound socket; port 0 takes a free one and sets it. As long as it is open nobody else gets the
/// port, unless by its number. Aborts the program when it cannot.
inline int bind_to_loopback(int& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto address = loopback_address(port);
  socklen_t size = sizeof address;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0) std::abort();
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return socket;
}

/// The same, listening.
inline int listen_on_loopback(int& port) {
  const int socket = bind_to_loopback(port);
  if (::listen(socket, 64) != 0) std::abort();
  return socket;
}

/// A connected socket, or one whose reads and writes fail.
inline int connect_to_loopback(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback_address(port);
  [[maybe_unused]] const int ignored =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return socket;
}

inline void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Appends what comes next; false at the end.
inline bool receive_some(int socket, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto bytes = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (bytes > 0) into.append(buffer.data(), static_cast<std::size_t>(bytes));
  return bytes > 0;
}

}  // namespace sheaf::testing
