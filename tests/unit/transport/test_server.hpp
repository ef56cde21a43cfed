// A minimal server with blocking sockets: every connection runs a script of the test in a thread of
// its own. Loopback, any free port.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/text.hpp"

namespace sheaf::transport {

inline sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A socket bound to a free port of ::1; none (-1) where this machine has no IPv6.
inline std::pair<int, int> bind_any_port_of_ipv6() {
  const int socket = ::socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  if (::bind(socket, plain, length) != 0 || ::getsockname(socket, plain, &length) != 0) {
    ::close(socket);
    return {-1, 0};
  }
  return {socket, ntohs(address.sin6_port)};
}

/// A socket bound to a free port of loopback.
inline std::pair<int, int> bind_any_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(0);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  if (::bind(socket, plain, length) != 0 || ::getsockname(socket, plain, &length) != 0)
    std::abort();
  return {socket, ntohs(address.sin_port)};
}

/// One accepted connection; closed when its script returns.
class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}

  /// The next whole request, head and body as they came; nullopt when the peer has closed.
  std::optional<std::string> read_request() {
    std::size_t head = std::string::npos;
    while ((head = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return std::nullopt;
    }
    const auto whole = head + 4 + content_length(buffer_.substr(0, head));
    while (buffer_.size() < whole) {
      if (!receive()) return std::nullopt;
    }
    auto request = buffer_.substr(0, whole);
    buffer_.erase(0, whole);
    return request;
  }

  /// False when the peer has gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The head of the next request, as far as it came; nothing more is read.
  std::string read_head() {
    while (buffer_.find("\r\n\r\n") == std::string::npos && receive()) {
    }
    return buffer_;
  }

  /// Says no more, and still reads.
  void shut() { ::shutdown(socket_, SHUT_WR); }

  /// Lets the script's end close with RST instead of FIN.
  void reset_at_end() {
    const linger hard{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  }

  void wait_for_close() {
    while (receive()) {
    }
  }

 private:
  static std::size_t content_length(const std::string& head) {
    const auto at = text::fold_ascii(head).find("content-length:");
    return at == std::string::npos ? 0 : std::strtoull(head.c_str() + at + 15, nullptr, 10);
  }

  bool receive() {
    char bytes[16'384];
    const auto length = ::recv(socket_, bytes, sizeof bytes, 0);
    if (length <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(length));
    return true;
  }

  int socket_;
  std::string buffer_;
};

class TestServer {
 public:
  using Script = std::function<void(Connection&)>;

  explicit TestServer(Script script, std::pair<int, int> bound = bind_any_port())
      : script_(std::move(script)) {
    std::tie(listener_, port_) = bound;
    ::listen(listener_, 64);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~TestServer() {
    stop_listening();
    {
      const std::lock_guard lock(mutex_);
      for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& script : scripts_) script.join();
  }

  /// Refuses connections from now on; those that stand go on.
  void stop_listening() {
    if (!acceptor_.joinable()) return;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
  }

  std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port_) + path;
  }
  int connections() const { return connections_; }
  /// Connections that have been closed again.
  int closed() const { return closed_; }

 private:
  void accept_all() {
    while (true) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      // A test that lowers the limit of open files lowers it here too.
      if (socket < 0 && errno == EMFILE) {
        std::this_thread::yield();
        continue;
      }
      if (socket < 0) return;
      ++connections_;
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      scripts_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    Connection connection(socket);
    script_(connection);
    const std::lock_guard lock(mutex_);
    std::erase(sockets_, socket);
    ::close(socket);
    ++closed_;
  }

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<int> closed_{0};
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::list<std::thread> scripts_;
  std::thread acceptor_;
};

/// A port where nobody listens, kept from others as long as this lives.
class DeadPort {
 public:
  DeadPort() { std::tie(socket_, port_) = bind_any_port(); }
  ~DeadPort() { ::close(socket_); }
  DeadPort(const DeadPort&) = delete;
  DeadPort& operator=(const DeadPort&) = delete;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 protected:
  int socket_ = -1;
  int port_ = 0;
};

/// A port whose queue of connections is full: one more is neither accepted nor refused.
class FullPort : public DeadPort {
 public:
  FullPort() {
    ::listen(socket_, 0);
    for (int i = 0; i < 4; ++i) {
      const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      const auto address = loopback(port_);
      [[maybe_unused]] const int pending =
          ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address);
      clients_.push_back(client);
    }
  }
  ~FullPort() {
    for (const int client : clients_) ::close(client);
  }

 private:
  std::vector<int> clients_;
};

inline std::string ok(const std::string& body, const std::string& headers = {}) {
  return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

/// Answers every request with `reply`, keeping the connection.
inline TestServer::Script answer_all(std::string reply) {
  return [reply = std::move(reply)](Connection& connection) {
    while (connection.read_request()) connection.send(reply);
  };
}

}  // namespace sheaf::transport
