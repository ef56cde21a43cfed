// What the system message says of an answer's form.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::prompt {

/// What an answer holds: one sentence, with a chain of thought the one that it ends with; of a
/// program, the block and the variable that its value is left in.
std::string value_contract(const task::Task& task, format::Keys keys);

/// The words of a boolean answer: those that the exemplars answer with.
std::pair<std::string_view, std::string_view> boolean_words(const task::Task& task);

}  // namespace sheaf::prompt
