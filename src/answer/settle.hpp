// Settling: a finished batch -> results and follow-ups. Pure: the reply, the rule and the ledgers
// decide.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "answer/extract.hpp"
#include "core/exchange.hpp"
#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::answer {

/// What has been asked of one sample so far, this batch included.
struct Ledger {
  /// Prompts that count against its bound.
  int requests = 0;
  /// Output cap of the whole first batch: what a single may use. 0: the ordinary one.
  std::int64_t single_cap = 0;
};

/// One member of a batch, in prompt order. Borrowed for the call.
struct Member {
  const format::SampleText* sample = nullptr;
  std::span<const std::string> choices;
  Ledger ledger;
};

struct Answered {
  json::Value value;
  std::string text;
};

/// Nothing more is asked of this sample.
struct Failed {
  /// missing, duplicate-conflict, unknown-key, unparsable, truncated, refused, or the word of the
  /// fault: too-long, rejected, server-error, timeout, network, bad-reply (docs/output-format.md).
  std::string reason;
  /// What was seen, display-safe.
  std::string detail;
  /// Its answer where the key was sure and only the value could not be read, so that another rule
  /// can read it; of a fault its response; else empty.
  std::string text;
};

/// Ask this sample again.
struct AskAgain {
  /// The next batch holds at most so many samples.
  int max_size = 1;
  /// Output cap for that batch; 0: the ordinary one for its size.
  std::int64_t cap_per_batch = 0;
  /// False: the request that failed does not count against the bound.
  bool counts = true;
  /// As in Failed: for the record, and for the final failure.
  std::string reason;
  std::string detail;
  std::string text;
};

using Outcome = std::variant<Answered, Failed, AskAgain>;

/// One outcome for each member, in order; or the run cannot go on.
struct Settlement {
  std::vector<Outcome> outcomes;
  /// Why the run stops; then `outcomes` is empty and the samples stay open.
  std::optional<std::string> stop_run;
};

struct SettleRules {
  int max_requests_per_sample = 4;
  /// Caps are never raised beyond it; nullopt: not known, no bound.
  std::optional<std::int64_t> model_output_limit;
};

/// The batch as it was sent.
struct SentBatch {
  std::vector<Member> members;
  format::Keys keys = format::Keys::indexed;
  std::string primed;  ///< Put back before decoding.
  std::int64_t output_cap = 0;
  /// What a single has by itself; as a follow-up it may have more. 0: not less than `output_cap`.
  std::int64_t single_output_cap = 0;
  /// Whether any request of the run has completed: before, a refused single condemns them all.
  bool any_success_in_run = false;
};

/// Accepts each answer whose key is sure (ok, duplicate-same) and whose value reads (see
/// decoded_value.hpp); every other
/// sample is asked again, or fails with its last reason once its requests are used up:
/// - in a batch half as large as this one, and alone when it has one request left; alone with the
///   cap of its first batch;
/// - cut before the first key, or cut as a single: in a batch of the same size with twice the cap,
///   up to the model's limit; at that limit in half the batch with the same cap;
/// - refused by the provider: in half the batch; a single fails at once;
/// - Remedy::smaller_batch: in half the batch, not counted unless usage was told; a single that is
///   too long with more than its own cap is asked again with that; else a single fails at once, but
///   a "rejected" single before any success stops the run, as Remedy::stop_run always does (of
///   faults with a response of their own not that, but one that is "not-found");
/// - Remedy::same_batch: in a batch as large, counted;
/// - Remedy::retry and wait, which come here when retries are used up: in half the batch, counted.
/// So every follow-up lowers the batch size, the sample's remaining requests or, once, its cap. A
/// counted request happens max_requests_per_sample times at most, an uncounted one log2 of the
/// batch size times. Precondition: at least one member, each ledger counting this batch.
Settlement settle(const SentBatch& batch, const std::variant<Completion, Fault>& outcome,
                  const format::BatchFormat& format, const Extractor& extractor,
                  const SettleRules& rules);

/// A batch's usage split over its members so that the sums are exact (largest remainder): input by
/// bytes of the sample with the shared prefix in equal parts, output by bytes of the answer, cached
/// and reasoning tokens as the input and output they are part of, cache writes as the input that is
/// not cached. Where all bytes are 0, in equal parts. One part for each of `sample_bytes` (as many
/// as `answer_bytes`); negative tokens count as 0.
std::vector<Usage> split_usage(const Usage& usage, std::int64_t shared_bytes,
                               std::span<const std::int64_t> sample_bytes,
                               std::span<const std::int64_t> answer_bytes);

/// A batch's cost split over its members, exactly, as what their parts of its usage cost at
/// `price`: each part's own cost where usage was told of all that the batch took. In equal parts
/// where no part costs anything.
std::vector<Money> split_cost(Money cost, const Price& price, std::span<const Usage> parts);

}  // namespace sheaf::answer
