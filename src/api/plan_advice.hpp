// What a plan recommends.
#pragma once

#include <functional>
#include <optional>

#include <sheaf/plan.hpp>

namespace sheaf::api {

/// Whether `sheaf run` can send requests that way.
using Takes = std::function<bool(const PlanWay& way)>;

/// The cheapest way at the smallest batch size whose doubling would save less than 5 %; no size
/// above the largest that a sweep passed, or above 8 without one. One row a request where that size
/// saves less than 5 %. nullopt without costs.
std::optional<PlanAdvice> advise(const PlanReport& report, std::optional<int> largest_size,
                                 const Takes& takes);

}  // namespace sheaf::api
