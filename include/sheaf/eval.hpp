// Measuring: what each batch size costs and what it loses. See docs/experiments.md and
// docs/report-format.md.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>
#include <sheaf/task.hpp>

namespace sheaf {

/// What was measured.
struct Report {
  std::string json;  ///< One object, as docs/report-format.md has it; one line.
  std::string text;  ///< Tables and notes for a terminal; safe to print.
  bool simulated = false;
  std::optional<Error> stopped;  ///< Why cells of a sweep are missing; the same call goes on.
};

/// One self-contained page of HTML, without any address in it.
Expected<std::string> report_page(const Report& report);

/// Every figure of the page as a CSV: file name and bytes.
Expected<std::vector<std::pair<std::string, std::string>>> report_tables(const Report& report);

struct EvalOptions {
  std::string results;     ///< .jsonl or .csv, of sheaf or with the members `id` and `answer`.
  std::string checkpoint;  ///< Empty: `results` + ".sheaf" where there is one.
  /// In place of results: stored replies, lines {"text", "ids"} and optionally "finish_reason",
  /// where "ids" names the rows of the prompt in its order. Needs `rows`.
  std::string replies;
  std::string rows;            ///< Where gold values stand; empty: each result's `input`.
  bool skip_bad_rows = false;  ///< Go on behind a row of `rows` that a run would refuse.
  /// Results of another run over the same rows, to compare with; empty: none. `results` is the
  /// setting that the other is measured against.
  std::string other;
  std::string other_checkpoint;  ///< As `checkpoint`.
  double max_loss = 0.02;        ///< Told in a comparison; 0 to 1.
};

/// Scores results by the task's present rule; sends nothing. ErrorCode::usage: what cannot be read.
Expected<Report> evaluate(const Task& task, const EvalOptions& options);

struct SweepOptions {
  /// How each run is made: rows, limits, timeouts, budget (over all runs), seed, environment,
  /// simulated model. Not `output`, `checkpoint`, `order`, `dedup`: a sweep says those itself.
  RunOptions run;
  std::string folder;  ///< Where its runs are kept, one result file and checkpoint a cell.
  std::vector<int> batch_sizes{1, 2, 3, 4, 6};  ///< 1 is always among them.
  std::vector<std::string> formats;             ///< Empty: the task's.
  std::vector<std::string> groupings;           ///< Empty: the task's.
  std::vector<std::string> models;              ///< Empty: the task's.
  int repeats = 1;                              ///< 1 to 100.
  double max_loss = 0.02;                       ///< Loss of accuracy that is allowed, 0 to 1.
};

/// Runs the grid over the same rows with the same exemplars, each cell with answers of its own, and
/// reports. A cell that came to its end is not run again; one that stopped goes on. A model that
/// cannot be asked (ErrorCode::unavailable) ends its own cells, and the other models go on; all
/// else that stops a cell ends the sweep. The report tells what there is. `overrides` win over the
/// task file in every cell. ErrorCode::usage before anything is sent: options, addresses, rows or
/// gold values that cannot be read, a folder in which another sweep bought something.
Expected<Report> sweep(const std::string& task_path, const TaskOverrides& overrides,
                       const SweepOptions& options);

}  // namespace sheaf
