#include "task/exemplar.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "format/label.hpp"
#include "task/problems.hpp"
#include "task/render.hpp"

namespace sheaf::task {
namespace {

using Value = std::expected<std::string, std::string>;

std::string shown(std::string_view answer) { return "'" + text::display_safe(answer, 60) + "'"; }

Value answer_text(const json::Value& fields) {
  const json::Value* answer = fields.find("answer");
  if (answer == nullptr || answer->is_null()) {
    return std::unexpected("no 'answer'; write the right answer under that name");
  }
  if (answer->array() != nullptr || answer->object() != nullptr) {
    return std::unexpected("'answer' is no text, number or boolean; write one value");
  }
  auto written = cell_text(*answer);
  const std::string_view trimmed = text::trim(written);
  if (trimmed.empty()) return std::unexpected("'answer' is empty; write the right answer");
  return std::string(trimmed);
}

Value listed_choice(const std::vector<std::string>& choices, const std::string& answer) {
  const auto found = std::ranges::find_if(
      choices, [&](const std::string& choice) { return text::equals_fold_ascii(choice, answer); });
  if (found != choices.end()) return *found;
  return std::unexpected(fmt::format("answer {} is no choice of the task; write {}", shown(answer),
                                     text::display_safe(any_of(choices), 200)));
}

/// The letter of "b", "B" or "(b)", in lower case.
Value letter(std::size_t choices, const std::string& answer) {
  std::string bare = text::fold_ascii(answer);
  if (bare.size() == 3 && bare.front() == '(' && bare.back() == ')') bare = bare.substr(1, 1);
  const char last = static_cast<char>('a' + static_cast<int>(choices) - 1);
  if (bare.size() == 1 && bare.front() >= 'a' && bare.front() <= last) return bare;
  return std::unexpected(fmt::format(
      "answer {} is no letter of its choices; write one from a to {}", shown(answer), last));
}

Value checked_value(const AnswerRule& rule, std::size_t own_choices, const std::string& answer) {
  if (const auto* choices = std::get_if<std::vector<std::string>>(&rule.choices)) {
    return listed_choice(*choices, answer);
  }
  if (std::holds_alternative<ChoiceColumn>(rule.choices)) return letter(own_choices, answer);
  constexpr std::array<std::string_view, 4> booleans{"true", "false", "yes", "no"};
  const bool is_boolean = std::ranges::find(booleans, text::fold_ascii(answer)) != booleans.end();
  if (rule.type == AnswerType::boolean && !is_boolean) {
    return std::unexpected(
        fmt::format("answer {} is no boolean; write true, false, yes or no", shown(answer)));
  }
  const bool has_digit = answer.find_first_of("0123456789") != std::string::npos;
  if (rule.type == AnswerType::number && !has_digit) {
    return std::unexpected(
        fmt::format("answer {} is no number; write it in digits", shown(answer)));
  }
  return answer;
}

Value reasoning_text(const json::Value& fields) {
  const json::Value* reasoning = fields.find("reasoning");
  const auto* written = reasoning == nullptr ? nullptr : reasoning->string();
  if (written == nullptr || text::trim(*written).empty()) {
    return std::unexpected(
        "no 'reasoning', which answer.reasoning: chain-of-thought needs; write how the answer is "
        "found, without the closing sentence");
  }
  return std::string(text::trim(*written));
}

std::string closing_sentence(const AnswerRule& rule, std::string_view printed_value) {
  const std::string_view full_stop = printed_value.ends_with('.') ? "" : ".";
  return fmt::format("{} {}{}", rule.marker, printed_value, full_stop);
}

/// The texts of {"fields": {LABEL: TEXT, ...}}, as many as the task's own.
std::expected<format::SampleText, std::string> printed_fields(const json::Value& fields,
                                                              std::size_t count) {
  if (fields.object() == nullptr || fields.object()->size() != count) {
    return std::unexpected(
        fmt::format("'printed.fields' must hold {} labels, each with its text", count));
  }
  format::SampleText sample;
  for (const auto& [label, text] : *fields.object()) {
    if (const auto fault = format::label_fault(label); !fault.empty()) {
      return std::unexpected(fmt::format("label {} in 'printed.fields' {}", shown(label), fault));
    }
    if (text.string() == nullptr) {
      return std::unexpected(fmt::format("{} in 'printed.fields' is no text", shown(label)));
    }
    sample.fields.push_back({label, *text.string()});
  }
  return sample;
}

/// What an exemplar says of its own wording, over what the task makes of its columns.
std::expected<void, std::string> take_printed(const json::Value& printed, Exemplar& exemplar) {
  for (const auto& [name, value] : *printed.object()) {
    if (name == "fields") {
      auto sample = printed_fields(value, exemplar.sample.fields.size());
      if (!sample) return std::unexpected(std::move(sample.error()));
      exemplar.sample = std::move(*sample);
    } else if (name == "answer" && value.string() != nullptr) {
      exemplar.answer = *value.string();
      exemplar.prints_answer = true;
    } else {
      return std::unexpected(fmt::format(
          "{} in 'printed' is not understood; write fields and answer there", shown(name)));
    }
  }
  return {};
}

/// The member `printed`, where it is the exemplar's wording and no column's text.
const json::Value* printed_of(const json::Value& fields) {
  const json::Value* printed = fields.find("printed");
  return printed != nullptr && printed->object() != nullptr ? printed : nullptr;
}

/// The printed answer of the task's making: the value, or reasoning, marker and value.
std::expected<void, std::string> print_answer(const Task& task, const json::Value& fields,
                                              Exemplar& exemplar) {
  const bool is_letter = std::holds_alternative<ChoiceColumn>(task.answer.choices);
  exemplar.answer = is_letter ? "(" + exemplar.value + ")" : exemplar.value;
  if (task.answer.reasoning == Reasoning::none) return {};
  auto reasoning = reasoning_text(fields);
  if (!reasoning) return std::unexpected(std::move(reasoning.error()));
  exemplar.reasoning = std::move(*reasoning);
  exemplar.answer =
      fmt::format("{} {}", exemplar.reasoning, closing_sentence(task.answer, exemplar.answer));
  return {};
}

}  // namespace

std::expected<Exemplar, std::string> make_exemplar(const Task& task, const json::Value& fields) {
  auto columns = show(task, fields);
  if (!columns) return std::unexpected(std::move(columns.error()));
  const auto answer = answer_text(fields);
  if (!answer) return std::unexpected(answer.error());
  auto value = checked_value(task.answer, columns->choices.size(), *answer);
  if (!value) return std::unexpected(std::move(value.error()));

  Exemplar exemplar;
  exemplar.sample = std::move(columns->sample);
  exemplar.value = std::move(*value);
  const json::Value* printed = printed_of(fields);
  if (printed != nullptr) {
    if (auto done = take_printed(*printed, exemplar); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  if (exemplar.prints_answer) return exemplar;
  if (auto done = print_answer(task, fields, exemplar); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return exemplar;
}

}  // namespace sheaf::task
