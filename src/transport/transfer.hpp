// One transfer: an easy handle, the request it sends and the response it fills. The transport's
// thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

#include "core/exchange.hpp"
#include "transport/transport.hpp"

namespace sheaf::transport {

using Clock = std::chrono::steady_clock;

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;

struct HeaderListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, HeaderListDeleter>;

/// Where trusted authorities are found. Empty: libcurl's default.
struct Authorities {
  std::string file;
  std::string folder;
  bool only_file = false;
};

struct Settings {
  Timeouts timeouts;
  std::size_t max_response_bytes = 0;
  Authorities authorities;
};

/// Pinned in memory: libcurl holds pointers to it.
class Transfer {
 public:
  /// `easy` is fresh or reset. Copies what it needs of `request`.
  Transfer(TransferId id, EasyHandle easy, const HttpRequest& request, const Settings& settings,
           Clock::time_point now);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  TransferId id() const { return id_; }
  CURL* easy() const { return easy_.get(); }
  /// Why the request could not be formed at all; then it must not be added to a multi handle.
  const std::optional<TransportFault>& refused() const { return refused_; }

  /// The timeout that has struck by `now`, if any.
  std::optional<TransportFaultKind> timed_out(Clock::time_point now) const;
  /// When to ask again; at the latest.
  std::optional<Clock::time_point> next_check(Clock::time_point now) const;

  /// What became of it, once libcurl is done with it.
  TransferResult finish(CURLcode code);
  /// What became of it when we end it.
  TransferResult abort(TransportFaultKind kind, std::string detail) const;

  /// The handle, for another transfer; only that of one that went well, because a reset does not
  /// clear all that a broken one leaves (curl issue 18206).
  EasyHandle release() { return std::move(easy_); }

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                               void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static int before_request(void* self, char* remote_address, char* local_address, int remote_port,
                            int local_port) noexcept;
  static int on_progress(void* self, curl_off_t to_download, curl_off_t downloaded,
                         curl_off_t to_upload, curl_off_t uploaded) noexcept;

  template <class Value>
  void set(CURLoption option, Value value);
  void set_request(const HttpRequest& request);
  void set_connection(const std::string& url, const Settings& settings);
  void set_callbacks();
  void refuse(std::string detail);
  void take_header(std::string_view line);

  TransferId id_;
  EasyHandle easy_;
  HeaderList headers_;
  std::string body_;
  bool begun_ = false;     ///< A connection stands, and the request may have left.
  bool repeated_ = false;  ///< libcurl was about to send it once more.
  curl_off_t uploaded_ = 0;
  HttpResponse response_;
  std::size_t max_response_bytes_;
  bool too_large_ = false;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::optional<TransportFault> refused_;
  Timeouts timeouts_;
  Clock::time_point started_;
  Clock::time_point last_byte_;
};

}  // namespace sheaf::transport
