#include "plan/cost_model.hpp"

#include <algorithm>
#include <numbers>

namespace sheaf::plan {

double token_efficiency(double exemplars, double batch_size) {
  return batch_size / (exemplars + batch_size);
}

double equal_length_saving(double exemplars, double batch_size) {
  return batch_size * (exemplars + 1) / (exemplars + batch_size);
}

double cost_per_sample(const PromptShape& shape, const PriceRatios& prices, double batch_size) {
  const double keys = batch_size > 1 ? shape.key_overhead : 0;
  return prices.cached_prefix * shape.shared / batch_size + shape.sample + keys +
         prices.output * shape.answer;
}

double total_cost(const PromptShape& shape, const PriceRatios& prices, std::int64_t samples,
                  std::int64_t batch_size) {
  const std::int64_t calls = (samples + batch_size - 1) / batch_size;
  const double keys = batch_size > 1 ? shape.key_overhead : 0;
  return static_cast<double>(calls) * prices.cached_prefix * shape.shared +
         static_cast<double>(samples) * (shape.sample + keys + prices.output * shape.answer);
}

double saving(const PromptShape& shape, const PriceRatios& prices, double batch_size) {
  return cost_per_sample(shape, prices, 1) / cost_per_sample(shape, prices, batch_size);
}

double saving_limit(const PromptShape& shape, const PriceRatios& prices) {
  const double own = shape.sample + shape.key_overhead + prices.output * shape.answer;
  return cost_per_sample(shape, prices, 1) / own;
}

CallTime call_time(double exemplars, double batch_size, double length) {
  const double read = length * exemplars;
  const double written = length * batch_size;
  return {read * read, written * read + written * (written + 1) / 2};
}

double time_ratio(double exemplars, double batch_size, double length) {
  const double single = call_time(exemplars, 1, length).total();
  return call_time(exemplars, batch_size, length).total() / batch_size / single;
}

ExemplarGroups exemplar_groups(std::int64_t exemplars, std::int64_t batch_size) {
  if (exemplars % batch_size == 0) {
    return ExemplarGroups::even;
  }
  return batch_size > exemplars ? ExemplarGroups::none_full : ExemplarGroups::last_shorter;
}

double fastest_batch_size(double exemplars) { return exemplars * std::numbers::sqrt2; }

double limit_bound_minutes(const Load& load, const MinuteLimits& limits) {
  const auto minutes = [](std::int64_t amount, const std::optional<std::int64_t>& per_minute) {
    return per_minute ? static_cast<double>(amount) / static_cast<double>(*per_minute) : 0.0;
  };
  return std::max(minutes(load.requests, limits.requests), minutes(load.tokens, limits.tokens));
}

}  // namespace sheaf::plan
