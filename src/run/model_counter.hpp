// The counter of a task's model.
#pragma once

#include <string>
#include <string_view>

#include <sheaf/error.hpp>

#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// How the tokens of a task's model are told.
struct ModelCounter {
  tokens::Counter counter;
  std::string tokenizer;  ///< The encoding's name or the file's, as written; empty: estimated.
};

/// By the task's `model.tokenizer`, an encoding or a file beside the task; else by `encoding`, the
/// model's own ("": not known), if this build holds its table; else estimated. Fails with
/// ErrorCode::usage where what the task names is no tokenizer.
Expected<ModelCounter> model_counter(const task::Task& task, std::string_view encoding);

}  // namespace sheaf::run
