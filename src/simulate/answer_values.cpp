#include "simulate/answer_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/json.hpp"
#include "core/text.hpp"

namespace sheaf::simulate {
namespace {

using task::AnswerType;

bool answers_yes_or_no(const task::Exemplar& exemplar) {
  return text::equals_fold_ascii(exemplar.value, "yes") ||
         text::equals_fold_ascii(exemplar.value, "no");
}

std::string with_line_feeds(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out.push_back('\n');
    }
  }
  return out;
}

std::string letter(std::uint64_t index) { return std::string(1, static_cast<char>('a' + index)); }

/// An index below `count` that is not `not_this`; count > 1.
std::size_t other_index(std::size_t count, std::size_t not_this, Random& random) {
  const auto drawn = static_cast<std::size_t>(random.below(count - 1));
  return drawn < not_this ? drawn : drawn + 1;
}

std::optional<std::int64_t> integer_of(std::string_view digits) {
  constexpr std::int64_t large = 1'000'000'000'000'000;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value > -large && value < large ? std::optional(value) : std::nullopt;
}

std::string number_near(std::string_view value, Random& random) {
  constexpr std::array<std::int64_t, 8> steps{1, -1, 2, -2, 5, -5, 10, -10};
  if (const auto integer = integer_of(value)) {
    return std::to_string(*integer + steps[random.below(steps.size())]);
  }
  std::string near(value);
  const auto digit = near.find_first_of("123456789");
  if (digit == near.npos) return near + "1";
  near[digit] =
      static_cast<char>('1' + other_index(9, static_cast<std::size_t>(near[digit] - '1'), random));
  return near;
}

std::string word(Random& random) {
  constexpr std::string_view consonants = "bdfgklmnprst";
  constexpr std::string_view vowels = "aeiou";
  std::string out;
  for (int i = 0; i < 3; ++i) {
    out.push_back(consonants[random.below(consonants.size())]);
    out.push_back(vowels[random.below(vowels.size())]);
  }
  return out;
}

}  // namespace

AnswerValues::AnswerValues(const task::Task& task)
    : type_(task.answer.type),
      lettered_(std::holds_alternative<task::ChoiceColumn>(task.answer.choices)),
      says_yes_(std::ranges::any_of(task.exemplars, answers_yes_or_no)),
      extractor_(task.answer) {
  const auto* list = std::get_if<std::vector<std::string>>(&task.answer.choices);
  if (list != nullptr) choices_ = *list;
}

std::string AnswerValues::read(std::string_view gold, std::span<const std::string> choices) const {
  const auto value = extractor_.read_gold(gold, choices);
  if (!value) return {};
  if (const auto* number = value->number()) return number->digits;
  if (const auto* flag = value->boolean()) return *flag ? "true" : "false";
  const auto* string = value->string();
  return string == nullptr ? std::string() : with_line_feeds(*string);
}

std::string AnswerValues::any(Random random, std::uint8_t choices) const {
  switch (type_) {
    case AnswerType::number:
      return std::to_string(random.below(100));
    case AnswerType::boolean:
      return random.below(2) == 0 ? "true" : "false";
    case AnswerType::choice:
      if (lettered_) return choices == 0 ? std::string() : letter(random.below(choices));
      return choices_.empty() ? std::string() : choices_[random.below(choices_.size())];
    case AnswerType::text:
      break;
  }
  return word(random) + " " + word(random);
}

std::optional<std::string> AnswerValues::other(std::string_view value, Random random,
                                               std::uint8_t choices) const {
  switch (type_) {
    case AnswerType::number:
      return number_near(value, random);
    case AnswerType::boolean:
      return value == "true" ? "false" : "true";
    case AnswerType::choice:
      break;
    case AnswerType::text:
      return "not " + std::string(value);
  }
  if (lettered_) {
    if (choices < 2 || value.empty()) return std::nullopt;
    return letter(other_index(choices, static_cast<std::size_t>(value.front() - 'a'), random));
  }
  if (choices_.size() < 2) return std::nullopt;
  const auto found = std::ranges::find(choices_, value);
  return choices_[other_index(choices_.size(), static_cast<std::size_t>(found - choices_.begin()),
                              random)];
}

std::string AnswerValues::printed(std::string_view value) const {
  if (lettered_) return "(" + std::string(value) + ")";
  if (type_ == AnswerType::boolean && says_yes_) return value == "true" ? "yes" : "no";
  return std::string(value);
}

std::string AnswerValues::literal(std::string_view value) const {
  if (type_ == AnswerType::boolean) return value == "true" ? "True" : "False";
  return type_ == AnswerType::number ? std::string(value) : json::dump(value);
}

std::optional<std::int64_t> AnswerValues::small_integer(std::string_view value) const {
  return type_ == AnswerType::number ? integer_of(value) : std::nullopt;
}

std::string AnswerValues::json(std::string_view value) const {
  if (value.empty()) return "null";
  if (type_ == AnswerType::boolean) return std::string(value);
  if (type_ == AnswerType::number) {
    const auto number = extractor_.read_gold(value, {});
    if (number) return json::dump(*number);
  }
  return json::dump(value);
}

std::string AnswerValues::reading(std::string_view text,
                                  std::span<const std::string> choices) const {
  const auto value = extractor_.read(text, choices);
  return value ? json::dump(*value) : "null";
}

bool AnswerValues::names_none(std::string_view sentence,
                              std::span<const std::string> choices) const {
  if (type_ == AnswerType::text) return true;
  if (extractor_.read(sentence, choices)) return false;
  const auto folded = text::fold_ascii(sentence);
  const auto stands_in = [&folded](const std::string& choice) {
    return folded.find(text::fold_ascii(choice)) != folded.npos;
  };
  return std::ranges::none_of(choices_, stands_in) && std::ranges::none_of(choices, stands_in);
}

}  // namespace sheaf::simulate
