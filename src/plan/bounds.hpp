// What one prompt may hold: so many samples, and of so many samples so many tokens. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "plan/output_lengths.hpp"

namespace sheaf::plan {

/// What a sample takes of a prompt, in tokens.
struct Weight {
  std::int64_t input = 0;
  std::int64_t output = 0;  ///< Expected.

  Weight& operator+=(const Weight& more);
  friend bool operator==(const Weight&, const Weight&) = default;
};

/// Nothing that is summed reaches it.
inline constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max();

struct Bounds {
  int count = 6;  ///< Samples at most; at least 1.
  /// What the input of n samples may add up to stands at [n - 1], for each n up to `count`; empty:
  /// no bound. Negative: not even nothing fits.
  std::vector<std::int64_t> input = {};
  /// Likewise their expected output.
  std::vector<std::int64_t> output = {};

  bool counts_alone() const { return input.empty() && output.empty(); }
  /// Whether so many samples, at least one, of this weight together may share a prompt.
  bool admits(int samples, const Weight& sum) const;
  /// How full such a prompt is by the bound that it is nearest to: 0 to 1. Precondition: admitted.
  double fullness(int samples, const Weight& sum) const;
  /// Whether it goes alone: two of its kind would be too much.
  bool is_long(const Weight& sample) const;
};

/// What a model takes, in tokens. Absent: not known, and no bound.
struct ModelLimits {
  std::optional<std::int64_t> context;  ///< Prompt and reply together.
  std::optional<std::int64_t> input;    ///< The prompt.
  std::optional<std::int64_t> output;   ///< The reply.

  bool bounds_input() const { return context || input; }
};

/// What a prompt takes besides its samples, in tokens.
struct PromptCosts {
  /// Instruction, exemplars and frame: of n samples at [n - 1]. Only read where input is bounded.
  std::vector<std::int64_t> input;
  std::int64_t answer = 1;  ///< The output cap of one answer.
};

/// The output cap of a prompt of so many samples: that of each of them, together no more than the
/// model gives.
std::int64_t output_cap(int samples, std::int64_t answer, const ModelLimits& limits);

/// Whether `count` answers of this cap may be more than the model gives.
bool output_binds(int count, std::int64_t answer, const ModelLimits& limits);

/// Batches of at most `count` samples that a model takes. Input: prompt and output cap stay within
/// the context, the prompt within the longest input. Output: any number of answers whose caps the
/// model gives together; beyond it as many as exceed its longest reply with an estimated
/// probability below 1 %, by the lengths seen.
Bounds bounds_of(int count, const ModelLimits& limits, const PromptCosts& costs,
                 const OutputLengths& lengths);

}  // namespace sheaf::plan
