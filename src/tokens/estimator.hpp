// Token counts before the provider tells them: estimated from bytes, corrected by usage.
#pragma once

#include <cstdint>

namespace sheaf::tokens {

/// Tokens that a message may take beyond its text: room for the role and the separators of every
/// known chat template.
inline constexpr std::int64_t most_frame_tokens = 16;

/// The worst case that a budget reserves: one token per UTF-8 byte, plus the frame of each message.
/// A byte-level BPE merges bytes into tokens and never splits one, so text cannot take more.
std::int64_t worst_case_input(std::int64_t bytes, std::int64_t messages);

/// Learns tokens per byte of one model. Starts at 1 token per 3.5 bytes plus 4 a message, with a
/// margin of a quarter; then follows the usage of replies (the plain mean of the first ones, then
/// an exponential average, half-life 16 replies) with an upper margin of two mean deviations, so
/// that a reservation is rarely short. Single-threaded.
class Estimator {
 public:
  /// With the margin; at most worst_case_input.
  std::int64_t input_tokens(std::int64_t bytes, std::int64_t messages) const;
  /// The middle of the estimate, without the margin: for forecasts.
  std::int64_t expected_input_tokens(std::int64_t bytes, std::int64_t messages) const;
  /// Usage of one reply. Without bytes or tokens it says nothing and is ignored.
  void learn(std::int64_t bytes, std::int64_t messages, std::int64_t told_tokens);

 private:
  std::int64_t tokens(double per_byte, std::int64_t bytes, std::int64_t messages) const;

  double tokens_per_byte_ = 1.0 / 3.5;
  double deviation_ = tokens_per_byte_ / 8;
  std::int64_t replies_ = 0;
};

}  // namespace sheaf::tokens
