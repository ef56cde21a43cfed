// One transfer: an easy handle, the request it sends and the response it fills. The transport's
// thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "core/exchange.hpp"
#include "transport/authorities.hpp"
#include "transport/poller.hpp"
#include "transport/transport.hpp"

namespace sheaf::transport {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;

struct HeaderListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, HeaderListDeleter>;

struct Settings {
  Timeouts timeouts;
  std::size_t max_response_bytes = 0;
  Authorities authorities;
};

/// What a transfer tells the connections it runs on. They outlive it and its connection.
class Connections {
 public:
  explicit Connections(Poller& poller) : poller_(poller) {}
  virtual ~Connections() = default;
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// A transfer opens a connection.
  virtual void opening() = 0;
  /// It stands.
  virtual void opened() = 0;
  /// One that stood is closed.
  virtual void closed() = 0;
  /// A connection stands for one more transfer, whose request is about to leave.
  virtual void begun() = 0;
  Poller& poller() { return poller_; }

 private:
  Poller& poller_;
};

/// Pinned in memory: libcurl holds pointers to it.
class Transfer {
 public:
  /// `share` outlives it. Copies what it needs of `request`.
  Transfer(TransferId id, const HttpRequest& request, const Settings& settings,
           Connections& connections, CURLSH* share, Clock::time_point now);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// One more request, after one that went well: a broken one leaves traces in the handle (curl
  /// issue 18206). Only what differs is set again.
  void restart(TransferId id, const HttpRequest& request, Clock::time_point now);

  /// It runs on these connections; before it is added to a multi handle.
  void move_to(Connections& connections);

  TransferId id() const { return id_; }
  bool begun() const { return begun_; }
  CURL* easy() const { return easy_.get(); }
  /// Why the request could not be formed at all; then it must not be added to a multi handle.
  const std::optional<TransportFault>& refused() const { return refused_; }

  /// The timeout that has struck by `now`, if any.
  std::optional<TransportFaultKind> timed_out(Clock::time_point now) const;
  /// When to ask again; at the latest.
  std::optional<Clock::time_point> next_check(Clock::time_point now) const;

  /// Whether a response came by HTTP/2; nullopt when none came.
  std::optional<bool> heard_http2() const;
  /// What became of it, once libcurl is done with it.
  TransferResult finish(CURLcode code);
  /// What became of it when we end it.
  TransferResult abort(TransportFaultKind kind, std::string detail) const;

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                               void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static int before_request(void* self, char* remote_address, char* local_address, int remote_port,
                            int local_port) noexcept;
  static int on_progress(void* self, curl_off_t to_download, curl_off_t downloaded,
                         curl_off_t to_upload, curl_off_t uploaded) noexcept;

  static curl_socket_t open_socket(void* self, curlsocktype purpose,
                                   curl_sockaddr* address) noexcept;
  void keep_socket(int local_port);
  static int close_socket(void* connections, curl_socket_t socket) noexcept;

  template <class Value>
  void set(CURLoption option, Value value);
  void set_request(const HttpRequest& request);
  void set_headers(const std::vector<Header>& headers);
  void set_address(const std::string& url);
  void set_connection(const Settings& settings, CURLSH* share);
  void set_callbacks();
  void refuse(std::string detail);
  bool is_refused_by_proxy() const;
  /// False when there are more of them than anybody needs.
  bool take_header(std::string_view line);
  void add_header(std::string_view line);

  TransferId id_;
  Connections* connections_;
  EasyHandle easy_{curl_easy_init()};
  std::string method_;
  std::string url_;
  std::vector<Header> header_fields_;
  HeaderList headers_;
  std::string body_;
  std::vector<int> opening_;  ///< Sockets of the connection being made; one of them will stand.
  bool begun_ = false;        ///< A connection stands, and the request may have left.
  bool repeated_ = false;     ///< libcurl was about to send it once more.
  curl_off_t uploaded_ = 0;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;  ///< Those of interim responses and trailers too.
  bool is_interim_ = false;       ///< The head that is being read.
  bool is_head_over_ = false;     ///< What comes as a header now is a trailer.
  std::size_t max_response_bytes_;
  std::string too_large_;  ///< What was; empty: nothing.
  bool out_of_files_ = false;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::optional<TransportFault> refused_;
  Timeouts timeouts_;
  Clock::time_point started_;
  Clock::time_point last_byte_;
};

}  // namespace sheaf::transport
