// A part of the connections to one origin: a multi handle of libcurl. One of all connections is
// quadratic in their number, because each request searches them for an idle one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <curl/curl.h>

#include "transport/poller.hpp"
#include "transport/transfer.hpp"

namespace sheaf::transport {

/// Scheme, host and port, and what its server speaks as far as that is known.
struct Origin;

struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

/// Pinned in memory: libcurl holds pointers to it. The transport's thread.
class Shard final : public Connections {
 public:
  Shard(Origin& origin, Poller& poller);

  Origin& origin() { return origin_; }
  int running() const { return running_; }
  /// Connections that no transfer uses, unless several share one.
  int idle() const { return open_ - running_; }
  std::optional<Clock::time_point> due() const { return due_; }

  void add(Transfer& transfer);
  void remove(Transfer& transfer);
  /// Lets libcurl work on what has happened.
  void act(const Poller::Event& event);
  void act_on_time();
  /// A transfer that is done; nullopt when none is.
  struct Done {
    Transfer* transfer = nullptr;
    CURLcode code = CURLE_OK;
  };
  std::optional<Done> next_done();

  /// Transfers that can be restarted.
  std::vector<std::unique_ptr<Transfer>>& spare() { return spare_; }

  void opening() override;
  void opened() override { ++open_; }
  void closed() override { --open_; }
  void begun() override;

 private:
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self,
                       void* socket_data) noexcept;
  static int on_timer(CURLM* multi, long timeout_ms, void* self) noexcept;

  Origin& origin_;
  int running_ = 0;
  int begun_ = 0;  ///< Of these, those that have had a connection.
  int open_ = 0;   ///< Connections that stand.
  std::optional<Clock::time_point> due_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::vector<std::unique_ptr<Transfer>> spare_;
};

}  // namespace sheaf::transport
