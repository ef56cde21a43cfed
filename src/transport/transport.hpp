// Bytes over the network. The only folder that knows libcurl.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "core/exchange.hpp"

namespace sheaf::transport {

using TransferId = std::uint64_t;

struct Timeouts {
  Millis connect{10'000};   ///< Until the connection (TLS included) stands.
  Millis stall{120'000};    ///< Without one byte either way.
  Millis attempt{600'000};  ///< One transfer in all.
};

struct Options {
  Timeouts timeouts;
  std::string ca_file;  ///< Empty: SSL_CERT_FILE, else the system's.
  std::size_t max_response_bytes = 64u << 20;
};

struct FinishedTransfer {
  TransferId id = 0;
  TransferResult result;
};

/// Many transfers at once. All calls but `wake` from one thread.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Starts a transfer; its end is told by `poll`, once.
  virtual void start(TransferId id, const HttpRequest& request) = 0;
  /// Ends a transfer early; it is reported as TransportFaultKind::cancelled.
  virtual void cancel(TransferId id) = 0;
  /// Runs the network for at most `wait`; returns sooner when transfers finished or `wake` was
  /// called.
  virtual std::vector<FinishedTransfer> poll(Millis wait) = 0;
  /// Makes a running or the next `poll` return. Any thread.
  virtual void wake() = 0;
};

/// libcurl's multi interface: keep-alive, HTTP/2 over TLS, certificates verified, no redirects
/// followed, proxies from the environment but never for loopback.
Expected<std::unique_ptr<Transport>> make_curl(const Options& options);

}  // namespace sheaf::transport
