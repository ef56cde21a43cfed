// An HTTP/1.1 server that answers at once, for benchmarks: one thread, one epoll, keep-alive. It
// runs in a process of its own, so that getrusage of this one counts the client alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace sheaf::bench {

/// Appends the whole response, head and body, to `out`. `request` is head and body as they came.
/// Called in the server's process: what it changes there is not seen here.
using Answer = std::function<void(std::string_view request, std::string& out)>;

/// "HTTP/1.1 200 OK" with `body` and its length, as JSON.
std::string json_response(std::string_view body);

/// What the server has seen, summed since it began.
struct ServerCounts {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  /// From the last byte of a request to the write of its response.
  std::chrono::nanoseconds latency{0};
};

/// Requests need a Content-Length or have no body. Aborts the program when it cannot run: a
/// benchmark has no use for less.
class CannedServer {
 public:
  /// Forks: call it before any thread is started. Each answer is written `delay` after its
  /// request, at once when it is 0.
  explicit CannedServer(Answer answer, std::chrono::milliseconds delay = {});
  /// Answers every request with `response`, head and body.
  explicit CannedServer(std::string response);
  ~CannedServer();
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// "http://127.0.0.1:PORT"
  std::string url() const;
  ServerCounts counts() const;

 private:
  struct Shared;
  Shared* shared_ = nullptr;
  pid_t child_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace sheaf::bench
