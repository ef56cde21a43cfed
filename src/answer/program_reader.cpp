#include "answer/program_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "answer/decimal.hpp"
#include "core/text.hpp"
#include "format/fences.hpp"

namespace sheaf::answer {
namespace {

using Value = std::expected<json::Value, Unreadable>;

constexpr std::size_t most_shown = 80;

std::unexpected<Unreadable> no_value(std::string detail) {
  return std::unexpected(Unreadable{std::move(detail)});
}

/// Without the spaces and tabs that every line with a text begins with.
std::string dedented(std::string_view code) {
  std::optional<std::string_view> common;
  const auto lines = text::lines(code);
  for (const auto line : lines) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == line.npos) continue;
    const auto indentation = line.substr(0, begin);
    if (!common) common = indentation;
    const auto differ = std::ranges::mismatch(*common, indentation).in1;
    common = common->substr(0, static_cast<std::size_t>(differ - common->begin()));
  }
  std::string out;
  for (const auto line : lines) {
    const bool cut = common && line.starts_with(*common);
    out.append(line.substr(cut ? common->size() : 0)).push_back('\n');
  }
  return out;
}

bool begins_assignment(std::string_view line) {
  if (!line.starts_with("ans")) return false;
  const std::size_t sign = line.find_first_not_of(" \t", 3);
  return sign != line.npos && line[sign] == '=' && !line.substr(sign).starts_with("==");
}

bool begins_definition(std::string_view line) {
  return line.starts_with("def solution(") || line.starts_with("def solver(");
}

std::string_view bare_letter(std::string_view text) {
  const bool in_brackets = text.size() == 3 && text.front() == '(' && text.back() == ')';
  return in_brackets ? text.substr(1, 1) : text;
}

/// The letter of the one choice that `text` is, by its letter or its own words.
Value letter_of(std::string_view text, std::span<const std::string> choices) {
  std::optional<std::size_t> found;
  bool several = false;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const std::string letter(1, static_cast<char>('a' + i));
    const bool named = text::equals_fold_ascii(bare_letter(text), letter) ||
                       text::equals_fold_ascii(text, text::trim(choices[i]));
    several |= named && found;
    if (named) found = i;
  }
  if (several) return no_value("has a program whose value names two choices");
  if (found) return json::Value(std::string(1, static_cast<char>('a' + *found)));
  return no_value("has a program whose value is no choice");
}

Value fixed_choice(std::string_view text, const std::vector<std::string>& choices) {
  const auto found = std::ranges::find_if(
      choices, [&](const std::string& choice) { return text::equals_fold_ascii(choice, text); });
  if (found == choices.end()) return no_value("has a program whose value is no choice");
  return json::Value(*found);
}

Value number_of(const program::Result& result) {
  if (result.kind != program::Kind::integer && result.kind != program::Kind::real) {
    return no_value("has a program whose value is no number");
  }
  const auto number = parse_decimal(result.text);
  if (!number) return no_value("has a program whose value is no finite number");
  return to_json(*number);
}

Value boolean_of(std::string_view text) {
  constexpr std::array<std::string_view, 4> words{"true", "yes", "false", "no"};
  const auto* const found = std::ranges::find(words, text::fold_ascii(text));
  if (found == words.end()) return no_value("has a program whose value is no boolean");
  return json::Value(found < words.begin() + 2);
}

}  // namespace

std::size_t count_fences(std::string_view text) { return format::find_fences(text).size(); }

std::string outside_fences(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for (const auto& fence : format::find_fences(text)) {
    out.append(text, copied, fence.begin - copied);
    copied = fence.end;
  }
  return out.append(text, copied);
}

bool sets_value_often(std::string_view text) {
  std::ptrdiff_t times = 0;
  for (const auto& fence : format::find_fences(text)) {
    const std::string code = dedented(fence.code);
    times += std::ranges::count_if(text::lines(code), [](std::string_view line) {
      return begins_assignment(line) || begins_definition(line);
    });
  }
  return times > 1;
}

ProgramReader::ProgramReader(const task::AnswerRule& rule) : rule_(rule) {
  if (rule.program_failure != task::ProgramFailure::text) return;
  auto plain = rule;
  plain.reasoning = task::Reasoning::chain_of_thought;
  outside_.emplace(plain);
}

Value ProgramReader::read(std::string_view text, std::span<const std::string> choices) const {
  const auto fences = format::find_fences(text);
  if (fences.empty()) return no_value("has no program in a code fence");
  if (fences.size() > 1) return no_value("has several code fences, of which one may be another's");
  if (!fences.front().closed) return no_value("has a code fence that is not closed");
  const auto result = program::run(dedented(fences.front().code), {.steps = rule_.program_steps});
  if (!result) return no_value("has a program that fails: " + result.error().what);
  auto value = value_of(*result, choices);
  if (!value) {
    value.error().detail += fmt::format(": \"{}\"", text::display_safe(result->text, most_shown));
  }
  return value;
}

bool ProgramReader::may_read_outside(std::string_view text) const {
  const auto fences = format::find_fences(text);
  return outside_ && (fences.empty() || (fences.size() == 1 && fences.front().closed));
}

Value ProgramReader::read_or_outside(std::string_view text,
                                     std::span<const std::string> choices) const {
  auto value = read(text, choices);
  if (value || !may_read_outside(text)) return value;
  auto outside = outside_->read(outside_fences(text), choices);
  if (!outside) return no_value(neither(value.error(), outside.error().detail));
  return outside;
}

std::string ProgramReader::neither(const Unreadable& program, std::string_view outside) {
  return fmt::format("{}, and outside its fence {}", program.detail, outside);
}

Value ProgramReader::value_of(const program::Result& result,
                              std::span<const std::string> choices) const {
  const auto text = text::trim(result.text);
  switch (rule_.type) {
    case task::AnswerType::number:
      return number_of(result);
    case task::AnswerType::boolean:
      return boolean_of(text);
    case task::AnswerType::choice:
      break;
    case task::AnswerType::text:
      if (text.empty()) return no_value("has a program whose value is an empty text");
      return json::Value(text);
  }
  const auto* fixed = std::get_if<std::vector<std::string>>(&rule_.choices);
  return fixed == nullptr ? letter_of(text, choices) : fixed_choice(text, *fixed);
}

}  // namespace sheaf::answer
