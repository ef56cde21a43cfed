#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sheaf/eval.hpp>

#include "api/report.hpp"
#include "api/run_form.hpp"
#include "api/sweep_folder.hpp"
#include "api/sweep_grid.hpp"
#include "api/sweep_rows.hpp"
#include "core/text.hpp"
#include "eval/report.hpp"
#include "eval/wrong_answers.hpp"
#include "run/embedder.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf {
namespace {

class Sweep {
 public:
  Sweep(std::vector<api::GridCell> grid, const SweepOptions& options)
      : grid_(std::move(grid)), options_(options), rows_(grid_) {}

  Expected<Report> run() {
    const auto& task = *grid_.front().task.internal();
    if (options_.run.max_cost_usd && !task.price) {
      return fail(
          ErrorCode::usage,
          fmt::format(
              "--max-cost needs prices, and none are known of this model: add `price:` to {}",
              task.path));
    }
    if (auto done = rows_.read(options_.run); !done) return std::unexpected(done.error());
    if (auto done = check_addresses(); !done) return std::unexpected(done.error());
    if (auto done = api::claim_folder(options_, grid_); !done) return std::unexpected(done.error());
    for (std::size_t i = 0; i < grid_.size(); ++i) {
      if (pass_over(grid_[i])) continue;
      auto done = run_cell(i);
      if (done) continue;
      if (data_.cells.empty()) return std::unexpected(std::move(done.error()));
      stopped_ = std::move(done.error());
      not_run_.push_back(grid_[i].name);
    }
    if (!stopped_) stopped_ = stop_of_models();
    return report();
  }

 private:
  /// A model whose runs cannot go on.
  struct DeadModel {
    std::string name;
    std::string reason;
    std::vector<std::string> not_run;  ///< Its cells after the one that stopped.
  };

  /// So that none turns out to be missing when other models' answers are bought.
  Expected<void> check_addresses() const {
    for (const auto& cell : grid_) {
      const auto& task = *cell.task.internal();
      const auto& environment = options_.run.environment;
      auto found = task::endpoints(task, environment);
      if (!found) return std::unexpected(std::move(found.error()));
      if (!run::buys_vectors(task)) continue;
      auto vectors = task::embeddings_endpoint(task, environment);
      if (!vectors) return std::unexpected(std::move(vectors.error()));
    }
    return {};
  }

  /// Whether the cell is not to be run, as everything or its model stopped.
  bool pass_over(const api::GridCell& cell) {
    const auto dead = std::ranges::find(dead_, cell.key.model, &DeadModel::name);
    if (dead == dead_.end() && !stopped_) return false;
    (dead == dead_.end() ? not_run_ : dead->not_run).push_back(cell.name);
    return true;
  }

  /// A model that cannot be asked stops its own cells, all else everything.
  void stop(const api::GridCell& cell, Error error) {
    if (error.code == ErrorCode::unavailable) {
      dead_.push_back({cell.key.model, std::move(error.message), {}});
      return;
    }
    if (error.code == ErrorCode::budget) {
      error.message = fmt::format(
          "the budget of the whole sweep is used up, in cell {}; raise it, and the same "
          "command goes on",
          cell.name);
    }
    stopped_ = std::move(error);
  }

  /// nullopt: every model went on to its end.
  std::optional<Error> stop_of_models() const {
    if (dead_.empty()) return std::nullopt;
    const auto is_same = [&](const DeadModel& dead) { return dead.reason == dead_[0].reason; };
    const auto is_dead = [&](const api::GridCell& cell) {
      return std::ranges::find(dead_, cell.key.model, &DeadModel::name) != dead_.end();
    };
    const bool all_dead = std::ranges::all_of(grid_, is_dead);
    if (all_dead && std::ranges::all_of(dead_, is_same)) {
      return Error{ErrorCode::unavailable, dead_[0].reason};
    }
    std::string message = all_dead ? "no model could be measured" : "not all models were measured";
    for (const auto& dead : dead_) message += fmt::format("; {}: {}", dead.name, dead.reason);
    return Error{ErrorCode::unavailable, text::display_safe(message, 4000)};
  }

  Expected<RunOptions> options_of(std::size_t number) const {
    const auto& cell = grid_[number];
    auto options = options_.run;
    options.output = cell.results;
    options.checkpoint.clear();
    options.order = Order::input;
    options.dedup = false;
    options.grouping_seed = options.grouping_seed + static_cast<std::uint64_t>(cell.key.repeat) - 1;
    if (!options.max_cost_usd && !options.max_requests) return options;
    const auto spent = api::spent_in(options_.folder, cell.results);
    if (!spent) return std::unexpected(spent.error());
    if (options.max_cost_usd) {
      options.max_cost_usd = std::max(0.0, *options.max_cost_usd - spent->usd);
    }
    if (options.max_requests) {
      options.max_requests = std::max<std::int64_t>(0, *options.max_requests - spent->requests);
    }
    return options;
  }

