// An HTTP/2 server over TLS for tests: loopback, any free port, one thread a connection, libnghttp2
// and OpenSSL. Every request is met as the test's script says.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sheaf::testing {

struct Http2Request {
  int number = 0;      ///< In order of arrival at the server, from 1.
  int connection = 0;  ///< The same of its connection.
  std::string path;
  std::string body;
};

enum class Http2Act {
  answer,
  stall,          ///< No byte about this request.
  reset_stream,   ///< RST_STREAM with `code`, after the header and half the body if `begun`.
  goaway_before,  ///< GOAWAY with `code` that leaves this stream out (and those after it); then the
                  ///< streams before it are answered and the connection is closed.
  goaway_after,   ///< GOAWAY with `code` that includes this stream, and then its answer.
  cut,            ///< The connection ends without a word; after half a body if `begun`.
};

struct Http2Reply {
  Http2Act act = Http2Act::answer;
  int status = 200;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< Names in lower case.
  std::uint32_t code = 0;                                         ///< Of RFC 9113, 7.
  bool begun = false;
};

struct Http2Options {
  std::string certificate;  ///< PEM files.
  std::string key;
  std::uint32_t max_concurrent_streams = 100;
  /// Streams of one connection that must wait before any of them is met; then all waiting are.
  int gather = 1;
  std::size_t write_bytes = 0;  ///< Largest TLS record; 0: as large as the frames come.
  bool offers_http2 = true;     ///< False: the handshake picks no protocol and is then closed.
};

class Http2Server {
 public:
  /// Called on the connections' threads, one call at a time.
  using Script = std::function<Http2Reply(const Http2Request&)>;

  /// Aborts the program when it cannot listen or read the certificate.
  Http2Server(Http2Options options, Script script);
  /// Ends every connection and joins every thread.
  ~Http2Server();
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;

  /// "https://127.0.0.1:PORT" and `path`.
  std::string url(const std::string& path = "/") const;
  int connections() const { return connections_; }
  int requests() const { return requests_; }
  /// Most streams of one connection that were open at once.
  int most_streams() const { return most_streams_; }

 private:
  struct Context;
  class Session;
  void accept_all();
  void serve(int socket, int number);

  Http2Options options_;
  Script script_;
  std::unique_ptr<Context> context_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<int> requests_{0};
  std::atomic<int> most_streams_{0};
  std::mutex mutex_;
  std::mutex script_mutex_;
  std::vector<int> sockets_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace sheaf::testing
