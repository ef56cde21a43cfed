// Any bytes as a task file: refused in one printable line, or a task that renders a row and has
// identities.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "answer/extract.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "require.hpp"
#include "task/task.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

bool is_plain(const std::string& name) { return name.find('.') == std::string::npos; }

/// A row that has every column the task names; nothing where a name reaches into a column.
std::optional<json::Value> row_for(const task::Task& task) {
  std::vector<std::string> names;
  for (const auto& field : task.sample) {
    const auto columns = field.text.columns();
    names.insert(names.end(), columns.begin(), columns.end());
  }
  for (const auto& name : {task.id_column, task.gold_column, task.isolate_column}) {
    if (name) names.push_back(*name);
  }
  const auto* column = std::get_if<task::ChoiceColumn>(&task.answer.choices);
  if (column != nullptr) names.push_back(column->column);
  if (!std::ranges::all_of(names, is_plain)) return std::nullopt;
  std::ranges::sort(names);
  const auto doubled = std::ranges::unique(names);
  names.erase(doubled.begin(), doubled.end());
  json::Object row;
  for (const auto& name : names) {
    const bool is_list = column != nullptr && name == column->column;
    row.emplace_back(name, is_list ? *json::parse(R"(["bank","library"])") : json::Value("text"));
  }
  return json::Value(std::move(row));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string yaml(reinterpret_cast<const char*>(data), size);
  const auto task = task::parse(yaml, "task.yaml", {.pattern = answer::check_pattern});
  if (!task) {
    const auto& message = task.error().message;
    require(!message.empty() && text::display_safe(message, message.size()) == message);
    return 0;
  }
  require(task->batch.size >= 1 && task->batch.size <= 1000 && !task->endpoints.empty());
  require(task::request_identity(*task) == task::request_identity(*task));
  require(task::make_format(*task) != nullptr);
  if (const auto row = row_for(*task)) {
    const auto rendered = task::render(*task, *row);
    require(rendered.has_value() && rendered->sample.fields.size() >= task->sample.size());
  }
  return 0;
}
