// What the system message says of an answer's form.
#pragma once

#include <string>

#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::prompt {

/// What an answer holds: one sentence, with a chain of thought the one that it ends with; of a
/// program, the block and the variable that its value is left in.
std::string value_contract(const task::Task& task, format::Keys keys);

}  // namespace sheaf::prompt
