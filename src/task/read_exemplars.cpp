#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "task/exemplar.hpp"
#include "task/file_text.hpp"
#include "task/readers.hpp"
#include "task/yaml_value.hpp"

namespace sheaf::task {
namespace {

void read_list(const Section& top, const YamlNode& node, Task& task) {
  for (const auto& item : node.items) {
    const std::string which = fmt::format("exemplar {}", task.exemplars.size() + 1);
    if (item.kind != YamlNode::Kind::mapping) {
      top.problems().add(item.at, fmt::format("{} must hold columns and an answer, not {}; write "
                                              "them as keys",
                                              which, kind_name(item.kind)));
      return;
    }
    const auto fields = to_json(item);
    if (!fields) return top.problems().add(fields.error().at, fields.error().reason);
    auto exemplar = make_exemplar(task, *fields);
    if (!exemplar) return top.problems().add(item.at, which + ": " + exemplar.error());
    task.exemplars.push_back(std::move(*exemplar));
  }
}

/// One line of an exemplar file; false when it is refused.
bool read_line(Problems& problems, const std::string& file, std::int64_t number,
               std::string_view line, Task& task) {
  const auto fields = json::parse(line, {.refuse_duplicate_keys = true});
  if (!fields) {
    problems.add_in(file, number, fields.error().offset + 1,
                    fmt::format("not valid JSON: {}; write one JSON object on each line",
                                text::display_safe(fields.error().reason, 200)));
    return false;
  }
  if (fields->object() == nullptr) {
    problems.add_in(file, number, std::nullopt,
                    "an exemplar is a JSON object; write its columns and its answer in {}");
    return false;
  }
  auto exemplar = make_exemplar(task, *fields);
  if (!exemplar) {
    problems.add_in(file, number, std::nullopt, exemplar.error());
    return false;
  }
  task.exemplars.push_back(std::move(*exemplar));
  return true;
}

void read_file(const Section& top, const std::string& written, Task& task) {
  const auto path = std::filesystem::path(task.path).parent_path() / written;
  if (path.extension() != ".jsonl") {
    return top.refuse("exemplars", fmt::format("is {}; name a .jsonl file or write a list",
                                               shown_value(written)));
  }
  const auto content = file_text(path);
  if (!content) {
    return top.refuse("exemplars",
                      fmt::format("{} {}; paths start at the task file's folder",
                                  text::display_safe(path.string(), 400), content.error()));
  }
  std::int64_t number = 0;
  for (const auto line : text::lines(*content)) {
    ++number;
    if (text::trim(line).empty()) continue;
    if (!read_line(top.problems(), path.string(), number, line, task)) return;
  }
  if (task.exemplars.empty()) {
    top.refuse("exemplars", fmt::format("{} holds no exemplar; write some, or remove the key",
                                        text::display_safe(path.string(), 400)));
  }
}

/// The column of an exemplar that tells how its answer is found.
std::string_view own_column(Reasoning reasoning) {
  if (reasoning == Reasoning::program) return "program";
  return reasoning == Reasoning::chain_of_thought ? "reasoning" : "answer";
}

/// The sample must not show what an exemplar gives away.
void check_columns(const Section& top, const Task& task) {
  for (const auto& field : task.sample) {
    for (const auto& column : field.text.columns()) {
      if (column != "answer" && column != own_column(task.answer.reasoning)) continue;
      top.refuse("sample", fmt::format("shows the column '{}', where each exemplar has its own "
                                       "answer; rename that column in rows and exemplars",
                                       column));
    }
  }
}

void warn_of_remainder(Task& task) {
  const auto size = static_cast<std::size_t>(task.batch.size);
  const std::size_t count = task.exemplars.size();
  if (count % size == 0) return;
  const std::string_view which = count < size ? "only" : "last";
  task.warnings.push_back(fmt::format("{} exemplars in groups of {}: the {} group holds {}", count,
                                      size, which, count % size));
}

}  // namespace

void read_exemplars(const Section& top, Task& task) {
  const YamlNode* node = top.find("exemplars");
  if (node == nullptr) return;
  check_columns(top, task);
  if (top.problems().any()) return;
  if (node->kind == YamlNode::Kind::sequence) {
    read_list(top, *node, task);
  } else if (const auto written = top.filled("exemplars")) {
    read_file(top, *written, task);
  }
  warn_of_remainder(task);
}

}  // namespace sheaf::task
