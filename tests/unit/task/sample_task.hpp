// Task files for tests: a smallest one that loads, and what becomes of a changed one.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "task/task.hpp"

namespace sheaf::task {

/// Five required keys and nothing else. The answer section stands last, so that lines can follow.
inline std::string smallest() {
  return "name: n\n"
         "instruction: i\n"
         "sample: {Q: \"{{q}}\"}\n"
         "model: {name: m}\n"
         "answer: {type: text}\n";
}

/// The smallest task with one of its lines ("answer", "model", ...) replaced, or a line added.
inline std::string with(std::string_view line, std::string yaml = smallest()) {
  const std::string_view key = line.substr(0, line.find(':') + 1);
  const std::string marked = "\n" + yaml;
  const std::size_t at = marked.find("\n" + std::string(key));
  if (at == std::string::npos) return yaml + std::string(line) + "\n";
  const std::size_t end = yaml.find('\n', at);
  return yaml.replace(at, end - at, line);
}

/// Stands in for the real check, which belongs to another layer.
inline std::expected<void, std::string> check_one_group(const std::string& pattern) {
  if (pattern.find('(') != std::string::npos) return {};
  return std::unexpected("has no group; put the value in (...)");
}

inline Expected<Task> parsed(const std::string& yaml, const Overrides& overrides = {}) {
  return parse(yaml, "task.yaml", {check_one_group}, overrides);
}

/// The task; a test that expected one ends here otherwise.
inline Task loaded(const std::string& yaml, const Overrides& overrides = {}) {
  auto task = parsed(yaml, overrides);
  if (!task) throw std::runtime_error(task.error().message);
  return std::move(*task);
}

/// The message that refuses it; "" when it loads.
inline std::string refusal(const std::string& yaml, const Overrides& overrides = {}) {
  const auto task = parsed(yaml, overrides);
  return task ? "" : task.error().message;
}

inline json::Value object(std::string_view text) {
  auto value = json::parse(text);
  if (!value) throw std::runtime_error("no JSON: " + std::string(text));
  return std::move(*value);
}

}  // namespace sheaf::task
