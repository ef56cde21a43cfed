// The table that closes a run.
#pragma once

#include <string>

#include <sheaf/run.hpp>
#include <sheaf/task.hpp>

namespace sheaf::cli {

/// Ready to print. Says what became of the rows, what that took, what was planned, and what one
/// request per row would have taken; estimates after the fact are marked with an asterisk.
std::string summary_table(const Task& task, const RunSummary& summary);

}  // namespace sheaf::cli
