// What the first prompts of a run add up to.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "plan/bill.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// Sums of prompts. Input is what they hold, to the token where the counter counts.
/// Single-threaded.
class FirstPrompts {
 public:
  /// `counter` as before the first reply.
  explicit FirstPrompts(tokens::Counter counter) : counter_(std::move(counter)) {}

  /// A prompt of so many samples; it begins with `shared`, as all prompts of its group size do.
  void add(int samples, const tokens::PromptSize& prompt, int group,
           const tokens::PromptSize& shared);

  std::int64_t requests() const { return requests_; }
  /// Without what is not known of them: output, reasoning, repairs. The shared part is the one that
  /// most prompts begin with, of several the longest.
  plan::Traffic traffic(int batch_size) const;

 private:
  struct Group {
    tokens::PromptSize shared;
    std::int64_t requests = 0;
  };
  std::int64_t input_tokens() const;

  tokens::Counter counter_;
  std::int64_t samples_ = 0;
  std::int64_t requests_ = 0;
  tokens::PromptSize all_;
  std::int64_t counted_bytes_ = 0;  ///< Of prompts whose tokens were counted.
  std::int64_t frames_ = 0;         ///< Tokens.
  std::map<int, Group> groups_;     ///< By group size.
};

}  // namespace sheaf::run
