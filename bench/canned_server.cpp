// A server that answers every prompt at once, or after a fixed time, from replies made before: the
// load that the whole-process benchmarks (run.py) put clients under. One thread.
//   canned_server [--answer TEXT] [--delay-ms N]
// prints its base URL; on SIGTERM one JSON object of what it saw, times by CLOCK_MONOTONIC.
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Nanos = std::int64_t;

Nanos now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

volatile std::sig_atomic_t ended = 0;
void end(int) { ended = 1; }

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

struct Options {
  std::string answer = "billing";
  Nanos delay = 0;
};

/// The label and number of the last key of a prompt: "Answer[16]". Number 0: it has none.
struct LastKey {
  std::string_view label;
  int number = 0;
};

/// Looks at the end of the request alone, where the prompt's closing line stands.
LastKey last_key(std::string_view body) {
  constexpr std::size_t reach = 400;
  const auto tail = body.substr(body.size() > reach ? body.size() - reach : 0);
  for (auto at = tail.rfind('['); at != tail.npos && at > 0; at = tail.rfind('[', at - 1)) {
    LastKey key;
    const auto* last = tail.data() + tail.size();
    const auto read = std::from_chars(tail.data() + at + 1, last, key.number);
    if (read.ec != std::errc{} || read.ptr == last || *read.ptr != ']') continue;
    const auto before = tail.find_last_of(" \n\"", at);
    key.label = tail.substr(before == tail.npos ? 0 : before + 1, at);
    key.label = key.label.substr(0, key.label.find('['));
    return key;
  }
  return {};
}

/// Whole responses by number of answers. The label is that of the first request.
class Replies {
 public:
  explicit Replies(std::string answer) : answer_(std::move(answer)) {}

  const std::string& of(const LastKey& key) {
    const auto found = made_.find(key.number);
    if (found != made_.end()) return found->second;
    return made_.emplace(key.number, make(key)).first->second;
  }

 private:
  std::string make(const LastKey& key) const {
    std::string text;
    for (int i = 1; i <= key.number; ++i) {
      text +=
          (i > 1 ? "\\n" : "") + std::string(key.label) + "[" + std::to_string(i) + "]: " + answer_;
    }
    if (key.number == 0) text = answer_;
    const auto tokens = std::to_string(text.size() / 4 + 1);
    const std::string body =
        R"({"id":"chatcmpl-1","object":"chat.completion","created":0,"model":"canned",)"
        R"("choices":[{"index":0,"message":{"role":"assistant","content":")" +
        text + R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":)" +
        tokens + R"(,"total_tokens":2000}})";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  std::string answer_;
  std::unordered_map<int, std::string> made_;
};

struct Connection {
  int socket = -1;
  std::string in;
};

class Server {
 public:
  explicit Server(const Options& options) : options_(options), replies_(options.answer) {}

