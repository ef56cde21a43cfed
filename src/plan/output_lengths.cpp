#include "plan/output_lengths.hpp"

#include <algorithm>
#include <cmath>

namespace sheaf::plan {
namespace {

/// Of the standard normal distribution, exceeded with 1 %.
constexpr double quantile = 2.3263478740408408;
constexpr double least_skewness = 3;
/// Of the lengths' variance, what a line must explain before it is believed.
constexpr double least_explained = 0.05;

/// Student's t exceeded with 1 %, by Fisher's expansion: to 0.2 % from 7 degrees of freedom on.
double student_quantile(double degrees) {
  const double z = quantile;
  const double z2 = z * z;
  const double first = z * (z2 + 1) / 4;
  const double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  const double fourth = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
  return z + (first + (second + (third + fourth / degrees) / degrees) / degrees) / degrees;
}

}  // namespace

void OutputLengths::add(std::int64_t tokens, std::int64_t sample_bytes) {
  const auto y = static_cast<double>(tokens);
  const auto x = static_cast<double>(sample_bytes);
  ++count_;
  tokens_ += y;
  tokens2_ += y * y;
  tokens3_ += y * y * y;
  bytes_ += x;
  bytes2_ += x * x;
  both_ += x * y;
}

void OutputLengths::add(const OutputLengths& more) {
  count_ += more.count_;
  tokens_ += more.tokens_;
  tokens2_ += more.tokens2_;
  tokens3_ += more.tokens3_;
  bytes_ += more.bytes_;
  bytes2_ += more.bytes2_;
  both_ += more.both_;
}

OutputLengths::Line OutputLengths::line() const {
  Line line;
  if (count_ == 0) return line;
  const auto n = static_cast<double>(count_);
  const double mean = tokens_ / n;
  const double variance = std::max(0.0, tokens2_ / n - mean * mean);
  line.base = mean;
  if (count_ == 1) return line;
  if (variance > 0) {
    const double third = tokens3_ / n - 3 * mean * tokens2_ / n + 2 * mean * mean * mean;
    line.skewness = third / std::pow(variance, 1.5);
  }
  double left = variance * n;
  double degrees = n - 1;
  const double mean_bytes = bytes_ / n;
  const double spread = bytes2_ - n * mean_bytes * mean_bytes;
  const double shared = both_ - n * mean_bytes * mean;
  if (count_ >= slope_from && spread > 0 && shared > 0 &&
      shared * shared / spread > least_explained * left) {
    line.slope = shared / spread;
    line.base = mean - line.slope * mean_bytes;
    left = std::max(0.0, left - shared * shared / spread);
    degrees = n - 2;
  }
  line.deviation = std::sqrt(left / degrees);
  return line;
}

std::int64_t OutputLengths::expected(std::int64_t sample_bytes) const {
  const auto at = line();
  const double tokens = at.base + at.slope * static_cast<double>(sample_bytes);
  return std::llround(std::ceil(std::max(tokens, 0.0)));
}

std::int64_t OutputLengths::room(int samples, std::int64_t cap) const {
  if (count_ < least_lengths) return -1;
  const auto at = line();
  const auto seen = static_cast<double>(count_);
  const double n = samples;
  const double skewness = std::max(at.skewness, least_skewness);
  const double t = student_quantile(seen - 1);
  const double deviations = t * std::sqrt(n + n * n / seen) +
                            skewness * (quantile * quantile - 1) / 6 +
                            n * skewness * (1 + 2 * t * t) / (6 * seen);
  const double room = static_cast<double>(cap) - at.deviation * deviations;
  return room < 0 ? -1 : std::llround(std::floor(room));
}

}  // namespace sheaf::plan
