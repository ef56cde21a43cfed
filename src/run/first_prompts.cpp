#include "run/first_prompts.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace sheaf::run {

void FirstPrompts::add(int samples, const tokens::PromptSize& prompt, int group,
                       const tokens::PromptSize& shared) {
  samples_ += samples;
  ++requests_;
  all_ += prompt;
  if (prompt.tokens > 0) counted_bytes_ += prompt.bytes;
  frames_ += counter_.frame_tokens(prompt.messages);
  auto& same = groups_[group];
  same.shared = shared;
  ++same.requests;
}

/// A counter that replies refuted counted the prompts before them: the others are like those.
std::int64_t FirstPrompts::input_tokens() const {
  if (!counter_.counts()) return counter_.expected_input_tokens(all_);
  if (counted_bytes_ == 0 || counted_bytes_ == all_.bytes) return all_.tokens + frames_;
  const double share = static_cast<double>(all_.bytes) / static_cast<double>(counted_bytes_);
  return std::llround(static_cast<double>(all_.tokens) * share) + frames_;
}

plan::Traffic FirstPrompts::traffic(int batch_size) const {
  plan::Traffic traffic;
  traffic.samples = samples_;
  traffic.requests = requests_;
  traffic.input_tokens = input_tokens();
  traffic.batch_size = batch_size;
  const auto most = std::ranges::max_element(groups_, {}, [](const auto& group) {
    return std::tuple(group.second.requests, group.second.shared.bytes);
  });
  if (most == groups_.end()) return traffic;
  const auto& shared = most->second.shared;
  traffic.shared_requests = most->second.requests;
  // Of chat also what frames it.
  traffic.shared_tokens =
      counter_.counts()
          ? shared.tokens + counter_.frame_tokens(shared.messages + 1) - counter_.frame_tokens(1)
          : counter_.expected_input_tokens(shared);
  return traffic;
}

}  // namespace sheaf::run