  void listen() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, general, size) != 0 || ::listen(listener_, 16'384) != 0) die("listen");
    getsockname(listener_, general, &size);
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    watch(listener_);
    std::printf("http://127.0.0.1:%d/v1\n", ntohs(address.sin_port));
    std::fflush(stdout);
  }

  void serve() {
    std::array<epoll_event, 512> events{};
    while (!ended) {
      const auto wait = until_due();
      const timespec time{wait / 1'000'000'000, wait % 1'000'000'000};
      const int count =
          epoll_pwait2(epoll_, events.data(), events.size(), wait < 0 ? nullptr : &time, nullptr);
      for (int i = 0; i < count; ++i) {
        const auto ready = events[static_cast<std::size_t>(i)].data.fd;
        if (ready == listener_) {
          accept();
        } else {
          read(ready);
        }
      }
      send_due();
    }
  }

  void report() const {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](timeval time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    std::printf(
        R"({"requests": %lld, "answers": %lld, "connections": %lld, "cpu_seconds": %.6f, )"
        R"("first_accept_ns": %lld, "first_byte_ns": %lld, "first_request_ns": %lld, )"
        R"("last_reply_ns": %lld, "mean_latency_ms": %.6f, "peak_waiting": %zu})"
        "\n",
        static_cast<long long>(requests_), static_cast<long long>(answers_),
        static_cast<long long>(connected_), seconds(usage.ru_utime) + seconds(usage.ru_stime),
        static_cast<long long>(first_accept_), static_cast<long long>(first_byte_),
        static_cast<long long>(first_request_), static_cast<long long>(last_reply_),
        replied_ == 0 ? 0 : static_cast<double>(latency_) / static_cast<double>(replied_) / 1e6,
        peak_waiting_);
  }

 private:
  struct Due {
    Nanos at = 0;
    Nanos arrived = 0;
    int socket = -1;
    const std::string* reply = nullptr;
  };

  void watch(int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }

  Nanos until_due() const {
    return waiting_.empty() ? -1 : std::max<Nanos>(0, waiting_.front().at - now());
  }

  void accept() {
    while (true) {
      const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      if (connected_++ == 0) first_accept_ = now();
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      connections_[socket].socket = socket;
      watch(socket);
    }
  }

  void read(int socket) {
    auto& connection = connections_[socket];
    const auto got = recv(socket, buffer_.data(), buffer_.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return drop(socket);
    if (first_byte_ == 0) first_byte_ = now();
    connection.in.append(buffer_.data(), static_cast<std::size_t>(got));
    const auto head = connection.in.find("\r\n\r\n");
    if (head == std::string::npos) return;
    const auto whole = head + 4 + content_length(std::string_view(connection.in).substr(0, head));
    if (connection.in.size() < whole) return;
    const auto key = last_key(std::string_view(connection.in).substr(0, whole));
    answer(socket, key);
    connection.in.clear();
  }

  static std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "\r\ncontent-length:";
    for (auto at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
      if (strncasecmp(head.data() + at, name.data(), name.size()) != 0) continue;
      return std::strtoul(head.data() + at + name.size(), nullptr, 10);
    }
    return 0;
  }

  void answer(int socket, const LastKey& key) {
    const auto arrived = now();
    if (requests_++ == 0) first_request_ = arrived;
    answers_ += std::max(1, key.number);
    const Due due{arrived + options_.delay, arrived, socket, &replies_.of(key)};
    if (options_.delay == 0) return reply(due);
    waiting_.push_back(due);
    peak_waiting_ = std::max(peak_waiting_, waiting_.size());
  }

  /// The delay is one for all, so that the replies fall due in the order of the requests.
  void send_due() {
    while (!waiting_.empty() && waiting_.front().at <= now()) {
      reply(waiting_.front());
      waiting_.pop_front();
    }
  }

  void reply(const Due& due) {
    // Small beside a socket's buffer: it is taken whole, or the client has gone.
    if (send(due.socket, due.reply->data(), due.reply->size(), MSG_NOSIGNAL) < 0) return;
    last_reply_ = now();
    latency_ += last_reply_ - due.arrived;
    ++replied_;
  }

  void drop(int socket) {
    connections_.erase(socket);
    std::erase_if(waiting_, [socket](const Due& due) { return due.socket == socket; });
    close(socket);
  }

  Options options_;
  Replies replies_;
  int listener_ = -1;
  int epoll_ = -1;
  std::array<char, 65'536> buffer_{};
  std::unordered_map<int, Connection> connections_;
  std::deque<Due> waiting_;
  std::size_t peak_waiting_ = 0;
  std::int64_t requests_ = 0;
  std::int64_t replied_ = 0;
  std::int64_t answers_ = 0;
  std::int64_t connected_ = 0;
  Nanos latency_ = 0;
  Nanos first_accept_ = 0;
  Nanos first_byte_ = 0;
  Nanos first_request_ = 0;
  Nanos last_reply_ = 0;
};

}  // namespace

int main(int count, char** words) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    if (name == "--answer") options.answer = words[i + 1];
    if (name == "--delay-ms") options.delay = std::atoll(words[i + 1]) * 1'000'000;
  }
  struct sigaction action{};
  action.sa_handler = end;
  sigaction(SIGTERM, &action, nullptr);
  const auto server = std::make_unique<Server>(options);
  server->listen();
  server->serve();
  server->report();
  return 0;
}
