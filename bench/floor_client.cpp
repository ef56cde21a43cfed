// The floor under every HTTP client: the same requests over raw sockets and one epoll, no parsing
// but for a reply's length.
//   floor_client HOST_PORT REQUESTS CONNECTIONS BODY_BYTES
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_map>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::string request_of(std::string_view host, std::size_t bytes) {
  std::string body = R"({"model":"canned","messages":[{"role":"user","content":")";
  const std::string_view end = R"( [16]."}],"max_tokens":128})";
  if (body.size() + end.size() < bytes) body.append(bytes - body.size() - end.size(), 'x');
  body += end;
  return "POST /v1/chat/completions HTTP/1.1\r\nHost: " + std::string(host) +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

bool is_whole(const std::string& in) {
  constexpr std::string_view name = "Content-Length: ";
  const auto head = in.find("\r\n\r\n");
  if (head == in.npos) return false;
  const auto at = in.find(name);
  std::size_t length = 0;
  std::from_chars(in.data() + at + name.size(), in.data() + head, length);
  return in.size() >= head + 4 + length;
}

class Client {
 public:
  Client(std::string request, long requests) : request_(std::move(request)), left_(requests) {}

  void run(const sockaddr_in& address, int connections) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < connections; ++i) open(address);
    std::array<epoll_event, 512> events{};
    while (open_ > 0) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) read(events[static_cast<std::size_t>(i)].data.fd);
    }
  }

 private:
  void open(const sockaddr_in& address) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* general = reinterpret_cast<const sockaddr*>(&address);
    if (socket < 0 || connect(socket, general, sizeof address) != 0) die("connect");
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    ++open_;
    send(socket);
  }

  void send(int socket) {
    if (left_-- <= 0) {
      close(socket);
      --open_;
      return;
    }
    std::string_view rest = request_;
    while (!rest.empty()) {
      const auto sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) die("send");
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void read(int socket) {
    const auto got = recv(socket, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) die("recv");
    auto& in = replies_[socket];
    in.append(buffer_.data(), static_cast<std::size_t>(got));
    if (!is_whole(in)) return;
    in.clear();
    send(socket);
  }

  std::string request_;
  long left_;
  int epoll_ = -1;
  int open_ = 0;
  std::array<char, 65'536> buffer_{};
  std::unordered_map<int, std::string> replies_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 5) return 2;
  const std::string_view host = words[1];
  const auto colon = host.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(words[1] + colon + 1)));
  Client client(request_of(host, std::strtoul(words[4], nullptr, 10)), std::atol(words[2]));
  client.run(address, std::atoi(words[3]));
  return 0;
}
