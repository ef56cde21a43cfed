// Published data sets as rows, and the configurations of the paper's own repository as tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

namespace sheaf {

struct ImportOptions {
  std::string set;                 ///< One of import_sets().
  std::vector<std::string> files;  ///< Of this set, in order; "-" is standard input.
  std::string output = "-";  ///< A file that is not there yet, or standard output (JSON Lines).
  std::optional<std::int64_t> limit;  ///< Only the first rows.
  bool paper = false;                 ///< Only the rows that the paper used.
  bool skip_bad_rows = false;         ///< Write them to OUTPUT.rejected and go on.
};

struct ImportSummary {
  std::int64_t rows = 0;
  std::int64_t bad_rows = 0;
  std::vector<std::string> notes;  ///< Where the rows differ from the paper's; one sentence each.
};

/// "commonsenseqa", "strategyqa", ...
std::vector<std::string> import_sets();

/// Turns the published form of a set into rows, one JSON object a line. A row without an answer, or
/// with one that is none of its choices, is an Error with "FILE:LINE: ..." unless bad rows are
/// skipped.
Expected<ImportSummary> import_rows(const ImportOptions& options);

struct UpstreamOptions {
  std::string config;  ///< An experiment configuration of the paper's repository (YAML).
  std::string output;  ///< The task file, which must not exist; its exemplars stand beside it.
  bool as_is = false;  ///< Keep the original's defects where a task can say them.
};

struct UpstreamSummary {
  std::string exemplars;                    ///< The file that was written beside the task.
  std::vector<std::string> kept;            ///< Defects of the original that the task has too.
  std::vector<std::string> repaired;        ///< Those that it has not.
  std::vector<std::string> not_reproduced;  ///< What a task cannot say.
  /// Of completions: whether the prompt begins with the bytes of the prompt file, stripped at the
  /// right.
  std::optional<bool> begins_with_file;
};

/// Writes the task of an experiment configuration and its prompt file, which is looked for beside
/// the configuration and in each folder above it and its `hub`. Errors are "FILE:LINE:COLUMN: ...".
Expected<UpstreamSummary> import_upstream(const UpstreamOptions& options);

}  // namespace sheaf
