// Finds the samples in a prompt, from its bytes alone.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "core/hash.hpp"
#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::simulate {

/// The test batch of one prompt; exemplars are no part of it.
struct ReadBatch {
  format::Keys keys = format::Keys::plain;
  std::string_view contexts;         ///< As it stands in the prompt.
  std::vector<Fingerprint> samples;  ///< In the order of their keys, 1, 2, 3, ...
};

/// Reads prompts of one task. It knows what a prompt looks like, as any reader can see it: labels,
/// keys, further lines indented, a blank line before the test batch. It does not undo what encoding
/// did to a field: a sample is known by its encoded text, and `fingerprint` encodes a row in the
/// same way. Borrows the format. Immutable; any thread.
class PromptReader {
 public:
  PromptReader(const task::Task& task, const format::BatchFormat& format);

  /// `text`: the last user message, or the whole prompt of a completion. The error says what is not
  /// understood.
  std::expected<ReadBatch, std::string> read(Api api, std::string_view text) const;

  /// What `read` gives for this sample, whatever its key and its neighbours. The error is a fault
  /// of the format: it wrote what cannot be told apart again.
  std::expected<Fingerprint, std::string> fingerprint(const format::SampleText& sample) const;

 private:
  class Lines;
  std::expected<ReadBatch, std::string> read_chat(std::string_view text) const;
  std::expected<ReadBatch, std::string> read_completion(std::string_view text) const;
  std::expected<ReadBatch, std::string> split(std::string_view contexts) const;
  std::expected<Fingerprint, std::string> read_sample(Lines& lines, format::Keys keys,
                                                      std::size_t index) const;

  std::vector<std::string> labels_;  ///< Of one sample, in order.
  const format::BatchFormat& format_;
};

}  // namespace sheaf::simulate
