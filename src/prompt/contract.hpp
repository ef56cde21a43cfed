// What the system message says of an answer's form.
#pragma once

#include <string>

#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::prompt {

/// One sentence: what an answer holds, and with reasoning the sentence it ends with.
std::string value_contract(const task::Task& task, format::Keys keys);

}  // namespace sheaf::prompt
