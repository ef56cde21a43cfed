// Token counts before the provider tells them: estimated from bytes, corrected by usage.
#pragma once

#include <cstdint>

namespace sheaf::tokens {

/// The worst case that a budget reserves: one token per UTF-8 byte, plus 16 a message. Every
/// byte-level BPE stays at or below it.
std::int64_t worst_case_input(std::int64_t bytes, std::int64_t messages);

/// Learns tokens per byte of one model. Starts at 1 token per 3.5 bytes plus 4 a message, then
/// follows the usage of replies (exponential average, half-life 16 replies) with an upper margin of
/// two mean deviations, so that a reservation is rarely short. Single-threaded.
class Estimator {
 public:
  std::int64_t input_tokens(std::int64_t bytes, std::int64_t messages) const;
  /// The middle of the estimate, without the margin: for forecasts.
  std::int64_t expected_input_tokens(std::int64_t bytes, std::int64_t messages) const;
  void learn(std::int64_t bytes, std::int64_t messages, std::int64_t told_tokens);

 private:
  double tokens_per_byte_ = 1.0 / 3.5;
  double deviation_ = 0.0;
  std::int64_t replies_ = 0;
};

}  // namespace sheaf::tokens
