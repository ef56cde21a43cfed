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
  int requests = 0;             ///< Prompts that count against its bound.
  std::int64_t single_cap = 0;  ///< Output cap of the whole first batch: what a single may use.
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

struct Failed {
  std::string reason;  ///< missing, duplicate-conflict, unparsable, truncated, refused, ...
                       ///< (docs/output-format.md)
  std::string detail;
  std::string
      text;  ///< Its answer as decoded, kept so that another rule can read it; may be empty.
};

/// Ask this sample again.
struct AskAgain {
  int max_size = 1;                ///< The next batch holds at most so many samples.
  std::int64_t cap_per_batch = 0;  ///< Output cap for that batch; 0: the ordinary one for its size.
  bool counts = true;  ///< False: the request that failed does not count against the bound.
  std::string reason;  ///< Why, for the record and for the final failure.
  std::string detail;
  std::string text;  ///< As in Failed.
};

using Outcome = std::variant<Answered, Failed, AskAgain>;

/// One outcome for each member, in order; or the run cannot go on.
struct Settlement {
  std::vector<Outcome> outcomes;
  std::optional<std::string>
      stop_run;  ///< Why; then `outcomes` is empty and the samples stay open.
};

struct SettleRules {
  int max_requests_per_sample = 4;
  std::optional<std::int64_t> model_output_limit;  ///< Caps are never raised beyond it.
};

/// The batch as it was sent.
struct SentBatch {
  std::vector<Member> members;
  format::Keys keys = format::Keys::indexed;
  std::string primed;  ///< Put back before decoding.
  std::int64_t output_cap = 0;
  bool any_success_in_run =
      false;  ///< Whether any request of the run has completed: a 400 means less then.
};

Settlement settle(const SentBatch& batch, const std::variant<Completion, Fault>& outcome,
                  const format::BatchFormat& format, const Extractor& extractor,
                  const SettleRules& rules);

/// A batch's usage split over its members so that the sums are exact (largest remainder): input by
/// bytes of the sample with the shared prefix in equal parts, output by bytes of the answer.
std::vector<Usage> split_usage(const Usage& usage, std::int64_t shared_bytes,
                               std::span<const std::int64_t> sample_bytes,
                               std::span<const std::int64_t> answer_bytes);

}  // namespace sheaf::answer
