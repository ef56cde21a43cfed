// What eval and sweep do with what they measured.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include <sheaf/eval.hpp>

namespace sheaf::cli {

struct ReportFlags {
  std::string page;    ///< HTML; empty: none.
  std::string json;    ///< Empty: none; "-" is standard output, in place of the tables.
  std::string tables;  ///< A folder for CSV files; empty: none.
};

/// --report, --json, --csv.
void add_report_flags(CLI::App& command, ReportFlags& flags);

/// --max-loss, in points; kept as a share.
void add_max_loss_flag(CLI::App& command, double& max_loss);

/// Before anything is bought: whether the files asked for can be.
Expected<void> check_places(const ReportFlags& flags);

/// Prints the report and writes the files asked for; the exit code.
int deliver(const Report& report, const ReportFlags& flags);

}  // namespace sheaf::cli
