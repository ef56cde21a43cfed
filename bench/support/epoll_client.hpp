// The floor of an HTTP/1.1 client: raw sockets on one epoll, one send and one recv a request,
// nothing parsed but the length of the reply.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace sheaf::bench {

/// `connections` sockets to 127.0.0.1:`port`, kept. Aborts the program when the server misbehaves.
class EpollClient {
 public:
  EpollClient(std::uint16_t port, int connections);
  ~EpollClient();
  EpollClient(const EpollClient&) = delete;
  EpollClient& operator=(const EpollClient&) = delete;

  /// Sends `request` (head and body) `count` times, one on each connection at a time, and reads
  /// every reply, which must have a Content-Length.
  void run(const std::string& request, std::uint64_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sheaf::bench
