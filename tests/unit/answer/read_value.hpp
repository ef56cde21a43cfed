// Rules and readings in one line, for the tests of this folder.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "answer/extract.hpp"
#include "core/json.hpp"
#include "task/task.hpp"

namespace sheaf::answer {

using Choices = std::vector<std::string>;

inline task::AnswerRule rule_of(task::AnswerType type) {
  task::AnswerRule rule;
  rule.type = type;
  return rule;
}

inline task::AnswerRule labels_of(Choices choices) {
  auto rule = rule_of(task::AnswerType::choice);
  rule.choices = std::move(choices);
  return rule;
}

inline task::AnswerRule letters_rule() {
  auto rule = rule_of(task::AnswerType::choice);
  rule.choices = task::ChoiceColumn{"choices"};
  return rule;
}

/// The value as JSON, or "refused: DETAIL".
inline std::string read(const task::AnswerRule& rule, std::string_view text,
                        const Choices& choices = {}) {
  const auto value = Extractor(rule).read(text, choices);
  return value ? json::dump(*value) : "refused: " + value.error().detail;
}

inline std::string read_gold(const task::AnswerRule& rule, std::string_view text,
                             const Choices& choices = {}) {
  const auto value = Extractor(rule).read_gold(text, choices);
  return value ? json::dump(*value) : "refused: " + value.error().detail;
}

inline std::string number(std::string_view text) {
  return read(rule_of(task::AnswerType::number), text);
}

inline std::string boolean(std::string_view text) {
  return read(rule_of(task::AnswerType::boolean), text);
}

}  // namespace sheaf::answer
