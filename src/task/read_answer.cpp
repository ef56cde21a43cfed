#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "format/label.hpp"
#include "task/readers.hpp"

namespace sheaf::task {
namespace {

constexpr std::array<Word<AnswerType>, 4> types{{{"choice", AnswerType::choice},
                                                 {"number", AnswerType::number},
                                                 {"boolean", AnswerType::boolean},
                                                 {"text", AnswerType::text}}};
constexpr std::array<Word<Reasoning>, 2> reasonings{
    {{"none", Reasoning::none}, {"chain-of-thought", Reasoning::chain_of_thought}}};

constexpr Range token_range{1, 1'000'000};

std::int64_t default_max_tokens(const AnswerRule& rule) {
  if (rule.reasoning == Reasoning::chain_of_thought) return 256;
  return rule.type == AnswerType::text ? 64 : 16;
}

/// Why a list of choices cannot be told apart; empty when it can.
std::string choice_fault(const std::string& choice, const std::vector<std::string>& before) {
  if (text::trim(choice).empty()) return "has an empty choice; write its text";
  const std::string shown = "'" + text::display_safe(choice, 60) + "'";
  if (text::trim(choice) != choice || text::display_safe(choice, choice.size()) != choice) {
    return fmt::format("has a choice with a space at its end or a line break, {}; remove it",
                       shown);
  }
  for (const auto& other : before) {
    if (other == choice) return fmt::format("has {} twice; keep one of them", shown);
    if (text::equals_fold_ascii(other, choice)) {
      return fmt::format("has '{}' and {}, which differ in case alone; case is not told apart",
                         other, shown);
    }
  }
  return {};
}

std::vector<std::string> choice_list(const Section& answer, const YamlNode& node) {
  std::vector<std::string> choices;
  for (const auto& item : node.items) {
    std::string fault;
    if (item.kind == YamlNode::Kind::null) {
      fault = "has a null among its choices; put a text such as \"null\" in quotes";
    } else if (item.kind != YamlNode::Kind::scalar) {
      fault = fmt::format("has {} among its choices; write each as text", kind_name(item.kind));
    } else {
      fault = choice_fault(item.text, choices);
    }
    if (!fault.empty()) {
      answer.problems().add(item.at, fmt::format("'{}' {}", answer.name_of("choices"), fault));
    }
    choices.push_back(item.text);
  }
  if (choices.size() < 2) answer.refuse("choices", "needs at least two texts; add them");
  return choices;
}

void read_choices(const Section& answer, AnswerRule& rule) {
  const YamlNode* node = answer.find("choices");
  if (node == nullptr) {
    if (rule.type == AnswerType::choice) {
      answer.missing("choices",
                     "a list such as [yes, no], or the column that holds each row's own");
    }
    return;
  }
  if (rule.type != AnswerType::choice) {
    answer.refuse("choices",
                  "stands beside a type that has none; remove it, or write type: choice");
  } else if (node->kind == YamlNode::Kind::sequence) {
    rule.choices = choice_list(answer, *node);
  } else if (const auto column = answer.filled("choices")) {
    rule.choices = ChoiceColumn{*column};
  }
}

void read_pattern(const Section& answer, const PatternCheck& check, AnswerRule& rule) {
  rule.pattern = answer.text("pattern");
  if (!rule.pattern) return;
  if (const auto good = check(*rule.pattern); !good) {
    answer.refuse("pattern", text::display_safe(good.error(), 300));
  }
}

/// Refuses a label that could be taken for one that stands already.
std::string clash(std::string_view label, const Task& task) {
  if (format::same_label(label, task.answer.label)) {
    return "is the answer's label too; give one of them another name";
  }
  if (std::holds_alternative<ChoiceColumn>(task.answer.choices) &&
      format::same_label(label, task.prompt.choices_label)) {
    return "is printed above each row's own choices; give it another name";
  }
  for (const auto& field : task.sample) {
    if (format::same_label(label, field.label)) {
      return fmt::format("reads like '{}' (case and spaces aside); give it another name",
                         field.label);
    }
  }
  return {};
}

void read_field(const Section& top, const YamlEntry& entry, Task& task) {
  const auto refuse = [&](Position at, std::string_view rest) {
    top.problems().add(
        at, fmt::format("sample label '{}' {}", text::display_safe(entry.key, 60), rest));
  };
  if (const auto fault = format::label_fault(entry.key); !fault.empty())
    refuse(entry.key_at, fault);
  if (const auto fault = clash(entry.key, task); !fault.empty()) refuse(entry.key_at, fault);
  if (entry.value.kind != YamlNode::Kind::scalar) {
    refuse(entry.value.kind == YamlNode::Kind::null ? entry.key_at : entry.value.at,
           fmt::format("needs a template, not {}; write it in quotes, such as \"{{{{text}}}}\"",
                       kind_name(entry.value.kind)));
    return;
  }
  auto parsed = Template::parse(entry.value.text);
  if (!parsed) {
    refuse(entry.value.at, fmt::format("{} at character {}; write {{{{column}}}}",
                                       parsed.error().reason, parsed.error().offset + 1));
    return;
  }
  task.sample.push_back({entry.key, std::move(*parsed)});
}

}  // namespace

void read_answer(const Section& answer, const PatternCheck& check_pattern, Task& task) {
  AnswerRule& rule = task.answer;
  const auto type = answer.one_of("type", types);
  if (answer.find("type") == nullptr) answer.missing("type", "choice, number, boolean or text");
  rule.type = type.value_or(AnswerType::text);
  rule.reasoning = answer.one_of("reasoning", reasonings).value_or(Reasoning::none);
  if (const auto label = answer.text("label")) {
    rule.label = *label;
    if (const auto fault = format::label_fault(*label); !fault.empty())
      answer.refuse("label", fault);
  }
  if (type) read_choices(answer, rule);
  if (std::holds_alternative<ChoiceColumn>(rule.choices) &&
      format::same_label(rule.label, task.prompt.choices_label)) {
    answer.refuse("label", "is printed above each row's own choices; give it another name");
  }
  if (const auto marker = answer.filled("marker")) rule.marker = text::trim(*marker);
  if (text::display_safe(rule.marker, rule.marker.size()) != rule.marker) {
    answer.refuse("marker", "holds a line break or control character; remove it");
  }
  read_pattern(answer, check_pattern, rule);
  rule.max_tokens = answer.whole("max_tokens", token_range).value_or(default_max_tokens(rule));
}

void read_sample(const Section& top, Task& task) {
  const YamlNode* node = top.find("sample");
  constexpr const char* example = "labels and templates, such as Message: \"{{text}}\"";
  if (node == nullptr) return top.missing("sample", example);
  if (node->kind != YamlNode::Kind::mapping) {
    return top.refuse("sample", fmt::format("must hold {}, not {}; write them below it", example,
                                            kind_name(node->kind)));
  }
  if (node->entries.empty()) top.refuse("sample", fmt::format("is empty; write {}", example));
  for (const auto& entry : node->entries) read_field(top, entry, task);
  const auto names_column = [](const SampleField& field) { return !field.text.columns().empty(); };
  if (!std::ranges::any_of(task.sample, names_column)) {
    top.refuse("sample", "shows no column, so that all rows look alike; write {{column}} in it");
  }
}

}  // namespace sheaf::task
