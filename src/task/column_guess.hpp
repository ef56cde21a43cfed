// What the columns of a table are for, guessed from their names and first values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "task/task.hpp"

namespace sheaf::task {

struct ColumnGuess {
  std::optional<std::string> id;             ///< Named like one, and different in every row.
  std::optional<std::string> gold;           ///< Named like an answer, or of few different values.
  std::optional<std::string> choice_column;  ///< Holds lists of 2 to 26 choices.
  AnswerType type = AnswerType::text;
  std::vector<std::string> choices;  ///< Values of the gold column when they are few.
  std::vector<std::string> shown;  ///< What the sample shows; at least one where a name allows it.
};

ColumnGuess guess_columns(const std::vector<std::string>& columns,
                          std::span<const json::Value> rows);

/// Whether a list of texts can stand as `answer.choices`.
bool can_be_choices(const std::vector<std::string>& texts);

}  // namespace sheaf::task
