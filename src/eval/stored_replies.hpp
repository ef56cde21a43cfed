// Stored or foreign replies, scored without a run: who was asked stands beside each.
#pragma once

#include <string>

#include <sheaf/error.hpp>

#include "eval/row_table.hpp"
#include "eval/scored_run.hpp"
#include "task/task.hpp"

namespace sheaf::eval {

/// Settles the replies of `replies`, a file of lines {"text", "ids"} and optionally
/// "finish_reason": "ids" are the rows of the prompt in its order, among those of `table`. A row's
/// first reply is its first answer, the first that answers it counts; a row that no reply names is
/// not scored. Errors are ErrorCode::usage with "FILE:LINE: ...".
Expected<ScoredRun> score_replies(const task::Task& task, const std::string& replies,
                                  const RowTable& table);

}  // namespace sheaf::eval
