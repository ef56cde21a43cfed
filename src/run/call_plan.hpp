// The plan of one call of a run, to be told beside what it took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>

#include "core/json.hpp"
#include "format/batch_format.hpp"
#include "prompt/prompt_builder.hpp"
#include "run/answer_lengths.hpp"
#include "run/first_prompts.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// What `sheaf plan` would have said of what a call asks. Its prompts are told as they are made,
/// since no reply decides what first prompts hold (law 5); everything else is as it was known
/// before the first of them: lengths of answers, and how tokens are counted. Single-threaded;
/// borrows task, format and builder.
class CallPlan {
 public:
  /// `counter` as before the first reply.
  CallPlan(const task::Task& task, const format::BatchFormat& format,
           const prompt::PromptBuilder& builder, const tokens::Counter& counter);

  /// Before each request, the first of which counts. Lengths of answers are those of the replies in
  /// `store` where it `has_replies` of this task, else of the exemplars.
  Expected<void> begin(store::Checkpoint& store, bool has_replies);
  /// A first prompt of so many samples, and what all of its size begin with.
  void add(int samples, const tokens::PromptSize& prompt, const tokens::PromptSize& shared);
  /// Vectors that are to be bought; of their cost nothing is read.
  void add(const VectorsBill& vectors);

  /// Of prompts that are sent that way. nullopt without first prompts.
  std::optional<PlannedBill> bill(Via sent_by) const;

 private:
  double envelope(int size) const;

  const task::Task& task_;
  const format::BatchFormat& format_;
  const prompt::PromptBuilder& builder_;
  tokens::Counter counter_;
  FirstPrompts prompts_;
  std::optional<AnswerLengths> lengths_;
  VectorsBill vectors_;
};

/// Beside what the call took, for the checkpoint and for programs.
json::Object to_json(const PlannedBill& planned, const RunSummary& took);

}  // namespace sheaf::run
