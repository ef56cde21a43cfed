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
#include "plan/bounds.hpp"
#include "plan/packer.hpp"
#include "prompt/prompt_builder.hpp"
#include "run/answer_lengths.hpp"
#include "run/first_prompts.hpp"
#include "run/intake.hpp"
#include "run/packing.hpp"
#include "run/text_requests.hpp"
#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// Adds up samples, then forecasts each of the batch sizes. Batches are packed as a run packs them
/// in the order of the rows, within what the model takes; input is what their prompts hold, to the
/// token where the counter counts. Memory: 8 bytes a distinct sample, as many where vectors are
/// asked for, and what open batches hold. Single-threaded; borrows task, format and counter.
class Forecast {
 public:
  /// Each of `sizes` is at least 1.
  Forecast(const task::Task& task, const format::BatchFormat& format,
           const tokens::Counter& counter, const std::vector<int>& sizes, bool dedup,
           const plan::ModelLimits& limits);

  /// Before the first row: how long answers will be. Where that decides how many fit into a reply,
  /// batches are as a run packs them that learns such lengths as it goes.
  void expect(const AnswerLengths& lengths);
  void add(const Arrival& arrival);
  std::int64_t rows() const { return rows_; }
  std::int64_t samples() const { return samples_; }

  /// What vectors would take at every size above 1; nullopt where no endpoint is asked for any.
  std::optional<PlanVectors> vectors() const;
  /// First asks at this batch size, which is one of `sizes`, without vectors and without what is
  /// not known of them: output, reasoning, repairs.
  plan::Traffic traffic(int batch_size);
  /// Whether batches of this size are not full because of what the model takes; by the lengths of
  /// answers too, if they decide it.
  enum class Cut { none, by_tokens, by_lengths };
  Cut cut(int batch_size) const;
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
  /// One until no open batch of any size holds it.
  struct Held {
    Context context;
    std::size_t sizes = 0;
  };
  /// What is not its samples' of a prompt of so many.
  struct Around {
    Size all;
    Size shared;  ///< Of that, what prompts of its group size begin with.
  };
  struct OfSize {
    Packing packing;
    plan::Packer packer;
    FirstPrompts prompts;
    bool is_cut = false;
    std::int64_t unlearned = 0;  ///< Samples whose answers the packing does not know.
  };

  Context context_of(const format::SampleText& sample) const;
  void pack(OfSize& of_size, const Arrival& arrival, std::int64_t bytes);
  void learn(int size, OfSize& of_size);
  /// Takes the batches that are closed.
  bool take_closed(OfSize& of_size);
  void count(OfSize& of_size, const std::vector<plan::SampleHandle>& batch);
  const Around& around(int samples);
  Size longer_keys(int batch_size) const;
  void add_text(const format::SampleText& sample);

  const task::Task& task_;
  const format::BatchFormat& format_;
  const tokens::Counter& counter_;
  prompt::PromptBuilder builder_;
  bool dedup_;
  FingerprintSet seen_;
  std::int64_t rows_ = 0;
  std::int64_t samples_ = 0;
  AnswerLengths lengths_;
  std::map<int, OfSize> sizes_;
  std::unordered_map<plan::SampleHandle, Held> held_;
  std::map<int, Around> around_;  ///< By the samples of a prompt.
  FingerprintSet texts_;          ///< To have vectors.
  TextRequests text_requests_;
  PlanVectors vectors_;
  std::int64_t text_bytes_ = 0;
  std::vector<format::SampleText> first_;  ///< The first rows of the first group.
  std::string first_isolate_;
};

}  // namespace sheaf::run
