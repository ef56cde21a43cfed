#include "task/render.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"

namespace sheaf::task {
namespace {

constexpr std::size_t longest_name = 60;
constexpr std::size_t most_letters = 26;

using Cell = std::expected<std::string, std::string>;

std::string shown_name(std::string_view name) {
  return "'" + text::display_safe(name, longest_name) + "'";
}

/// The text of a column; null is "".
Cell column_text(const json::Value& fields, const std::string& column) {
  const json::Value* cell = fields.find_path(column);
  if (cell == nullptr) return std::unexpected(no_column(column, fields));
  return cell_text(*cell);
}

Cell id_text(const json::Value& fields, const std::string& column) {
  const json::Value* cell = fields.find_path(column);
  if (cell == nullptr) return std::unexpected(no_column(column, fields));
  if (cell->array() != nullptr || cell->object() != nullptr) {
    return std::unexpected(
        fmt::format("the id in column {} is no text or number", shown_name(column)));
  }
  auto id = cell_text(*cell);
  if (id.empty()) return std::unexpected(fmt::format("no id in column {}", shown_name(column)));
  return id;
}

/// Absent, null and blank all say that the right answer is not known.
std::optional<std::string> gold_text(const json::Value& fields, const std::string& column) {
  const json::Value* cell = fields.find_path(column);
  if (cell == nullptr) return std::nullopt;
  auto gold = cell_text(*cell);
  if (text::trim(gold).empty()) return std::nullopt;
  return gold;
}

/// The list itself, or the one that a CSV cell writes as JSON.
std::expected<json::Array, std::string> choice_array(const json::Value& cell) {
  if (const auto* array = cell.array()) return *array;
  if (const auto* written = cell.string()) {
    const auto parsed = json::parse(*written);
    if (parsed && parsed->array() != nullptr) return *parsed->array();
  }
  return std::unexpected("is no list of choices; write a JSON list such as [\"red\", \"blue\"]");
}

std::expected<std::vector<std::string>, std::string> row_choices(const json::Value& cell) {
  const auto array = choice_array(cell);
  if (!array) return std::unexpected(array.error());
  if (array->empty()) return std::unexpected("holds no choice");
  if (array->size() > most_letters) {
    return std::unexpected(
        fmt::format("holds {} choices, more than the {} letters", array->size(), most_letters));
  }
  std::vector<std::string> choices;
  for (const auto& choice : *array) {
    auto shown = cell_text(choice);
    const bool nested = choice.array() != nullptr || choice.object() != nullptr;
    if (nested || text::trim(shown).empty()) {
      return std::unexpected(fmt::format("holds a choice that is empty or no text ({} of {})",
                                         choices.size() + 1, array->size()));
    }
    choices.push_back(std::move(shown));
  }
  return choices;
}

}  // namespace

std::string no_column(const std::string& name, const json::Value& fields) {
  constexpr std::size_t most_columns = 12;
  std::vector<std::string> names;
  if (const auto* members = fields.object()) {
    for (const auto& [column, cell] : *members) names.push_back(column);
  }
  const auto nearest = text::nearest(name, names);
  std::vector<std::string> listed;
  for (const auto& column : names) {
    if (listed.size() == most_columns) break;
    listed.push_back(text::display_safe(column, longest_name));
  }
  std::string out = fmt::format("no column {}", shown_name(name));
  if (nearest) out += fmt::format(" (did you mean {}?)", shown_name(*nearest));
  if (names.empty()) return out + "; the row has no columns";
  out += fmt::format("; the row has: {}", fmt::join(listed, ", "));
  if (names.size() > most_columns) out += fmt::format(" and {} more", names.size() - most_columns);
  return out;
}

std::expected<Shown, std::string> show(const Task& task, const json::Value& fields) {
  Shown shown;
  for (const auto& field : task.sample) {
    auto expanded = field.text.expand(fields);
    if (!expanded) return std::unexpected(no_column(expanded.error(), fields));
    shown.sample.fields.push_back({field.label, std::move(*expanded)});
  }
  const auto* own = std::get_if<ChoiceColumn>(&task.answer.choices);
  if (own == nullptr) return shown;
  const json::Value* cell = fields.find_path(own->column);
  if (cell == nullptr) return std::unexpected(no_column(own->column, fields));
  auto choices = row_choices(*cell);
  if (!choices) {
    return std::unexpected(fmt::format("column {} {}", shown_name(own->column), choices.error()));
  }
  shown.choices = std::move(*choices);
  shown.sample.fields.push_back({task.prompt.choices_label, lettered(shown.choices)});
  return shown;
}

std::expected<RenderedRow, std::string> render(const Task& task, const json::Value& fields) {
  RenderedRow row;
  auto shown = show(task, fields);
  if (!shown) return std::unexpected(std::move(shown.error()));
  row.sample = std::move(shown->sample);
  row.choices = std::move(shown->choices);
  if (task.id_column) {
    auto id = id_text(fields, *task.id_column);
    if (!id) return std::unexpected(std::move(id.error()));
    row.id = std::move(*id);
  }
  if (task.gold_column) row.gold = gold_text(fields, *task.gold_column);
  if (task.isolate_column) {
    auto group = column_text(fields, *task.isolate_column);
    if (!group) return std::unexpected(std::move(group.error()));
    row.isolate = std::move(*group);
  }
  return row;
}

std::string lettered(const std::vector<std::string>& choices) {
  std::string out;
  char letter = 'a';
  for (const auto& choice : choices) {
    if (!out.empty()) out.push_back(' ');
    out += fmt::format("({}) {}", letter++, choice);
  }
  return out;
}

std::vector<std::string> field_labels(const Task& task) {
  std::vector<std::string> labels;
  labels.reserve(task.sample.size() + 1);
  for (const auto& field : task.sample) labels.push_back(field.label);
  if (std::holds_alternative<ChoiceColumn>(task.answer.choices)) {
    labels.push_back(task.prompt.choices_label);
  }
  return labels;
}

}  // namespace sheaf::task
