#include "run/unpacked.hpp"

#include "catalog/model.hpp"
#include "plan/bill.hpp"
#include "run/ways.hpp"

namespace sheaf::run {
namespace {

plan::Traffic traffic_of(const Baseline& baseline, std::int64_t prefix_tokens) {
  const auto output = static_cast<double>(baseline.output_tokens);
  plan::Traffic traffic;
  traffic.samples = baseline.requests;
  traffic.requests = baseline.requests;
  traffic.input_tokens = baseline.input_tokens;
  traffic.shared_tokens = prefix_tokens;
  traffic.shared_requests = baseline.requests;
  traffic.output_tokens = {output, output, output};
  return traffic;
}

}  // namespace

void price_unpacked(Baseline& baseline, const task::Task& task, std::int64_t prefix_tokens) {
  if (!task.price || baseline.requests == 0) return;
  const auto traffic = traffic_of(baseline, prefix_tokens);
  for (const auto& priced : ways_of(task).priced) {
    const auto cost = cost_of(priced, traffic);
    if (!cost) continue;
    const auto& way = priced.way;
    const double usd = cost->expected;
    if (!baseline.cheapest || usd < baseline.cheapest->cost_usd) {
      baseline.cheapest = {way.via, way.cached, usd};
    }
    if (way.via != name_of(catalog::Via::live)) continue;
    (way.cached ? baseline.cached_cost_usd : baseline.cost_usd) = usd;
  }
}

}  // namespace sheaf::run
