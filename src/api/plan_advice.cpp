#include "api/plan_advice.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace sheaf::api {
namespace {

constexpr double worth_while = 0.05;  // A smaller saving is none.
constexpr int largest_unmeasured = 8;
constexpr std::string_view live_way = "live";
constexpr std::string_view bulk_way = "bulk";

/// Of the ways that `takes` takes; nullptr without any.
const PlanCost* cheapest(const PlanLine& line, const auto& takes) {
  const PlanCost* found = nullptr;
  for (const auto& cost : line.costs) {
    if (!takes(cost.way)) continue;
    if (found == nullptr || cost.usd.expected < found->usd.expected) found = &cost;
  }
  return found;
}

const PlanLine* line_of(const PlanReport& report, int batch_size) {
  const auto found = std::ranges::find(report.lines, batch_size, &PlanLine::batch_size);
  return found == report.lines.end() ? nullptr : &*found;
}

double saving(const PlanCost& dear, const PlanCost& cheap) {
  return 1 - cheap.usd.expected / dear.usd.expected;
}

/// Why a single sample a request costs as little as `best`.
std::string why_single(const PlanReport& report, const PlanLine& best, const Takes& takes) {
  const auto& single = report.lines.front();
  const auto uncached = [&](const PlanWay& way) { return takes(way) && !way.cached; };
  const auto* alone = cheapest(single, takes);
  const auto* apart = cheapest(single, uncached);
  const auto* together = cheapest(best, uncached);
  const bool cache_takes_it = alone->way.cached && apart != nullptr && together != nullptr &&
                              saving(*apart, *together) >= worth_while;
  if (cache_takes_it) {
    return fmt::format(
        "the cached prefix takes the saving: uncached, batches of {} would save {:.0f} %; cached "
        "they save {:.1f} %",
        best.batch_size, 100 * saving(*apart, *together),
        100 * saving(*alone, *cheapest(best, takes)));
  }
  return fmt::format(
      "prompts share {} tokens beside {} of each row and answer: batches of {} save {:.1f} %",
      single.shared_tokens,
      report.samples == 0 ? 0
                          : (single.input_tokens - single.shared_tokens * single.requests +
                             static_cast<std::int64_t>(single.output_tokens.expected)) /
                                report.samples,
      best.batch_size, 100 * saving(*alone, *cheapest(best, takes)));
}

/// What not waiting would cost; empty where `chosen` does not wait.
std::string at_once(const PlanLine& line, const PlanCost& chosen) {
  const auto* live = cheapest(line, [](const PlanWay& way) { return way.via == live_way; });
  if (chosen.way.via == live_way || live == nullptr) return {};
  return fmt::format("; --via {} answers {}, and live it costs {:.1f}x as much", chosen.way.via,
                     chosen.way.via == bulk_way ? "within a day" : "more slowly",
                     live->usd.expected / chosen.usd.expected);
}

}  // namespace

std::optional<PlanAdvice> advise(const PlanReport& report, std::optional<int> largest_size,
                                 const Takes& takes) {
  if (report.samples == 0 || report.lines.empty()) return std::nullopt;
  const int limit = largest_size.value_or(largest_unmeasured);
  const PlanLine* best = nullptr;
  const PlanLine* doubled = nullptr;
  for (const auto& line : report.lines) {
    if (line.batch_size > limit || cheapest(line, takes) == nullptr) continue;
    const auto* twice = line_of(report, 2 * line.batch_size);
    if (twice == nullptr) continue;
    best = &line;
    doubled = twice;
    if (saving(*cheapest(line, takes), *cheapest(*twice, takes)) < worth_while) break;
  }
  if (best == nullptr) return std::nullopt;
  const auto& single = report.lines.front();
  if (cheapest(single, takes)->usd.expected <= 0) return std::nullopt;
  const auto* chosen = cheapest(*best, takes);
  const double saved = saving(*cheapest(single, takes), *chosen);
  if (saved < worth_while) {
    const auto& shown = best->batch_size == 1 ? *doubled : *best;
    const auto* alone = cheapest(single, takes);
    return PlanAdvice{false, 1, alone->way,
                      why_single(report, shown, takes) + at_once(single, *alone)};
  }
  PlanAdvice advice{true, best->batch_size, chosen->way, {}};
  const double more = saving(*chosen, *cheapest(*doubled, takes));
  advice.reason =
      fmt::format("{:.1f}x cheaper than one row a request; twice the size would save {} {:.1f} %",
                  1 / (1 - saved), more < worth_while ? "only" : "another", 100 * more);
  advice.reason += at_once(*best, *chosen);
  advice.reason += largest_size
                       ? fmt::format("; a sweep passed sizes up to {}", *largest_size)
                       : "; accuracy was not measured, so no size above 8 is named: run a sweep";
  return advice;
}

}  // namespace sheaf::api
