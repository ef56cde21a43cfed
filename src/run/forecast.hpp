// The forecast: what a run would send at each batch size, from rendered prompts. No request is
// sent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <sheaf/plan.hpp>

#include "core/fingerprint_table.hpp"
#include "format/batch_format.hpp"
#include "plan/bill.hpp"
#include "prompt/prompt_builder.hpp"
#include "run/intake.hpp"
#include "run/text_requests.hpp"
#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// Adds up samples, then forecasts each of the batch sizes. Input is what the rendered prompts hold
/// when batches are filled in the order of the rows, to the token where the counter counts.
/// Memory: 8 bytes a distinct sample, as many where vectors are asked for, and 80 an isolation
/// group. Single-threaded; borrows task, format and counter.
class Forecast {
 public:
  /// Each of `sizes` is at least 1.
  Forecast(const task::Task& task, const format::BatchFormat& format,
           const tokens::Counter& counter, const std::vector<int>& sizes, bool dedup);

  void add(const Arrival& arrival);
  std::int64_t rows() const { return rows_; }
  std::int64_t samples() const { return samples_; }

  /// What vectors would take at every size above 1; nullopt where no endpoint is asked for any.
  std::optional<PlanVectors> vectors() const;
  /// First asks at this batch size, which is one of `sizes`, without vectors and without what is
  /// not known of them: output, reasoning, repairs.
  plan::Traffic traffic(int batch_size);
  /// The cap of a request for so many samples, reasoning apart.
  std::int64_t output_cap(int samples) const { return builder_.output_cap(samples); }
  /// What the format adds to each answer, in tokens.
  double envelope(int batch_size) const;
  /// One whole prompt for the first rows at this batch size, as the model would see it; "" without
  /// rows.
  std::string first_prompt(int batch_size);

 private:
  using Size = tokens::PromptSize;

  /// One sample's context as it stands in prompts.
  struct Context {
    Size alone;   ///< In a prompt of its own.
    Size inside;  ///< Before another one.
    Size last;    ///< Behind another one, at its prompt's end.
  };
  struct Group {
    std::int64_t samples = 0;
    Context latest;
  };
  /// Batches of each number of samples.
  using Batches = std::map<int, std::int64_t>;

  Context context_of(const format::SampleText& sample) const;
  Batches batches(int batch_size) const;
  Size contexts(int batch_size) const;
  Size around(int batch_size);
  Size longer_keys(int batch_size) const;
  void add_text(const format::SampleText& sample);
  std::int64_t shared_tokens(int batch_size);

  const task::Task& task_;
  const format::BatchFormat& format_;
  const tokens::Counter& counter_;
  prompt::PromptBuilder builder_;
  bool dedup_;
  FingerprintSet seen_;
  std::int64_t rows_ = 0;
  std::int64_t samples_ = 0;
  Size alone_;                ///< Of all samples.
  Size inside_;               ///< Of all samples.
  std::map<int, Size> ends_;  ///< What full batches' last contexts take beyond `inside`, by size.
  std::unordered_map<std::string, Group> groups_;  ///< By isolation value.
  FingerprintSet texts_;                           ///< To have vectors.
  TextRequests text_requests_;
  PlanVectors vectors_;
  std::int64_t text_bytes_ = 0;
  std::vector<format::SampleText> first_;  ///< The first rows of the first group.
  std::string first_isolate_;
};

}  // namespace sheaf::run
