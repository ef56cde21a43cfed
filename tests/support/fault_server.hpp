// A server on loopback that passes every exchange on to another one and breaks those that a test
// names. It speaks HTTP/1.1 in raw bytes, so that it can break each of them.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace sheaf::testing {

/// One request as the script sees it.
struct FaultExchange {
  int number = 0;                              ///< In order of arrival, from 1.
  int socket = -1;                             ///< The client's, for `write_raw` and `reset`.
  std::function<std::string()> upstream = {};  ///< Asks the healthy server; the reply's body.
  std::string_view request_body = {};

  void write_raw(std::string_view bytes) const;
  /// 200 and the body, whole.
  void write_reply(std::string_view body, std::string_view headers = {}) const;
  /// The connection ends with RST in place of FIN.
  void reset() const;
  /// Until the client hangs up or the server ends.
  void stall() const;
};

/// The body of what the healthy server answers to a POST.
std::string ask_upstream(int port, const std::string& path, const std::string& body);

class FaultServer {
 public:
  /// Breaks the exchange in its own way and returns true; the connection ends then. False: healthy.
  /// Called on the connections' threads, several at once.
  using Script = std::function<bool(FaultExchange&)>;

  /// Passes on to 127.0.0.1:`upstream_port`. Aborts the program when it cannot listen.
  FaultServer(int upstream_port, Script script);
  ~FaultServer();
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;

  int port() const { return port_; }
  /// "http://127.0.0.1:PORT/v1"
  std::string base_url() const;
  int exchanges() const { return exchanges_; }
  /// The port refuses connections until `listen_again`.
  void refuse();
  void listen_again();
  bool is_refusing() const { return is_refusing_; }

 private:
  void serve_all();
  int accept_one();
  void serve(int socket);
  bool exchange(int socket, std::string& read);

  int upstream_port_;
  Script script_;
  int port_ = 0;
  int place_ = -1;    ///< Keeps the port from others while nobody listens.
  std::mutex mutex_;  ///< Held to close the listener and to accept from it.
  std::atomic<int> listener_{-1};
  std::atomic<int> exchanges_{0};
  std::atomic<bool> is_refusing_{false};
  std::atomic<bool> is_over_{false};
  std::list<std::thread> connections_;  ///< The acceptor's, until it has ended.
  std::thread acceptor_;
};

}  // namespace sheaf::testing
