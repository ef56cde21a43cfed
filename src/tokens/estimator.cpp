#include "tokens/estimator.hpp"

#include <algorithm>
#include <cmath>

namespace sheaf::tokens {
namespace {

constexpr double per_message = 4.0;
constexpr double deviations = 2.0;
// 1 - 2^(-1/16).
constexpr double least_weight = 0.042396719301426;

}  // namespace

std::int64_t worst_case_input(std::int64_t bytes, std::int64_t messages) {
  return bytes + most_frame_tokens * messages;
}

std::int64_t Estimator::tokens(double per_byte, std::int64_t bytes, std::int64_t messages) const {
  const auto text = std::ceil(per_byte * static_cast<double>(bytes));
  return static_cast<std::int64_t>(text + per_message * static_cast<double>(messages));
}

std::int64_t Estimator::expected_input_tokens(std::int64_t bytes, std::int64_t messages) const {
  return tokens(tokens_per_byte_, bytes, messages);
}

std::int64_t Estimator::input_tokens(std::int64_t bytes, std::int64_t messages) const {
  const auto estimate = tokens(tokens_per_byte_ + deviations * deviation_, bytes, messages);
  return std::min(estimate, worst_case_input(bytes, messages));
}

void Estimator::learn(std::int64_t bytes, std::int64_t messages, std::int64_t told_tokens) {
  if (bytes <= 0 || told_tokens <= 0) return;
  const auto text = static_cast<double>(told_tokens) - per_message * static_cast<double>(messages);
  const double seen = std::max(0.0, text) / static_cast<double>(bytes);
  const double distance = std::abs(seen - tokens_per_byte_);
  // The first deviation keeps its weight for one reply more: one reply tells no spread.
  const auto count = static_cast<double>(++replies_);
  tokens_per_byte_ += std::max(least_weight, 1.0 / count) * (seen - tokens_per_byte_);
  deviation_ += std::max(least_weight, 1.0 / (count + 1)) * (distance - deviation_);
}

}  // namespace sheaf::tokens
