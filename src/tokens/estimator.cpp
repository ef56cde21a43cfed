#include "tokens/estimator.hpp"

#include <algorithm>
#include <cmath>

namespace sheaf::tokens {
namespace {

constexpr std::int64_t worst_per_message = 16;
constexpr double per_message = 4.0;
constexpr double first_margin = 0.25;
/// 2^(-1/16): after 16 replies the old estimate weighs a half.
constexpr double keep = 0.957603280698574;

std::int64_t up(double tokens) { return static_cast<std::int64_t>(std::ceil(tokens)); }

}  // namespace

std::int64_t worst_case_input(std::int64_t bytes, std::int64_t messages) {
  return bytes + worst_per_message * messages;
}

std::int64_t Estimator::expected_input_tokens(std::int64_t bytes, std::int64_t messages) const {
  return up(static_cast<double>(bytes) * tokens_per_byte_ +
            per_message * static_cast<double>(messages));
}

std::int64_t Estimator::input_tokens(std::int64_t bytes, std::int64_t messages) const {
  const double margin = replies_ == 0 ? tokens_per_byte_ * first_margin : 2.0 * deviation_;
  const auto estimate = up(static_cast<double>(bytes) * (tokens_per_byte_ + margin) +
                           per_message * static_cast<double>(messages));
  return std::min(estimate, worst_case_input(bytes, messages));
}

void Estimator::learn(std::int64_t bytes, std::int64_t messages, std::int64_t told_tokens) {
  if (bytes <= 0 || told_tokens <= 0) return;
  const double text =
      std::max(1.0, static_cast<double>(told_tokens) - per_message * static_cast<double>(messages));
  const double seen = text / static_cast<double>(bytes);
  if (replies_++ == 0) {
    tokens_per_byte_ = seen;
    deviation_ = seen * first_margin / 2.0;
    return;
  }
  deviation_ = keep * deviation_ + (1.0 - keep) * std::abs(seen - tokens_per_byte_);
  tokens_per_byte_ = keep * tokens_per_byte_ + (1.0 - keep) * seen;
}

}  // namespace sheaf::tokens