  Expected<void> run_cell(std::size_t number) {
    const auto& cell = grid_[number];
    tell(fmt::format("cell {} of {}: {}", number + 1, grid_.size(), cell.name));
    auto options = options_of(number);
    if (!options) return std::unexpected(options.error());
    const auto others = api::checkpoints_in(options_.folder, cell.results);
    if (!others) return std::unexpected(others.error());
    auto summary = api::run_beside(*others, cell.task, *options);
    if (!summary) return std::unexpected(summary.error());
    auto store = store::open_sqlite(cell.results + ".sheaf", store::Access::read_only);
    if (!store) return std::unexpected(store.error());
    const auto& task = *cell.task.internal();
    const auto scored = eval::score(task, summary->output, nullptr, store->get());
    if (!scored) return std::unexpected(scored.error());
    auto made = eval::make_cell(task, cell.key, cell.name, *scored, store->get(), numbers_);
    if (!made) return std::unexpected(made.error());
    if (summary->stopped) {
      stop(cell, *summary->stopped);
      made->stopped = stopped_ ? stopped_->message : dead_.back().reason;
    }
    data_.cells.push_back(std::move(*made));
    return {};
  }

  Expected<Report> report() {
    const auto& task = *grid_.front().task.internal();
    data_.kind = "sweep";
    data_.title = task.name;
    data_.rows_file = options_.run.rows;
    data_.rows = rows_.all();
    data_.exemplars = std::ssize(task.exemplars);
    data_.max_loss = options_.max_loss;
    if (stopped_) data_.stopped = stopped_->message;
    for (const auto& dead : dead_) {
      if (dead.not_run.empty()) continue;
      data_.notes.push_back(fmt::format("Not run, because {} could not go on ({}): {}.", dead.name,
                                        dead.reason, fmt::join(dead.not_run, ", ")));
    }
    if (!not_run_.empty()) {
      data_.notes.push_back(fmt::format("Not run: {}.", fmt::join(not_run_, ", ")));
    }
    if (rows_.bad_rows() > 0) {
      data_.notes.push_back(eval::note_on_bad_rows(rows_.bad_rows()));
    }
    data_.variants = eval::make_variants(data_.cells, options_.max_loss,
                                         [this](const eval::Cell& single, const eval::Cell& here) {
                                           return rows_.predict(single, here);
                                         });
    if (auto done = add_wrong_answers(); !done) return std::unexpected(done.error());
    eval::add_notes(data_);
    auto report = api::to_report(data_);
    report.stopped = stopped_;
    return report;
  }

  /// Of the recommended size, or where that is b = 1 of the largest: what batching broke.
  static const eval::Cell* worth_a_look(const eval::Variant& variant) {
    const eval::Cell* found = nullptr;
    for (const auto& size : variant.sizes) {
      if (size.cells.empty()) continue;
      found = size.cells.front();
      const bool is_best = variant.recommended && variant.recommended->size == size.batch_size;
      if (is_best && size.batch_size > 1) return found;
    }
    return found;
  }

  Expected<void> add_wrong_answers() {
    const auto variant = std::ranges::find_if(
        data_.variants, [](const auto& one) { return worth_a_look(one) != nullptr; });
    if (variant == data_.variants.end()) return {};
    const auto* cell = worth_a_look(*variant);
    const auto planned = std::ranges::find(grid_, cell->name, &api::GridCell::name);
    auto store = store::open_sqlite(planned->results + ".sheaf", store::Access::read_only);
    if (!store) return std::unexpected(store.error());
    auto run = eval::score(*planned->task.internal(), planned->results, nullptr, store->get());
    if (!run) return std::unexpected(run.error());
    const auto& first = variant->sizes.front();
    const auto* single =
        first.batch_size == 1 && !first.cells.empty() ? first.cells.front() : nullptr;
    auto wrong = eval::wrong_answers(*run, cell->name, single, numbers_, store->get());
    if (!wrong) return std::unexpected(wrong.error());
    data_.wrong = std::move(*wrong);
    return {};
  }

  void tell(const std::string& what) const {
    if (options_.run.observer != nullptr) options_.run.observer->notice(Severity::info, what);
  }

  std::vector<api::GridCell> grid_;
  const SweepOptions& options_;
  api::SweepRows rows_;
  eval::RowNumbers numbers_;
  eval::ReportData data_;
  std::vector<DeadModel> dead_;
  std::vector<std::string> not_run_;  ///< Of all other models.
  std::optional<Error> stopped_;
};

}  // namespace

Expected<Report> sweep(const std::string& task_path, const TaskOverrides& overrides,
                       const SweepOptions& options) {
  auto grid = api::make_grid(task_path, overrides, options);
  if (!grid) return std::unexpected(grid.error());
  return Sweep(std::move(*grid), options).run();
}

}  // namespace sheaf
