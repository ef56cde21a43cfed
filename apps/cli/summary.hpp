// The table that closes a run.
#pragma once

#include <string>

#include <sheaf/requests.hpp>
#include <sheaf/run.hpp>
#include <sheaf/task.hpp>

namespace sheaf::cli {

/// Ready to print. Says what became of the rows, what that took, what was planned, and what one
/// request per row would have taken; estimates after the fact are marked with an asterisk.
std::string summary_table(const Task& task, const RunSummary& summary);

/// The same of requests, with how many shared prompts, and why the others did not.
std::string summary_table(const Requests& requests, const RequestsSummary& summary);

}  // namespace sheaf::cli
