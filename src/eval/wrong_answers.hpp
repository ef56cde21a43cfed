// Wrong answers worth looking at, beside what was asked.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "eval/cell.hpp"
#include "eval/report.hpp"
#include "eval/scored_run.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::eval {

inline constexpr std::size_t most_wrong_answers = 10;

/// Up to ten rows of `run` that are wrong or failed, with their last prompt and reply where `store`
/// is not null: first those that `single`, the run at b = 1, has right (null: none is known).
/// `numbers` are those of the report.
Expected<std::vector<WrongAnswer>> wrong_answers(const ScoredRun& run, const std::string& cell,
                                                 const Cell* single, RowNumbers& numbers,
                                                 store::Checkpoint* store);

}  // namespace sheaf::eval
