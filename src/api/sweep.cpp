#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sheaf/eval.hpp>

#include "api/report.hpp"
#include "api/sweep_grid.hpp"
#include "api/sweep_rows.hpp"
#include "core/text.hpp"
#include "eval/report.hpp"
#include "eval/wrong_answers.hpp"
#include "run/tally.hpp"
#include "store/checkpoint.hpp"

namespace sheaf {
namespace {

namespace fs = std::filesystem;

/// What the other cells of a sweep have spent.
struct Spent {
  double usd = 0;
  std::int64_t requests = 0;
};

class Sweep {
 public:
  Sweep(std::vector<api::GridCell> grid, const SweepOptions& options)
      : grid_(std::move(grid)), options_(options), rows_(*grid_.front().task.internal()) {}

  Expected<Report> run() {
    const auto& task = *grid_.front().task.internal();
    if (options_.run.max_cost_usd && !task.price) {
      return fail(ErrorCode::usage,
                  fmt::format("--max-cost needs prices: add `price:` to {}", task.path));
    }
    if (auto done = rows_.read(options_.run); !done) return std::unexpected(done.error());
    if (auto done = api::claim_folder(options_); !done) return std::unexpected(done.error());
    for (const auto& cell : grid_) {
      if (auto done = check_owner(cell); !done) return std::unexpected(done.error());
    }
    for (std::size_t i = 0; i < grid_.size() && !stopped_; ++i) {
      if (auto done = run_cell(i); !done) return std::unexpected(done.error());
    }
    return report();
  }

 private:
  /// A checkpoint of the same name must have been bought by the same requests.
  static Expected<void> check_owner(const api::GridCell& cell) {
    const auto path = cell.results + ".sheaf";
    std::error_code unreadable;
    if (!fs::exists(path, unreadable)) return {};
    auto store = store::open_sqlite(path, store::Access::read_only);
    if (!store) return std::unexpected(store.error());
    const auto mark = (*store)->task_mark();
    if (!mark) return std::unexpected(mark.error());
    const auto mine = task::request_identity(*cell.task.internal());
    if (mark->request_identity.empty() || mark->request_identity == mine) return {};
    return fail(ErrorCode::usage,
                fmt::format("{} was bought with another model, instruction or other exemplars than "
                            "{} has now; choose another folder",
                            text::display_safe(path), cell.task.internal()->path));
  }

  /// Of everything in the folder but one cell, cells of other calls included.
  Expected<Spent> spent_by_others(const api::GridCell& but) const {
    Spent spent;
    std::error_code unreadable;
    for (const auto& file :
         fs::directory_iterator(fs::path(options_.folder) / "cells", unreadable)) {
      const auto path = file.path().string();
      if (!path.ends_with(".sheaf") || path == but.results + ".sheaf") continue;
      auto store = store::open_sqlite(path, store::Access::read_only);
      if (!store) return std::unexpected(store.error());
      const auto all = (*store)->spending();
      if (!all) return std::unexpected(all.error());
      spent.usd += run::to_usd(all->cost);
      spent.requests += all->requests;
    }
    return spent;
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
    const auto spent = spent_by_others(cell);
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
    auto summary = run_task(cell.task, *options);
    if (!summary) return std::unexpected(summary.error());
    if (summary->stopped) stopped_ = summary->stopped;
    if (stopped_ && stopped_->code == ErrorCode::budget) {
      stopped_->message = fmt::format(
          "the budget of the whole sweep is used up, in cell {}; raise it, and the same "
          "command goes on",
          cell.name);
    }
    auto store = store::open_sqlite(cell.results + ".sheaf", store::Access::read_only);
    if (!store) return std::unexpected(store.error());
    const auto& task = *cell.task.internal();
    const auto scored = eval::score(task, summary->output, {}, store->get());
    if (!scored) return std::unexpected(scored.error());
    auto made = eval::make_cell(task, cell.key, cell.name, *scored, store->get(), numbers_);
    if (!made) return std::unexpected(made.error());
    if (stopped_) made->stopped = stopped_->message;
    data_.cells.push_back(std::move(*made));
    return {};
  }

  Expected<Report> report() {
    const auto& task = *grid_.front().task.internal();
    data_.kind = "sweep";
    data_.title = task.name;
    data_.rows_file = options_.run.rows;
    data_.exemplars = std::ssize(task.exemplars);
    data_.max_loss = options_.max_loss;
    if (stopped_) data_.stopped = stopped_->message;
    std::vector<std::string> not_run;
    for (auto i = data_.cells.size(); i < grid_.size(); ++i) not_run.push_back(grid_[i].name);
    if (!not_run.empty()) {
      data_.notes.push_back(fmt::format("Not run: {}.", fmt::join(not_run, ", ")));
    }
    if (rows_.bad_rows() > 0) {
      data_.notes.push_back(
          fmt::format("{} rows cannot be read, and are in no figure.", rows_.bad_rows()));
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
  const eval::Cell* worth_a_look() const {
    if (data_.variants.empty()) return nullptr;
    const auto& variant = data_.variants.front();
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
    const auto* cell = worth_a_look();
    if (cell == nullptr) return {};
    const auto planned = std::ranges::find(grid_, cell->name, &api::GridCell::name);
    auto store = store::open_sqlite(planned->results + ".sheaf", store::Access::read_only);
    if (!store) return std::unexpected(store.error());
    auto run = eval::score(*planned->task.internal(), planned->results, {}, store->get());
    if (!run) return std::unexpected(run.error());
    const auto& first = data_.variants.front().sizes.front();
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
