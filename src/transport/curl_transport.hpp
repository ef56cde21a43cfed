// libcurl's multi interface behind Transport. Included by this folder alone.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <curl/curl.h>

#include "transport/transport.hpp"

namespace sheaf::transport {

/// One transfer under way. Its address is known to libcurl, so it does not move.
struct Transfer {
  TransferId id = 0;
  CURL* handle = nullptr;
  curl_slist* headers = nullptr;
  std::string body;
  HttpResponse response;
  std::size_t max_bytes = 0;
  bool too_large = false;
  std::chrono::milliseconds stall{0};
  std::chrono::steady_clock::time_point last_byte;
  curl_off_t bytes_received = 0;
  curl_off_t bytes_sent = 0;
  bool stalled = false;
  std::array<char, CURL_ERROR_SIZE> error{};
};

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(Options options);
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  void start(TransferId id, const HttpRequest& request) override;
  void cancel(TransferId id) override;
  std::vector<FinishedTransfer> poll(Millis wait) override;
  void wake() override;

 private:
  enum class Reuse { no, yes };
  void configure(Transfer& transfer, const HttpRequest& request);
  void release(Transfer& transfer, Reuse reuse);
  FinishedTransfer finish(Transfer& transfer, CURLcode code);
  void collect(std::vector<FinishedTransfer>& finished);

  Options options_;
  CURLM* multi_ = nullptr;
  std::vector<CURL*> spare_;
  std::unordered_map<TransferId, std::unique_ptr<Transfer>> transfers_;
  std::vector<TransferId> cancelled_;
};

}  // namespace sheaf::transport
