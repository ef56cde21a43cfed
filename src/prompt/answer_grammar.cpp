#include "prompt/answer_grammar.hpp"

#include <map>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/gbnf.hpp"
#include "prompt/contract.hpp"

namespace sheaf::prompt {
namespace {

/// An answer is never empty: its first character says something.
constexpr std::string_view line_rule = R"([^ \t\r\n] [^\r\n]*)";

std::string literal(std::string_view text) { return fmt::format("\"{}\"", escaped_for_gbnf(text)); }

std::string alternatives(const std::vector<std::string>& texts) {
  std::vector<std::string> literals;
  for (const auto& text : texts) literals.push_back(literal(text));
  return fmt::format("({})", fmt::join(literals, " | "));
}

/// The last letter of a row's own choices; a later one where a choice's text looks like one more.
char last_letter(const format::SampleText& sample) {
  const std::string_view text = sample.fields.back().text;
  char last = 'a';
  std::size_t at = 0;
  for (char letter = 'b'; letter <= 'z'; ++letter) {
    at = text.find(fmt::format(" ({}) ", letter), at);
    if (at == text.npos) break;
    last = letter;
  }
  return last;
}

std::string value_rule(const task::Task& task, const format::SampleText& sample) {
  switch (task.answer.type) {
    case task::AnswerType::number:
      return R"("-"? [0-9]{1,15} ("." [0-9]{1,9})?)";
    case task::AnswerType::boolean: {
      const auto [yes, no] = boolean_words(task);
      return alternatives({std::string(yes), std::string(no)});
    }
    case task::AnswerType::text:
      return std::string(line_rule);
    case task::AnswerType::choice:
      break;
  }
  if (const auto* fixed = std::get_if<std::vector<std::string>>(&task.answer.choices)) {
    return alternatives(*fixed);
  }
  return fmt::format(R"x("(" [a-{}] ")")x", last_letter(sample));
}

std::string answer_rule(const task::Task& task, const format::SampleText& sample) {
  if (task.answer.reasoning == task::Reasoning::none) return value_rule(task, sample);
  return fmt::format(R"(({} " ")? {} ({}) ".")", line_rule, literal(task.answer.marker + " "),
                     value_rule(task, sample));
}

}  // namespace

std::string answer_grammar(const task::Task& task, const format::BatchFormat& format,
                           std::span<const format::SampleText> samples, format::Keys keys,
                           bool primed) {
  std::map<std::string, std::string> names;
  std::vector<std::string> rules;
  for (const auto& sample : samples) {
    const auto name = fmt::format("answer{}", names.size() + 1);
    rules.push_back(names.emplace(answer_rule(task, sample), name).first->second);
  }
  std::string grammar = format.grammar(rules, keys, primed);
  for (const auto& [rule, name] : names) grammar += fmt::format("{} ::= {}\n", name, rule);
  return grammar;
}

}  // namespace sheaf::prompt
