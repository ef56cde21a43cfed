#include <algorithm>
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
#include "eval/row_table.hpp"
#include "eval/scored_run.hpp"
#include "eval/stored_replies.hpp"
#include "eval/wrong_answers.hpp"
#include "grouping/kind.hpp"
#include "rows/each_row.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf {
namespace {

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
    if (auto done = read_rows(); !done) return std::unexpected(done.error());
    auto base =
        options_.replies.empty() ? add(options_.results, options_.checkpoint) : add_replies();
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

  Expected<void> read_rows() {
    if (options_.rows.empty()) return {};
    const auto bad_rows = options_.skip_bad_rows ? rows::BadRows::skip : rows::BadRows::refuse;
    auto table = eval::read_row_table(task_, options_.rows, bad_rows);
    if (!table) return std::unexpected(std::move(table.error()));
    table_ = std::move(*table);
    if (table_->bad_rows > 0) data_.notes.push_back(eval::note_on_bad_rows(table_->bad_rows));
    return {};
  }

  Expected<Scored> add(const std::string& results, const std::string& named) {
    Scored scored;
    std::error_code unreadable;
    if (!std::filesystem::exists(results, unreadable) &&
        std::filesystem::exists(results + ".partial", unreadable)) {
      return fail(ErrorCode::usage, fmt::format("{0} is not complete; let its run go on, or score "
                                                "what there is: {0}.partial",
                                                text::display_safe(results)));
    }
    auto store = open_checkpoint(results, named);
    if (!store) return std::unexpected(store.error());
    scored.store = std::move(*store);
    auto run = eval::score(task_, results, table_ ? &*table_ : nullptr, scored.store.get());
    return add(std::move(run), results, std::move(scored));
  }

  Expected<Scored> add_replies() {
    return add(eval::score_replies(task_, options_.replies, *table_), options_.replies, {});
  }

  Expected<Scored> add(Expected<eval::ScoredRun> run, const std::string& name, Scored scored) {
    if (!run) return std::unexpected(run.error());
    scored.run = std::move(*run);
    eval::CellKey key{task_.batch.size,
                      task_.batch.format,
                      std::string(grouping::name_of(task_.batch.grouping)),
                      task_.model_name,
                      1,
                      false};
    int largest = 0;
    for (const auto& row : scored.run.rows) {
      largest = std::max({largest, row.first_size, row.size});
    }
    if (largest > 0) key.batch_size = largest;
    auto cell =
        eval::make_cell(task_, std::move(key), name, scored.run, scored.store.get(), numbers_);
    if (!cell) return std::unexpected(cell.error());
    if (data_.rows_file.empty()) data_.rows_file = options_.rows.empty() ? name : options_.rows;
    auto marked = mark_simulated(*cell, scored.store.get());
    if (!marked) return std::unexpected(marked.error());
    if (data_.cells.empty()) data_.rows = eval::row_set_of(*cell);
    data_.cells.push_back(std::move(*cell));
    return scored;
  }

  Expected<void> mark_simulated(eval::Cell& cell, store::Checkpoint* store) {
    if (store == nullptr) return {};
    auto mark = store->task_mark();
    if (!mark) return std::unexpected(mark.error());
    if (!mark->model.empty()) {
      cell.key.model = mark->model;
      cell.simulated = mark->model == "simulated";
    }
    const auto name = text::display_safe(cell.name);
    if (!mark->model.empty() && mark->model != task_.model_name) {
      data_.notes.push_back(
          fmt::format("{} holds answers of {}; {} names {}.", name, text::display_safe(mark->model),
                      text::display_safe(task_.path), text::display_safe(task_.model_name)));
    } else if (mark->request_identity != task::request_identity(task_)) {
      data_.notes.push_back(fmt::format(
          "{} was bought with another model, instruction or other exemplars than {} has now.", name,
          text::display_safe(task_.path)));
    }
    return {};
  }

  Expected<std::unique_ptr<store::Checkpoint>> open_checkpoint(const std::string& results,
                                                               const std::string& named) {
    constexpr std::string_view unfinished = ".partial";
    const auto whole = results.ends_with(unfinished)
                           ? results.substr(0, results.size() - unfinished.size())
                           : results;
    const auto path = named.empty() ? whole + ".sheaf" : named;
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
  std::optional<eval::RowTable> table_;
  eval::RowNumbers numbers_;
  eval::ReportData data_;
};

}  // namespace

Expected<Report> evaluate(const Task& task, const EvalOptions& options) {
  if (!(options.max_loss >= 0 && options.max_loss <= 1)) {
    return fail(ErrorCode::usage, "--max-loss takes 0 to 100 points");
  }
  if (options.results.empty() == options.replies.empty()) {
    return fail(ErrorCode::usage, "give either RESULTS or --replies FILE");
  }
  if (!options.replies.empty() && options.rows.empty()) {
    return fail(ErrorCode::usage, "--replies needs --rows ROWS: what was asked stands there");
  }
  if (options.skip_bad_rows && options.rows.empty()) {
    return fail(ErrorCode::usage, "--skip-bad-rows needs --rows ROWS: it is about their rows");
  }
  return Evaluation(task, options).make();
}

}  // namespace sheaf
