// Sending by bulk jobs: what is submitted is put together into jobs, each written down before the
// provider is asked to create it; jobs are looked at until they are over, and their results
// fetched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>

#include "bulk/bulk_job.hpp"
#include "core/exchange.hpp"
#include "dispatch/dispatcher.hpp"
#include "provider/bulk.hpp"
#include "store/checkpoint.hpp"
#include "transport/transport.hpp"

namespace sheaf::bulk {

struct BulkOptions {
  std::size_t most_requests = 50'000;  ///< Of one job; no more than the provider takes.
  std::size_t most_bytes = 64u << 20;  ///< Likewise, of its lines: they are held in memory.
  /// Of all jobs that are not over; absent: unlimited.
  std::optional<std::int64_t> most_tokens = {};
  Time first_poll{250'000};       ///< After a job was created.
  Time slowest_poll{60'000'000};  ///< Polls come apart until they are this far.
  Time retry_base{1'000'000};     ///< After a step failed, doubled with each failure.
};

/// What it borrows outlives it.
struct BulkParts {
  std::unique_ptr<transport::Transport> transport;
  std::unique_ptr<const provider::Bulk> api;
  store::Checkpoint& store;
  std::function<HttpRequest(HttpRequest)> address;  ///< Of the account.
  std::function<void(Fault&)> hide;                 ///< Its secrets.
  std::string account;                              ///< Its address, for the checkpoint.
  std::string run;                                  ///< See provider::BulkIntent.
  std::function<std::string()> nonce;               ///< A new one, likewise.
  std::function<std::int64_t()> unix_ms;
  std::function<Time()> now;
  std::function<void(Severity, const std::string&)> notice;
};

/// A step is repeated where that is harmless. A job's creation is not: before the provider is
/// asked, the job stands in the checkpoint with its nonce; where the reply was lost it is looked
/// for among the account's jobs, and created again only when it is not there. Every request ends
/// once, by its `custom_id`; one that the job has no result for, or that it did not come to, ends
/// with Remedy::same_batch, unbilled. Single-threaded: it has no thread of its own, and does its
/// work in `wait`.
class BulkDispatch final : public dispatch::Dispatch {
 public:
  BulkDispatch(BulkParts parts, BulkOptions options);

  /// Takes up the jobs of an earlier process, whose requests have to be claimed. Error (usage):
  /// they are another account's.
  Expected<void> resume(const std::vector<store::OpenBulkRequest>& requests);

  void submit(std::vector<dispatch::Job> jobs) override;
  /// Never asked for: no end of this dispatch says `may_retry`.
  void permit_retry(dispatch::JobId /*job*/) override {}
  /// What is in a bulk job cannot be taken out.
  void cancel(dispatch::JobId /*job*/) override {}
  /// Also what was to be uploaded or created. What the provider may have is `away`.
  std::vector<dispatch::JobId> drop_waiting() override;
  void flush() override;
  void claim(dispatch::JobId job, std::int64_t attempt) override;
  std::vector<dispatch::AttemptEnd> wait(Time wait) override;
  Time now() const override { return parts_.now(); }
  State state() const override;

 private:
  // What is put together (bulk_dispatch.cpp).
  bool fits(const std::string& line, const dispatch::Job& one) const;
  void close_forming();
  bool has_room_for(const BulkJob& job) const;
  void advance();
  Time next_due(Time until) const;
  BulkJob* job_of(transport::TransferId transfer);

  // One step of a job (bulk_steps.cpp).
  void begin(BulkJob& job);
  void release(BulkJob& job);
  bool is_creating() const;
  void send(BulkJob& job, HttpRequest request);
  void receive(BulkJob& job, const TransferResult& result);
  void uploaded(BulkJob& job, const TransferResult& result);
  void created(BulkJob& job, const TransferResult& result);
  void adopt(BulkJob& job, std::string id);
  void looked(BulkJob& job, const TransferResult& result);
  void requeue(BulkJob& job);
  void take_status(BulkJob& job, provider::BulkStatus status);
  void fetched(BulkJob& job, const TransferResult& result);
  void finish(BulkJob& job);
  void end(BulkJob& job, Member& member, Exchange exchange);
  void end_rest(BulkJob& job, const Fault& fault);
  /// The provider certainly does not have the job.
  void end_unsent(BulkJob& job);
  /// Repeats the step later, where that may help; else nothing goes on.
  void again(BulkJob& job, Fault fault);
  void succeeded(BulkJob& job);
  /// The body of a file of results.
  std::expected<std::string_view, Fault> lines_of(const TransferResult& result) const;
  bool save(BulkJob& job);
  void give_up(Error error);
  provider::BulkIntent intent_of(const BulkJob& job) const;
  std::string name_of(const BulkJob& job) const;

  // A job that may exist (bulk_search.cpp).
  void begin_search(BulkJob& job);
  void search(BulkJob& job);
  void found(BulkJob& job, const TransferResult& result);
  void listed(BulkJob& job, const TransferResult& result);
  void looked_at_candidate(BulkJob& job, const TransferResult& result);
  void read_candidate(BulkJob& job, const TransferResult& result);
  void end_of_search(BulkJob& job);
  void not_created(BulkJob& job);
  bool is_known(const std::string& id) const;

  BulkParts parts_;
  BulkOptions options_;
  bool has_uploads_;
  BulkJob forming_;
  std::deque<BulkJob> jobs_;  ///< But those that are over.
  std::deque<dispatch::AttemptEnd> ends_;
  transport::TransferId next_transfer_ = 1;
  bool is_stopping_ = false;  ///< What the provider has, or may have, is left there.
  std::optional<Time> failing_since_;
  std::optional<Error> broken_;
};

}  // namespace sheaf::bulk
