#include "support/fault_server.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include <poll.h>

#include "support/loopback_socket.hpp"

namespace sheaf::testing {
namespace {

constexpr int look_again_ms = 20;

/// Header and body of the request that `bytes` begin with; nullopt while it is not whole.
std::optional<std::size_t> request_size(std::string_view bytes) {
  static constexpr std::string_view name = "Content-Length: ";
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto at = bytes.substr(0, end).find(name);
  std::size_t body = 0;
  if (at != std::string_view::npos) {
    std::from_chars(bytes.data() + at + name.size(), bytes.data() + end, body);
  }
  const auto size = end + 4 + body;
  return bytes.size() < size ? std::nullopt : std::optional(size);
}

std::string forward(int port, std::string_view request) {
  const auto head_end = request.find("\r\n\r\n");
  std::string changed(request.substr(0, head_end));
  changed += "\r\nConnection: close";
  changed += request.substr(head_end);
  const int socket = connect_to_loopback(port);
  std::string reply;
  send_all(socket, changed);
  while (receive_some(socket, reply)) {
  }
  ::close(socket);
  const auto end = reply.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : reply.substr(end + 4);
}

}  // namespace

std::string ask_upstream(int port, const std::string& path, const std::string& body) {
  return forward(port, "POST " + path +
                           " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                           "Content-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body);
}

void FaultExchange::write_raw(std::string_view bytes) const { send_all(socket, bytes); }

void FaultExchange::write_reply(std::string_view body, std::string_view headers) const {
  write_raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + std::string(headers) +
            "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n");
  write_raw(body);
}

void FaultExchange::reset() const {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void FaultExchange::stall() const {
  std::string ignored;
  while (receive_some(socket, ignored)) {
  }
}

FaultServer::FaultServer(int upstream_port, Script script)
    : upstream_port_(upstream_port), script_(std::move(script)) {
  place_ = bind_to_loopback(port_);
  listener_ = listen_on_loopback(port_);
  acceptor_ = std::thread([this] { serve_all(); });
}

FaultServer::~FaultServer() {
  is_over_ = true;
  acceptor_.join();
  for (auto& connection : connections_) connection.join();
  if (listener_ >= 0) ::close(listener_);
  ::close(place_);
}

std::string FaultServer::base_url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/v1";
}

void FaultServer::refuse() {
  const std::lock_guard lock(mutex_);
  is_refusing_ = true;
  const int listener = listener_.exchange(-1);
  // The acceptor waits for it: closing alone would not end it yet.
  ::shutdown(listener, SHUT_RDWR);
  ::close(listener);
}

void FaultServer::listen_again() {
  if (!is_refusing_) return;
  listener_ = listen_on_loopback(port_);
  is_refusing_ = false;
}

void FaultServer::serve_all() {
  while (!is_over_) {
    pollfd file{listener_, POLLIN, 0};
    ::poll(&file, 1, look_again_ms);
    const int socket = accept_one();
    if (socket < 0) continue;
    connections_.emplace_back([this, socket] {
      serve(socket);
      ::close(socket);
    });
  }
}

int FaultServer::accept_one() {
  const std::lock_guard lock(mutex_);
  pollfd file{listener_, POLLIN, 0};
  return ::poll(&file, 1, 0) > 0 ? ::accept4(file.fd, nullptr, nullptr, SOCK_CLOEXEC) : -1;
}

void FaultServer::serve(int socket) {
  std::string read;
  while (!is_over_) {
    pollfd file{socket, POLLIN, 0};
    if (::poll(&file, 1, look_again_ms) == 0) continue;
    if (!receive_some(socket, read)) return;
    if (request_size(read) && !exchange(socket, read)) return;
  }
}

bool FaultServer::exchange(int socket, std::string& read) {
  const auto request = read.substr(0, *request_size(read));
  read.erase(0, request.size());
  FaultExchange one{++exchanges_, socket, [&] { return forward(upstream_port_, request); },
                    std::string_view(request).substr(request.find("\r\n\r\n") + 4)};
  if (script_(one)) return false;
  one.write_reply(one.upstream());
  return !is_refusing_;
}

}  // namespace sheaf::testing
