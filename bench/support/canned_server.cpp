#include "support/canned_server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <memory>
#include <new>
#include <unordered_map>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/measure.hpp"

namespace sheaf::bench {

struct CannedServer::Shared {
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::int64_t> latency{0};
};

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  int socket = -1;
  std::uint64_t generation = 0;
  std::string in;
  std::string out;
  bool blocked = false;
};

/// Length of the first whole request in `bytes`; 0 when it is not whole yet.
std::size_t request_length(std::string_view bytes) {
  const auto head = bytes.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  constexpr std::string_view name = "ontent-Length:";
  constexpr std::string_view folded = "ontent-length:";
  auto at = bytes.substr(0, head).find(name);
  if (at == std::string_view::npos) at = bytes.substr(0, head).find(folded);
  const auto body = at == std::string_view::npos
                        ? 0
                        : std::strtoull(bytes.data() + at + name.size(), nullptr, 10);
  const auto whole = head + 4 + body;
  return bytes.size() >= whole ? whole : 0;
}

template <class Counts>
class Loop {
 public:
  Loop(int listener, Answer answer, std::chrono::milliseconds delay, Counts& counts)
      : listener_(listener),
        epoll_(::epoll_create1(0)),
        answer_(std::move(answer)),
        delay_(delay),
        counts_(counts) {
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 512> events{};
    while (true) {
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), pause());
      for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == listener_) {
          accept_all();
        } else if ((event.events & EPOLLOUT) != 0) {
          flush(event.data.fd);
        } else {
          read(event.data.fd);
        }
      }
      send_due();
    }
  }

 private:
  struct Pending {
    Clock::time_point arrived;
    int socket;
    std::uint64_t generation;
    std::string response;
  };

  void watch(int socket, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    if (::epoll_ctl(epoll_, operation, socket, &event) != 0) std::abort();
  }

  int pause() const {
    if (pending_.empty()) return -1;
    const auto left = pending_.front().arrived + delay_ - Clock::now();
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    return static_cast<int>(std::max<std::int64_t>(ms, 0));
  }

  void accept_all() {
    while (true) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto& connection = connections_[socket];
      connection = {socket, ++counts_.connections, {}, {}, false};
      watch(socket, EPOLLIN, EPOLL_CTL_ADD);
    }
  }

  void close(int socket) {
    connections_.erase(socket);
    ::close(socket);
  }

  void read(int socket) {
    auto& connection = connections_.at(socket);
    const auto length = ::recv(socket, buffer_.data(), buffer_.size(), 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (length <= 0) return close(socket);
    const std::string_view received(buffer_.data(), static_cast<std::size_t>(length));
    if (connection.in.empty() && request_length(received) == received.size()) {
      answer(connection, received);
      return flush(socket);
    }
    connection.in += received;
    while (const auto whole = request_length(connection.in)) {
      answer(connection, std::string_view(connection.in).substr(0, whole));
      connection.in.erase(0, whole);
    }
    flush(socket);
  }

  void answer(Connection& connection, std::string_view request) {
    const auto arrived = Clock::now();
    if (delay_.count() == 0) {
      answer_(request, connection.out);
      count(arrived);
      return;
    }
    Pending pending{arrived, connection.socket, connection.generation, {}};
    answer_(request, pending.response);
    pending_.push_back(std::move(pending));
  }

  void count(Clock::time_point arrived) {
    counts_.requests.fetch_add(1, std::memory_order_relaxed);
    counts_.latency.fetch_add((Clock::now() - arrived).count(), std::memory_order_relaxed);
  }

  void send_due() {
    const auto now = Clock::now();
    while (!pending_.empty() && pending_.front().arrived + delay_ <= now) {
      auto due = std::move(pending_.front());
      pending_.pop_front();
      const auto found = connections_.find(due.socket);
      if (found == connections_.end() || found->second.generation != due.generation) continue;
      found->second.out += due.response;
      count(due.arrived);
      flush(due.socket);
    }
  }

  void flush(int socket) {
    auto& connection = connections_.at(socket);
    if (connection.out.empty()) return;
    const auto sent = ::send(socket, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return close(socket);
    connection.out.erase(0, sent < 0 ? 0 : static_cast<std::size_t>(sent));
    const bool blocks = !connection.out.empty();
    if (std::exchange(connection.blocked, blocks) == blocks) return;
    watch(socket, blocks ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
  }

  int listener_;
  int epoll_;
  Answer answer_;
  std::chrono::milliseconds delay_;
  Counts& counts_;
  std::unordered_map<int, Connection> connections_;
  std::deque<Pending> pending_;
  std::array<char, 65'536> buffer_{};
};

std::pair<int, std::uint16_t> listen_anywhere() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  if (::bind(socket, plain, length) != 0 || ::listen(socket, 16'384) != 0 ||
      ::getsockname(socket, plain, &length) != 0) {
    std::abort();
  }
  return {socket, ntohs(address.sin_port)};
}

}  // namespace

std::string json_response(std::string_view body) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      body.size(), body);
}

CannedServer::CannedServer(Answer answer, std::chrono::milliseconds delay) {
  raise_file_limit();
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  shared_ = new (memory) Shared;
  const auto [listener, port] = listen_anywhere();
  port_ = port;
  const auto parent = ::getpid();
  child_ = ::fork();
  if (child_ < 0) std::abort();
  if (child_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    const auto loop = std::make_unique<Loop<Shared>>(listener, std::move(answer), delay, *shared_);
    loop->run();
  }
  ::close(listener);
}

CannedServer::CannedServer(std::string response)
    : CannedServer([response = std::move(response)](std::string_view, std::string& out) {
        out += response;
      }) {}

CannedServer::~CannedServer() {
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  ::munmap(shared_, sizeof(Shared));
}

std::string CannedServer::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

ServerCounts CannedServer::counts() const {
  return {shared_->connections, shared_->requests, std::chrono::nanoseconds(shared_->latency)};
}

}  // namespace sheaf::bench
