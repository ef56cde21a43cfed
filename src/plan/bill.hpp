// The bill of a run that was not made, by each way it could be sent. Pure arithmetic.
#pragma once

#include <cstdint>
#include <optional>

#include "core/price.hpp"

namespace sheaf::plan {

/// A figure that is not known exactly: what is expected, and where it lies with 90 %.
struct Range {
  double low = 0;
  double expected = 0;
  double high = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

/// What a run sends at one batch size.
struct Traffic {
  std::int64_t samples = 0;
  std::int64_t requests = 0;         ///< First asks.
  std::int64_t input_tokens = 0;     ///< Of all of them.
  std::int64_t shared_tokens = 0;    ///< The prefix that requests of full batches begin with.
  std::int64_t shared_requests = 0;  ///< Those.
  std::int64_t batch_size = 1;
  Range output_tokens;     ///< Of all first asks, reasoning apart.
  Range reasoning_tokens;  ///< Of one request.
  Range repaired;          ///< Share of the samples that are asked again, each in half a batch.
};

/// How much of the shared prefix a provider's cache gives back.
struct CacheUse {
  std::int64_t tokens = 0;  ///< Of the prefix, what can be kept of it.
  Range hits;               ///< Share of the requests behind the first that read it.
};

/// US dollars. The range takes what is uncertain as independent of each other. `price` by the mean
/// length of a request. Precondition: at least one request.
Range bill(const Traffic& traffic, const PriceList& price, const std::optional<CacheUse>& cache);

/// What `samples` outputs add up to of which the lengths of a few are known: Student's t interval
/// for a sum. Of a single known length nothing says how others differ: from half of it to twice as
/// much. Precondition: count >= 1.
Range sum_of(std::int64_t samples, double mean, double deviation, std::int64_t count);

/// How many lengths must be known for their mean to be within `share` of the true one with 95 %.
std::int64_t lengths_needed(double mean, double deviation, double share);

}  // namespace sheaf::plan
