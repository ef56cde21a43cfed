#include "run/budget.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sheaf::run {

bool Budget::reserve(Money worst) {
  if (bounds_.cost && cost_ + worst > *bounds_.cost) return false;
  if (bounds_.requests && requests_ + 1 > *bounds_.requests) return false;
  cost_ += worst;
  ++requests_;
  return true;
}

void Budget::take_over(Money worst) {
  earlier_.cost -= worst;
  --earlier_.requests;
}

void Budget::refund(Money reserved) {
  cost_ -= reserved;
  --requests_;
}

std::string Budget::refusal(Money worst) const {
  if (bounds_.requests && requests_ + 1 > *bounds_.requests) {
    return fmt::format(
        "the budget of {} requests is used up; raise --max-requests and run the same command again "
        "to continue",
        *bounds_.requests);
  }
  return fmt::format(
      "the budget of {} does not cover the next request: {} is spent, and it could cost up to {}; "
      "raise --max-cost and run the same command again to continue",
      to_display(bounds_.cost.value_or(Money{})), to_display(cost_), to_display(worst));
}

Money worst_cost(const std::optional<PriceList>& price, std::int64_t input_tokens,
                 std::int64_t output_cap) {
  if (!price) return {};
  const auto& at = price->at(input_tokens);
  return std::max({at.input, at.cached_input, at.cache_write}) * input_tokens +
         at.output * output_cap;
}

}  // namespace sheaf::run
