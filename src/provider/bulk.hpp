// Bulk jobs: many requests handed over at once, answered within a day for less. As with Provider,
// nothing here knows a socket or a clock: it makes requests and reads responses; when each is sent,
// and what is written down before, is src/bulk/'s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "provider/provider.hpp"

namespace sheaf::provider {

/// What one job may hold, as the provider documents it.
struct BulkLimits {
  std::size_t most_requests = 0;
  std::size_t most_bytes = 0;  ///< Of all its lines, line ends included.
};

/// What a new job is known by: to us, and to whoever looks at the provider's list.
struct BulkIntent {
  std::string nonce;  ///< Of this job alone: 1 to 40 letters, digits and '-'.
  std::string run;    ///< Of all jobs of a checkpoint; likewise.
  std::int64_t part = 0;
  std::string path;  ///< Of each of its requests, as Provider::request made it.
  std::size_t requests = 0;
};

/// Where a job stands.
struct BulkStatus {
  std::string id;
  /// Its results, if it has any, can be had; they change no more.
  bool is_over = false;
  std::string word;           ///< The provider's own ("in_progress"), for people.
  std::string nonce;          ///< As BulkIntent's; empty where the provider does not keep it.
  std::int64_t created = 0;   ///< Unix seconds; 0: not told.
  std::int64_t requests = 0;  ///< 0: not told yet.
  std::int64_t done = 0;      ///< Of them, with a result of any kind.
  std::int64_t failed = 0;    ///< Of these, without a completion.
  /// Where its results are, for `results`, in the order in which they are to be read.
  std::vector<std::string> results = {};
  /// Why the job as a whole was refused after it had been created; nothing of it was billed.
  std::optional<Fault> refusal = {};
  /// The refusal says that the account's queue is full: the same job later. With nothing else in
  /// the queue the job alone is too large for it, and never fits.
  bool is_queue_full = false;
};

/// One page of the account's jobs, the newest first.
struct BulkPage {
  std::vector<BulkStatus> jobs;
  std::string next;  ///< For `list`; empty: this was the last page.
};

/// One request's result.
struct BulkResult {
  std::string custom_id;
  /// "expired", unbilled: the provider did not come to it in time, or the job was cancelled before.
  Exchange exchange;
};

/// A provider's bulk jobs. Every request is without address and key, as of Provider. Every `read_*`
/// is total on any bytes; its error is what `Provider::read` would make of the same failure.
/// Immutable; any thread.
class Bulk {
 public:
  virtual ~Bulk() = default;
  virtual BulkLimits limits() const = 0;

  /// One request of a job: `request` is what Provider::request made. Without line end.
  /// Precondition: `custom_id` is 1 to 64 letters, digits, '-' and '_'.
  virtual std::string line(std::string_view custom_id, const HttpRequest& request) const = 0;

  /// Puts the lines where a job can name them; nullopt: this provider takes them with `create`.
  /// May be repeated: what no job names is never billed. `lines` each end in a line break.
  virtual std::optional<HttpRequest> upload(const BulkIntent& intent, std::string lines) const = 0;
  /// The name under which the lines stand.
  virtual std::expected<std::string, Fault> read_upload(const TransferResult& result,
                                                        std::int64_t now_unix) const = 0;

  /// Creates a job: not to be repeated unless the first is known to have failed. Where there is an
  /// upload, `lines` is its name; else the lines themselves.
  virtual HttpRequest create(const BulkIntent& intent, std::string lines) const = 0;
  virtual HttpRequest look(std::string_view id) const = 0;
  /// Of `create` and `look`.
  virtual std::expected<BulkStatus, Fault> read_status(const TransferResult& result,
                                                       std::int64_t now_unix) const = 0;

  /// The account's jobs; `page` is empty for the first page.
  virtual HttpRequest list(std::string_view page) const = 0;
  virtual std::expected<BulkPage, Fault> read_list(const TransferResult& result,
                                                   std::int64_t now_unix) const = 0;

  /// One of BulkStatus::results. A response that succeeded is lines for `read_result`; any other is
  /// for Provider::read.
  virtual HttpRequest results(std::string_view place) const = 0;
  /// One line of its body; nullopt: it is no result, and nobody can say whose it is.
  virtual std::optional<BulkResult> read_result(std::string_view line,
                                                std::int64_t now_unix) const = 0;
};

/// Of the provider that `preset` names (task/presets.hpp; "simulated", or "" for an address of the
/// user's own) and whose completions `provider` reads; it outlives the result. The error is why
/// there are no bulk jobs, for people: "bulk jobs of Gemini are not supported yet; use --via live".
std::expected<std::unique_ptr<Bulk>, std::string> make_bulk(std::string_view preset, Api api,
                                                            const Provider& provider);

}  // namespace sheaf::provider
