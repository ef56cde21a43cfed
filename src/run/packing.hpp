// What a run packs its batches by: weights of samples, bounds of batches, and the lengths of
// answers that both rest on.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "format/batch_format.hpp"
#include "plan/bounds.hpp"
#include "plan/output_lengths.hpp"
#include "plan/packer.hpp"
#include "prompt/prompt_builder.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// Weighs samples and bounds batches of one task.
///
/// Input is weighed as the counter knew tokens before the first reply, so that no reply decides
/// which samples share a prompt; where it counts, samples are counted only from the first one on
/// that could make a batch exceed the input's bound: before, their bytes stand for their tokens,
/// which are never more.
///
/// Where a whole batch's caps are more than the model gives, the lengths of answers decide: of the
/// exemplars and of what the checkpoint holds at first, then of the answers of this call too, at
/// fixed numbers of samples (`is_due`). The caller then plans no more until every sample planned so
/// far has its outcome, so that batches follow from the rows and the replies' contents, not from
/// the order or the time in which they came. Single-threaded; borrows all but the counter.
class Packing {
 public:
  Packing(const task::Task& task, const format::BatchFormat& format, prompt::PromptBuilder& builder,
          tokens::Counter counter, plan::ModelLimits limits)
      : Packing(task, format, builder, std::move(counter), limits, task.batch.size) {}
  /// As if that were the task's batch size.
  Packing(const task::Task& task, const format::BatchFormat& format, prompt::PromptBuilder& builder,
          tokens::Counter counter, plan::ModelLimits limits, int batch_size);

  /// What batches may be open while they are filled: they hold rows of the input.
  plan::Packer::Options open() const;
  /// By the lengths that are in use.
  plan::Bounds bounds() const;
  /// `bytes`: of the sample in a prompt of its own.
  /// `tokens`: of the sample with a key and a line end behind it, where they are known.
  plan::Weight weigh(const format::SampleText& sample, std::int64_t bytes,
                     std::optional<std::int64_t> tokens = {});

  /// The ordinary output cap of a prompt of so many samples.
  std::int64_t output_cap(int samples) const;
  /// The most output that a prompt of this size may ask for; nullopt: no limit is known.
  std::optional<std::int64_t> most_output(const tokens::PromptSize& prompt) const;

  /// A sample settled by an earlier call, met in the order of the rows, or one of this call. Its
  /// text tells a length, if it has one. `bytes` as above.
  void learn_stored(const store::SampleRecord& settled, std::int64_t bytes);
  void learn(const store::SampleRecord& settled, std::int64_t bytes);
  /// Lengths that are known beside the exemplars' before anything is planned.
  void learn_before(const plan::OutputLengths& lengths);
  /// Lengths as answers of this call may have.
  void learn(const plan::OutputLengths& lengths);

  /// Whether the lengths of answers decide how many share a prompt.
  bool learns() const { return learns_; }
  /// Whether lengths matter and no sample was planned yet.
  bool begins() const { return learns_ && all_planned_ == 0; }
  /// A sample goes into a first-round batch.
  void planned();
  /// Whether the next sample waits for the outcomes of all planned ones.
  bool is_due() const { return learns_ && waits_ && planned_ >= due_; }
  /// All lengths learned are in use; where it begins, the stored ones alone.
  void renew();

 private:
  void learn_exemplars();
  std::int64_t answer_tokens(const store::SampleRecord& settled) const;
  plan::PromptCosts costs();
  std::int64_t input_cost(int samples);
  std::int64_t input_of(const format::SampleText& sample, std::int64_t bytes,
                        std::optional<std::int64_t> tokens);
  void measure_keys(const format::SampleText& sample);

  const task::Task& task_;
  const format::BatchFormat& format_;
  prompt::PromptBuilder& builder_;
  int batch_size_;
  tokens::Counter counter_;   ///< As before the first reply.
  plan::ModelLimits limits_;  ///< Without what the model's reasoning may take.
  plan::PromptCosts costs_;
  bool learns_;
  bool waits_;  ///< For answers: the rows come one by one.

  plan::OutputLengths used_;
  plan::OutputLengths stored_;  ///< The exemplars' among them.
  plan::OutputLengths answered_;
  std::int64_t all_planned_ = 0;
  std::int64_t planned_ = 0;  ///< Since the last renewal.
  std::int64_t due_ = 0;

  /// Samples that each take so much never exceed the input's bound.
  std::int64_t fair_share_ = plan::unbounded;
  bool counts_samples_ = false;
  bool keys_known_ = false;
  std::int64_t key_bytes_ = 0;   ///< What the longest keys add to a sample with plain ones.
  std::int64_t key_tokens_ = 0;  ///< What they add to one with the first keys.
};

}  // namespace sheaf::run
