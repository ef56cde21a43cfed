#include "prompt/contract.hpp"

#include <algorithm>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"

namespace sheaf::prompt {
namespace {

/// A bar where a choice's own comma would look like two choices.
std::string listed(const std::vector<std::string>& choices) {
  const bool comma = std::ranges::any_of(
      choices, [](const std::string& choice) { return choice.find(',') != choice.npos; });
  return fmt::format("{}", fmt::join(choices, comma ? " | " : ", "));
}

std::string boolean_form(const task::Task& task) {
  const auto [yes, no] = boolean_words(task);
  return fmt::format("{} or {}", yes, no);
}

std::string value_form(const task::Task& task) {
  switch (task.answer.type) {
    case task::AnswerType::number:
      return "a number, without unit or thousands separator";
    case task::AnswerType::boolean:
      return boolean_form(task);
    case task::AnswerType::text:
      return "the final answer alone";
    case task::AnswerType::choice:
      break;
  }
  if (const auto* fixed = std::get_if<std::vector<std::string>>(&task.answer.choices)) {
    return "one of: " + listed(*fixed);
  }
  return "the letter of the right answer choice";
}

/// The value as Python has it.
std::string python_form(const task::Task& task) {
  if (task.answer.type == task::AnswerType::number) return "a number";
  if (task.answer.type == task::AnswerType::boolean) return "True or False";
  if (task.answer.type == task::AnswerType::text) return "a string, the final answer alone";
  return "a string, " + value_form(task);
}

std::string program_contract(const task::Task& task, std::string_view subject) {
  return fmt::format(
      "{} is one Python program in a code block, which begins with the line ```python and "
      "ends with the line ```. The program finds the value, reads and prints nothing, imports "
      "nothing but math, and assigns the value to the variable ans: {}.",
      subject, python_form(task));
}

}  // namespace

std::pair<std::string_view, std::string_view> boolean_words(const task::Task& task) {
  const bool yes_no = std::ranges::any_of(task.exemplars, [](const task::Exemplar& exemplar) {
    return text::equals_fold_ascii(exemplar.value, "yes") ||
           text::equals_fold_ascii(exemplar.value, "no");
  });
  if (yes_no) return {"yes", "no"};
  return {"true", "false"};
}

std::string value_contract(const task::Task& task, format::Keys keys) {
  const std::string_view subject = keys == format::Keys::plain ? "The answer" : "Each answer";
  if (task.answer.reasoning == task::Reasoning::program) return program_contract(task, subject);
  if (task.answer.reasoning == task::Reasoning::chain_of_thought) {
    return fmt::format(
        "{} gives the reasoning first and ends with the sentence \"{} <value>.\", where <value> is "
        "{}.",
        subject, task.answer.marker, value_form(task));
  }
  if (task.answer.type == task::AnswerType::text) {
    return fmt::format("{} is just the text asked for.", subject);
  }
  return fmt::format("{} is just {}.", subject, value_form(task));
}

}  // namespace sheaf::prompt
