#include "api/plan_advice.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace sheaf::api {
namespace {

constexpr double worth_while = 0.05;  // A smaller saving is none.
constexpr int largest_unmeasured = 8;

bool can_be_run(const PlanWay& way) { return way.via == "live"; }

const PlanCost* cheapest(const PlanLine& line) {
  const PlanCost* found = nullptr;
  for (const auto& cost : line.costs) {
    if (!can_be_run(cost.way)) continue;
    if (found == nullptr || cost.usd.expected < found->usd.expected) found = &cost;
  }
  return found;
}

const PlanCost* uncached(const PlanLine& line) {
  const auto found = std::ranges::find_if(
      line.costs, [](const PlanCost& cost) { return can_be_run(cost.way) && !cost.way.cached; });
  return found == line.costs.end() ? nullptr : &*found;
}

const PlanLine* line_of(const PlanReport& report, int batch_size) {
  const auto found = std::ranges::find(report.lines, batch_size, &PlanLine::batch_size);
  return found == report.lines.end() ? nullptr : &*found;
}

double saving(const PlanCost& dear, const PlanCost& cheap) {
  return 1 - cheap.usd.expected / dear.usd.expected;
}

/// Why a single sample a request costs as little as `best`.
std::string why_single(const PlanReport& report, const PlanLine& best) {
  const auto& single = report.lines.front();
  const auto* alone = cheapest(single);
  const auto* apart = uncached(single);
  const auto* together = uncached(best);
  const bool cache_takes_it = alone->way.cached && apart != nullptr && together != nullptr &&
                              saving(*apart, *together) >= worth_while;
  if (cache_takes_it) {
    return fmt::format(
        "the cached prefix takes the saving: uncached, batches of {} would save {:.0f} %; cached "
        "they save {:.1f} %",
        best.batch_size, 100 * saving(*apart, *together), 100 * saving(*alone, *cheapest(best)));
  }
  return fmt::format(
      "prompts share {} tokens beside {} of each row and answer: batches of {} save {:.1f} %",
      single.shared_tokens,
      report.samples == 0 ? 0
                          : (single.input_tokens - single.shared_tokens * single.requests +
                             static_cast<std::int64_t>(single.output_tokens.expected)) /
                                report.samples,
      best.batch_size, 100 * saving(*alone, *cheapest(best)));
}

}  // namespace

std::optional<PlanAdvice> advise(const PlanReport& report, std::optional<int> largest_size) {
  if (report.samples == 0 || report.lines.empty()) return std::nullopt;
  const int limit = largest_size.value_or(largest_unmeasured);
  const PlanLine* best = nullptr;
  const PlanLine* doubled = nullptr;
  for (const auto& line : report.lines) {
    if (line.batch_size > limit || cheapest(line) == nullptr) continue;
    const auto* twice = line_of(report, 2 * line.batch_size);
    if (twice == nullptr) continue;
    best = &line;
    doubled = twice;
    if (saving(*cheapest(line), *cheapest(*twice)) < worth_while) break;
  }
  if (best == nullptr) return std::nullopt;
  PlanAdvice advice{true, best->batch_size, cheapest(*best)->way, {}};
  const auto& single = report.lines.front();
  const double saved = saving(*cheapest(single), *cheapest(*best));
  if (saved < worth_while) {
    const auto& shown = best->batch_size == 1 ? *doubled : *best;
    return PlanAdvice{false, 1, cheapest(single)->way, why_single(report, shown)};
  }
  const double more = saving(*cheapest(*best), *cheapest(*doubled));
  advice.reason =
      fmt::format("{:.1f}x cheaper than one row a request; twice the size would save {} {:.1f} %",
                  1 / (1 - saved), more < worth_while ? "only" : "another", 100 * more);
  advice.reason += largest_size
                       ? fmt::format("; a sweep passed sizes up to {}", *largest_size)
                       : "; accuracy was not measured, so no size above 8 is named: run a sweep";
  return advice;
}

}  // namespace sheaf::api
