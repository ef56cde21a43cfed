// What the first replies of a run said of each sample: its stored replies, settled once more.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "eval/scored_run.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf::eval {

/// Fills `first` and what belongs to it in `rows`, whose rows as the task shows them are `shown`
/// (as many, in the same order). A row is found by its id among the checkpoint's rows.
Expected<void> add_first_answers(const task::Task& task, store::Checkpoint& store,
                                 std::span<const task::RenderedRow> shown,
                                 std::vector<ScoredRow>& rows);

/// The last prompt that a row was part of, its own part, and what came back.
struct LastExchange {
  std::string prompt;
  std::string reply;
};

/// Of the rows with these ids, in that order; empty where none is known.
Expected<std::vector<LastExchange>> last_exchanges(store::Checkpoint& store,
                                                   std::span<const std::string> ids);

}  // namespace sheaf::eval
