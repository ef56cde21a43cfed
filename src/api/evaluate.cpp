#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <sheaf/eval.hpp>

#include "api/report.hpp"
#include "core/text.hpp"
#include "eval/cell.hpp"
#include "eval/report.hpp"
#include "eval/wrong_answers.hpp"
#include "grouping/kind.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf {
namespace {

/// What was bought by the simulated model tells so by its requests, whatever the task names now.
bool bought_simulated(task::Task task, const std::string& identity) {
  task.model.name = "simulated";
  return task::request_identity(task) == identity;
}

class Evaluation {
 public:
  Evaluation(const Task& task, const EvalOptions& options)
      : task_(*task.internal()), options_(options) {
    data_.kind = options.other.empty() ? "eval" : "comparison";
    data_.title = task_.name;
    data_.exemplars = std::ssize(task_.exemplars);
    data_.max_loss = options.max_loss;
  }

  Expected<Report> make() {
    auto base = add(options_.results, options_.checkpoint);
    if (!base) return std::unexpected(base.error());
    auto shown = std::move(*base);
    if (!options_.other.empty()) {
      auto other = add(options_.other, options_.other_checkpoint);
      if (!other) return std::unexpected(other.error());
      shown = std::move(*other);
      compare_both();
    }
    const auto* single = data_.cells.size() > 1 ? &data_.cells.front() : nullptr;
    auto wrong = eval::wrong_answers(shown.run, data_.cells.back().name, single, numbers_,
                                     shown.store.get());
    if (!wrong) return std::unexpected(wrong.error());
    data_.wrong = std::move(*wrong);
    eval::add_notes(data_);
    return api::to_report(data_);
  }

 private:
  struct Scored {
    eval::ScoredRun run;
    std::unique_ptr<store::Checkpoint> store;
  };

  Expected<Scored> add(const std::string& results, const std::string& named) {
    Scored scored;
    auto store = open_checkpoint(results, named);
    if (!store) return std::unexpected(store.error());
    scored.store = std::move(*store);
    eval::CellKey key{task_.batch.size,
                      task_.batch.format,
                      std::string(grouping::name_of(task_.batch.grouping)),
                      task_.model_name,
                      1,
                      false};
    auto made = eval::make_cell(task_, std::move(key), results,
                                {results, options_.rows, scored.store.get()}, numbers_);
    if (!made) return std::unexpected(made.error());
    if (data_.rows_file.empty()) {
      data_.rows_file = options_.rows.empty() ? results : options_.rows;
    }
    auto marked = mark_simulated(made->cell, scored.store.get());
    if (!marked) return std::unexpected(marked.error());
    for (const auto& row : made->run.rows) {
      made->cell.key.batch_size = std::max(row.first_size, row.size);
      if (made->cell.key.batch_size > 0) break;
    }
    data_.cells.push_back(std::move(made->cell));
    scored.run = std::move(made->run);
    return scored;
  }

  Expected<void> mark_simulated(eval::Cell& cell, store::Checkpoint* store) {
    if (store == nullptr) return {};
    auto mark = store->task_mark();
    if (!mark) return std::unexpected(mark.error());
    const bool simulated = bought_simulated(task_, mark->request_identity);
    cell.simulated = simulated;
    if (simulated) cell.key.model = "simulated";
    if (!simulated && mark->request_identity != task::request_identity(task_)) {
      data_.notes.push_back(fmt::format(
          "{} was bought with another model, instruction or other exemplars than {} has now.",
          text::display_safe(cell.name), text::display_safe(task_.path)));
    }
    return {};
  }

  Expected<std::unique_ptr<store::Checkpoint>> open_checkpoint(const std::string& results,
                                                               const std::string& named) {
    const auto path = named.empty() ? results + ".sheaf" : named;
    std::error_code unreadable;
    if (named.empty() && !std::filesystem::exists(path, unreadable)) {
      data_.notes.push_back(
          fmt::format("{} has no checkpoint beside it: its cost, its batches and what the first "
                      "replies said are not known; a row that was asked again counts as doubtful.",
                      text::display_safe(results)));
      return nullptr;
    }
    return store::open_sqlite(path, store::Access::read_only);
  }

  void compare_both() {
    const auto* base = &data_.cells[0];
    const auto* other = &data_.cells[1];
    data_.first_pass_comparison = eval::compare({&base, 1}, {&other, 1}, eval::Pass::first);
    data_.comparison = eval::compare({&base, 1}, {&other, 1}, eval::Pass::final_answers);
    if (!data_.comparison) {
      data_.notes.emplace_back(
          "The two runs have no row with a gold value in common, so that nothing is compared.");
    } else if (data_.comparison->only_in_one > 0) {
      data_.notes.push_back(
          fmt::format("The runs are unequal: {} rows with a gold value stand in one of them alone, "
                      "and are not compared.",
                      data_.comparison->only_in_one));
    }
  }

  const task::Task& task_;
  const EvalOptions& options_;
  eval::RowNumbers numbers_;
  eval::ReportData data_;
};

}  // namespace

Expected<Report> evaluate(const Task& task, const EvalOptions& options) {
  if (!(options.max_loss >= 0 && options.max_loss <= 1)) {
    return fail(ErrorCode::usage, "--max-loss takes 0 to 100 points");
  }
  return Evaluation(task, options).make();
}

}  // namespace sheaf
