// A run that has nothing to do: the same rows, task and options as the run that its checkpoint
// completed, with the output as that run left it.
#pragma once

#include <optional>
#include <string>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>

#include "rows/read_digest.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf::api {

/// What a run that came to its end leaves in the checkpoint; nullopt where the next one could not
/// be known for the same by files alone (standard streams, a part of the rows, rows left out).
std::optional<store::CompletionMark> completion_mark(const task::Task& task,
                                                     const RunOptions& options,
                                                     const rows::ReadDigest& input,
                                                     const store::OutputMark& output,
                                                     const RunSummary& summary);

/// The summary of the run when it has nothing to do: every byte of rows and output was compared by
/// its digest. nullopt sends the caller the long way, which also tells what is wrong where
/// something is. Changes nothing.
std::optional<RunSummary> nothing_to_do(const task::Task& task, const RunOptions& options,
                                        const std::string& checkpoint_path);

}  // namespace sheaf::api
