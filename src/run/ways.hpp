// The ways in which a run could be sent, and what each costs at a batch size.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/plan.hpp>

#include "catalog/model.hpp"
#include "core/price.hpp"
#include "plan/bill.hpp"
#include "run/answer_lengths.hpp"
#include "task/task.hpp"

namespace sheaf::run {

/// What a way costs at the task's provider; nullopt where that is not known, as it is not of a
/// task's own price but live.
std::optional<PriceList> price_of(const task::Task& task, catalog::Via via);

/// A way with its prices, and its cache's rule where it has one.
struct PricedWay {
  PlanWay way;
  PriceList price;
  std::optional<catalog::Cache> cache;
};

/// All that a task's model has, and why it has not the others. Without a price: none of either.
struct Ways {
  std::vector<PricedWay> priced;
  std::vector<PlanExclusion> left_out;
};
Ways ways_of(const task::Task& task);

/// What is not known of `traffic`, from the lengths of answers.
plan::Traffic with_outputs(plan::Traffic traffic, const AnswerLengths& lengths, double envelope,
                           std::int64_t reasoning_allowance);

/// All output of first asks, reasoning included.
plan::Range whole_output(const plan::Traffic& traffic);

/// US dollars. The error says why this way cannot be taken at this size.
std::expected<plan::Range, std::string> cost_of(const PricedWay& way, const plan::Traffic& traffic);

/// What the costs rest on: one sentence each. `taken` are the ways that some size has.
std::vector<std::string> assumptions(const task::Task& task, const Ways& ways,
                                     const std::vector<PlanWay>& taken,
                                     const AnswerLengths& lengths);

}  // namespace sheaf::run
