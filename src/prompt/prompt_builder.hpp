// Task + batch -> messages, static text first so that providers' prefix caching works.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/exchange.hpp"
#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::prompt {

/// Renders batches of one task. Exemplar prefixes are rendered once per batch size and kept.
/// Single-threaded; borrows the task and the format, which must outlive it.
class PromptBuilder {
 public:
  PromptBuilder(const task::Task& task, const format::BatchFormat& format);

  /// The prompt for these samples, in this order. Same arguments, same bytes. `max_output_tokens`
  /// is the request's cap (see output_cap). Precondition: at least one sample.
  Prompt build(std::span<const format::SampleText> samples, std::int64_t max_output_tokens);

  /// What of that prompt is not its `prefix`: one message, or for completions the rest of the text.
  Prompt build_own(std::span<const format::SampleText> samples,
                   std::int64_t max_output_tokens) const;

  /// Plain for a single sample, unless the task keeps one stable prefix of larger groups.
  format::Keys keys(int size) const;

  /// The first-round cap: (the task's tokens per answer + the format's overhead) times `size`.
  std::int64_t output_cap(int size) const;

  /// The messages before the test batch (chat), or the text before it (completions): byte-identical
  /// for every prompt of that size. Its bytes are what `plan` counts as shared. The reference stays
  /// valid as long as the builder.
  const std::vector<Message>& prefix(int size);

  /// The last line of the last user turn, "" where there is none.
  std::string closing_line(int size) const;

  /// Size of the exemplar groups that stand before a test batch of `size`; the last may be shorter.
  int group_size(int size) const;

 private:
  std::vector<Message> render_prefix(int size) const;

  const task::Task& task_;
  const format::BatchFormat& format_;
  std::map<int, std::vector<Message>> prefixes_;  ///< By group size.
};

/// The system text: the instruction, then the output contract, where the task states one (form of a
/// value; for indexed keys that every numbered sample is answered under its key; neither count nor
/// keys). "" where there is neither.
std::string system_text(const task::Task& task, const format::BatchFormat& format,
                        format::Keys keys);

}  // namespace sheaf::prompt
