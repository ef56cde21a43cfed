#include "support/epoll_client.hpp"

#include <array>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/measure.hpp"

namespace sheaf::bench {

struct EpollClient::State {
  struct Connection {
    int socket = -1;
    std::string in;
  };
  int epoll = -1;
  std::vector<Connection> connections;
  std::array<char, 65'536> buffer{};
};

namespace {

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::abort();
  }
  return socket;
}

bool is_whole(std::string_view reply) {
  const auto head = reply.find("\r\n\r\n");
  if (head == std::string_view::npos) return false;
  const auto at = reply.find("Content-Length:");
  if (at == std::string_view::npos) std::abort();
  return reply.size() >= head + 4 + std::strtoull(reply.data() + at + 15, nullptr, 10);
}

void send_whole(int socket, const std::string& request) {
  const auto sent = ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) std::abort();
}

}  // namespace

EpollClient::EpollClient(std::uint16_t port, int connections) : state_(std::make_unique<State>()) {
  raise_file_limit();
  state_->epoll = ::epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < connections; ++i) {
    const int socket = connect_to(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = state_->connections.size();
    if (::epoll_ctl(state_->epoll, EPOLL_CTL_ADD, socket, &event) != 0) std::abort();
    state_->connections.push_back({socket, {}});
  }
}

EpollClient::~EpollClient() {
  for (const auto& connection : state_->connections) ::close(connection.socket);
  ::close(state_->epoll);
}

void EpollClient::run(const std::string& request, std::uint64_t count) {
  std::uint64_t sent = 0;
  std::uint64_t done = 0;
  for (auto& connection : state_->connections) {
    if (sent++ < count) send_whole(connection.socket, request);
  }
  std::array<epoll_event, 512> events{};
  while (done < count) {
    const int ready = ::epoll_wait(state_->epoll, events.data(), events.size(), -1);
    for (int i = 0; i < ready; ++i) {
      auto& connection = state_->connections[events[static_cast<std::size_t>(i)].data.u64];
      auto& buffer = state_->buffer;
      const auto length = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
      if (length <= 0) std::abort();
      std::string_view reply(buffer.data(), static_cast<std::size_t>(length));
      if (!connection.in.empty()) reply = connection.in.append(reply);
      if (!is_whole(reply)) {
        if (connection.in.empty()) connection.in = reply;
        continue;
      }
      connection.in.clear();
      ++done;
      if (sent++ < count) send_whole(connection.socket, request);
    }
  }
}

}  // namespace sheaf::bench
