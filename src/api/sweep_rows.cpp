#include "api/sweep_rows.hpp"

#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "answer/extract.hpp"
#include "api/open.hpp"
#include "api/simulated.hpp"
#include "core/text.hpp"
#include "run/intake.hpp"

namespace sheaf::api {
namespace {

/// What would stop a run, or spoil its score, only after something was bought.
class RowCheck {
 public:
  RowCheck(const task::Task& task, eval::RowSetCounter& counter)
      : has_ids_(task.id_column), extractor_(task.answer), counter_(counter) {}

  /// Why the row cannot be used; nullopt when it can, and is counted.
  std::optional<std::string> fault_of(const run::Arrival& arrival) {
    if (has_ids_) {
      const auto [known, is_new] = keys_.try_emplace(arrival.id, arrival.key);
      if (!is_new && known->second != arrival.key) {
        return fmt::format("the id \"{}\" stood on an earlier row with different content",
                           text::display_safe(arrival.id, 80));
      }
    }
    const auto& row = arrival.row;
    if (!row.gold) {
      counter_.add(nullptr, row.choices);
      return std::nullopt;
    }
    const auto gold = extractor_.read_gold(*row.gold, row.choices);
    if (gold) {
      counter_.add(&*gold, row.choices);
      return std::nullopt;
    }
    return fmt::format("the gold value \"{}\" {}; mend it, or leave it empty",
                       text::display_safe(*row.gold, 80), gold.error().detail);
  }

 private:
  bool has_ids_;
  answer::Extractor extractor_;
  std::unordered_map<std::string, Fingerprint> keys_;
  eval::RowSetCounter& counter_;
};

}  // namespace

SweepRows::SweepRows(const std::vector<GridCell>& grid)
    : grid_(grid), task_(*grid.front().task.internal()), counter_(task_) {}

Expected<void> SweepRows::make_predictors(const RunOptions& options) {
  for (const auto& cell : grid_) {
    const std::pair variant(cell.key.format, cell.key.model);
    if (predictors_.contains(variant)) continue;
    const auto& task = *cell.task.internal();
    auto model = counter_of(task, options.simulated);
    if (!model) return std::unexpected(model.error());
    predictors_.try_emplace(variant, task, std::move(model->counter));
  }
  return {};
}

Expected<void> SweepRows::read(const RunOptions& options) {
  auto source = open_source(options.rows, options.limit, options.sample, options.seed);
  if (!source) return std::unexpected(source.error());
  if (auto made = make_predictors(options); !made) return made;
  run::Intake intake(task_, **source, options.limit);
  RowCheck check(task_, counter_);
  while (true) {
    auto pulled = intake.next();
    if (!pulled) return std::unexpected(pulled.error());
    if (!*pulled) break;
    const auto* bad = std::get_if<rows::BadRow>(&**pulled);
    if (bad != nullptr && options.skip_bad_rows) {
      ++bad_rows_;
      continue;
    }
    if (bad != nullptr) {
      return fail(ErrorCode::usage,
                  intake.describe(*bad) + "; mend the row, or use --skip-bad-rows");
    }
    const auto& arrival = std::get<run::Arrival>(**pulled);
    if (const auto fault = check.fault_of(arrival)) {
      return fail(ErrorCode::usage,
                  fmt::format("{}:{}: {}", (*source)->name(), arrival.line, *fault));
    }
    for (auto& [variant, predictor] : predictors_) predictor.add(arrival.row.sample);
  }
  if (counter_.finish().rows == 0) {
    return fail(ErrorCode::usage, fmt::format("{} has no row to ask about", options.rows));
  }
  if (!task_.gold_column || counter_.finish().with_gold > 0) return {};
  return fail(
      ErrorCode::usage,
      fmt::format("{}: no row has a value in the gold column '{}'; correct `gold` in {}, or "
                  "remove it to measure cost alone",
                  options.rows, text::display_safe(*task_.gold_column, 60), task_.path));
}

std::optional<eval::Prediction> SweepRows::predict(const eval::Cell& single,
                                                   const eval::Cell& here) {
  const auto& usage = single.bill.usage;
  if (single.measures.rows == 0 || here.measures.rows == 0 || usage.input_tokens == 0) {
    return std::nullopt;
  }
  const auto per_row = [](const eval::Cell& cell, std::int64_t tokens) {
    return static_cast<double>(tokens) / static_cast<double>(cell.measures.rows);
  };
  return predictors_.at({here.key.format, here.key.model})
      .at(here.key.batch_size,
          {per_row(single, usage.input_tokens), per_row(single, usage.output_tokens),
           per_row(single, usage.cached_input_tokens)},
          per_row(here, here.bill.usage.cached_input_tokens));
}

}  // namespace sheaf::api
