// A plan for people.
#pragma once

#include <string>

#include <sheaf/plan.hpp>
#include <sheaf/task.hpp>

namespace sheaf::cli {

/// Ready to print: a table of sizes and ways, what it rests on, the advice, a whole prompt.
std::string plan_text(const Task& task, const PlanReport& report);

}  // namespace sheaf::cli
