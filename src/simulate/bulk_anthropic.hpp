// Anthropic's Message Batches.
#pragma once

#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/bulk_engine.hpp"
#include "simulate/bulk_visit.hpp"

namespace sheaf::simulate {

/// What cannot be a batch is refused when it is created; what is wrong with one request's
/// parameters otherwise is told in its result. Counts are told when all has ended. Borrows the
/// engine. Single-threaded.
class AnthropicBulk {
 public:
  explicit AnthropicBulk(BulkEngine& engine) : engine_(engine) {}

  static bool serves(const std::vector<std::string_view>& path);
  /// Jobs that are due must have ended before.
  std::expected<SimulatedReply, Refusal> answer(const BulkVisit& visit);

 private:
  struct Batch {
    std::string id;
    BulkJob* job = nullptr;
  };
  using Batches = std::deque<Batch>;

  std::expected<SimulatedReply, Refusal> create(const BulkVisit& visit);
  std::expected<SimulatedReply, Refusal> list(const BulkVisit& visit) const;
  std::expected<SimulatedReply, Refusal> cancel(const Batch& batch, const BulkVisit& visit);
  std::expected<SimulatedReply, Refusal> remove(Batches::iterator batch);

  BulkEngine& engine_;
  Batches batches_;  ///< Oldest first.
  std::size_t made_ = 0;
};

}  // namespace sheaf::simulate
