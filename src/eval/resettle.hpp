// A reply that was bought before, settled once more by the task's present rule.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "answer/extract.hpp"
#include "answer/settle.hpp"
#include "core/exchange.hpp"
#include "eval/scored_run.hpp"
#include "format/batch_format.hpp"
#include "prompt/prompt_builder.hpp"
#include "task/task.hpp"

namespace sheaf::eval {

/// What was said of one sample.
struct Said {
  FirstAnswer kind = FirstAnswer::doubtful;
  std::optional<json::Value> value;  ///< Of an answer.
  std::string text;
  std::string reason;  ///< Of all else: a word of docs/output-format.md.
};

/// Immutable after construction but for the prompts it looks up; single-threaded. Borrows the task.
class Resettler {
 public:
  explicit Resettler(const task::Task& task);

  /// One for each sample of the prompt, in its order; a null sample is one that nothing is known
  /// of.
  std::vector<Said> settle(std::span<const task::RenderedRow* const> samples,
                           const Completion& reply) const;

  const answer::Extractor& extractor() const { return extractor_; }

 private:
  std::unique_ptr<format::BatchFormat> format_;
  answer::Extractor extractor_;
  prompt::PromptBuilder builder_;
  bool completes_;
};

}  // namespace sheaf::eval
