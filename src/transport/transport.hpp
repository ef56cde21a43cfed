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

/// Each 0 or less: none.
struct Timeouts {
  Millis connect{10'000};   ///< Until the connection (name and TLS included) stands.
  Millis stall{120'000};    ///< Without one byte either way, the wait for the reply included.
  Millis attempt{600'000};  ///< One transfer in all.
};

struct Options {
  Timeouts timeouts;
  /// The only authorities to trust. Empty: those of SSL_CERT_FILE and SSL_CERT_DIR, else the
  /// system's.
  std::string ca_file;
  std::size_t max_response_bytes = 64u << 20;  ///< Of a body, unpacked.
  /// Transfers at once. The soft limit of open files is raised, as far as the hard one allows, to
  /// what they and the rest of the process need. Where that is not enough, `connect` says so.
  int most_transfers = 64;
};

struct FinishedTransfer {
  TransferId id = 0;
  TransferResult result;
};

/// Many transfers at once. All calls but `wake` from one thread. Every transfer that was started is
/// reported once; one still running when the transport is destroyed is cut off unreported.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Starts a transfer; its end is told by `poll`, once.
  virtual void start(TransferId id, const HttpRequest& request) = 0;
  /// Ends a transfer early; it is reported as TransportFaultKind::cancelled. Nothing happens when
  /// it is unknown or has ended.
  virtual void cancel(TransferId id) = 0;
  /// Runs the network for at most `wait`; returns sooner when transfers finished or `wake` was
  /// called.
  virtual std::vector<FinishedTransfer> poll(Millis wait) = 0;
  /// Makes a running or the next `poll` return. Any thread.
  virtual void wake() = 0;
};

/// libcurl: shards of 64 connections, each a multi handle, on one epoll, because the work of one
/// handle for a request grows with its connections. Connections are kept and reused; HTTP/2 over
/// TLS where the server speaks it, as many streams on each connection as it allows, 100 at most.
/// Until that is known, 64 requests go ahead and the others wait; so do all but one while a name is
/// looked up for plain HTTP. Certificates are verified; no redirect is followed; replies may be
/// compressed. A reply's headers are those of its head, folded lines joined; its trailers are read
/// over; all of them, with those of interim responses, are 128 KiB at most. Proxies come from the
/// environment (HTTPS_PROXY, http_proxy, ALL_PROXY, NO_PROXY), but never for localhost, 127.0.0.0/8
/// and ::1.
///
/// A request is never sent twice: libcurl would silently repeat one on a new connection when a kept
/// one broke before the first byte of the reply; here that is a `reset`, for the caller to decide.
///
/// A proxy that wants credentials is a response with status 407, be it asked for the reply or for a
/// connection to the server; one that refuses the connection otherwise is a `connect`.
///
/// TransportFaultKind::tls is a certificate that was not accepted; a handshake that broke is
/// `connect`. `protocol` with `maybe_served` false is a request that cannot be formed (a bad
/// address, a line break in a header).
///
/// Error (usage): the authorities' file cannot be read.
Expected<std::unique_ptr<Transport>> make_curl(const Options& options);

}  // namespace sheaf::transport
