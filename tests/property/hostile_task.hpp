// Tasks whose labels want to be mistaken for one another, and rows whose texts want to be structure
// of just that task. Both go the product's own way: task::parse and task::render.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "answer/extract.hpp"
#include "core/json.hpp"
#include "dice.hpp"
#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::hostile {

struct HostileTask {
  std::string yaml;
  task::Task task;
  std::unique_ptr<format::BatchFormat> format;
  answer::Extractor extractor;
  std::vector<std::string> choices;  ///< The fixed ones.
  std::size_t columns = 0;           ///< "c0", "c1", ...: what rows need, besides "options".
  std::vector<std::string> fragments;
};

/// What the answers are.
enum class Answers { texts, programs };

/// One to four fields, any answer type; texts with or without reasoning, or programs; labels of one
/// family (one a prefix of another, digits, spaces, other alphabets) or of several.
HostileTask make_task(Dice& dice, std::string_view format_name, Answers answers = Answers::texts);

/// Pieces of text that are structure in a prompt of this task: every label, in every writing of a
/// key, for keys of the batch and beyond it; line ends of every kind; escapes; templates.
std::vector<std::string> fragments_for(const std::vector<std::string>& labels);

/// Whether such a piece may hold this key of a batch. Where a row's text holds a key and what an
/// answer says first, that answer and the one before it may be a quotation of the row.
bool may_quote(std::size_t key);

/// At most `pieces` of them.
std::string text_of(Dice& dice, const std::vector<std::string>& fragments, std::size_t pieces);

/// A row with every column of the task, its texts hostile, empty, null, numbers of 40 digits or
/// nested JSON. `options` is its own list of choices.
json::Value make_row(Dice& dice, const HostileTask& task, const std::vector<std::string>& options);

}  // namespace sheaf::hostile
