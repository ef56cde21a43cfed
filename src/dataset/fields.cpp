#include "dataset/fields.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"

namespace sheaf::dataset {
namespace {

constexpr std::size_t longest_shown = 60;
constexpr std::size_t most_choices = 26;

std::optional<std::string> as_text(const json::Value& value) {
  if (const auto* written = value.string()) return std::string(text::trim(*written));
  if (const auto* number = value.number()) return number->digits;
  return std::nullopt;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// "A)" or "A) " before a choice's text; 0 without the letter that belongs at this place.
std::size_t letter_length(std::string_view choice, std::size_t index) {
  const char letter = static_cast<char>('A' + static_cast<int>(index));
  const std::size_t open = choice.starts_with('(') ? 1 : 0;
  if (choice.size() < open + 2 ||
      text::fold_ascii(choice.substr(open, 1)) != text::fold_ascii(std::string_view(&letter, 1))) {
    return 0;
  }
  const char closer = choice[open + 1];
  return closer == ')' || (open == 0 && closer == '.') ? open + 2 : 0;
}

Told<std::vector<std::string>> texts_in(const json::Array& array) {
  std::vector<std::string> texts;
  for (const auto& element : array) {
    const auto* text_member = element.find("text");
    const auto text = as_text(text_member == nullptr ? element : *text_member);
    if (!text) return std::unexpected(fmt::format("choice {} is no text", texts.size() + 1));
    texts.push_back(*text);
  }
  return texts;
}

Told<std::vector<std::string>> without_letters(std::vector<std::string> texts) {
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < texts.size(); ++i) lengths.push_back(letter_length(texts[i], i));
  const bool lettered = std::ranges::none_of(lengths, [](std::size_t n) { return n == 0; });
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (lettered) texts[i] = text::trim(std::string_view(texts[i]).substr(lengths[i]));
    if (texts[i].empty()) return std::unexpected(fmt::format("choice {} is empty", i + 1));
  }
  return texts;
}

/// Checks that labels are A, B, C, ... in order.
Told<void> check_labels(const std::vector<std::string>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const char letter = static_cast<char>('a' + static_cast<int>(i));
    if (text::fold_ascii(labels[i]) == std::string_view(&letter, 1)) continue;
    return std::unexpected(fmt::format("choice {} is labelled {}, not {}", i + 1, shown(labels[i]),
                                       static_cast<char>('A' + static_cast<int>(i))));
  }
  return {};
}

Told<std::vector<std::string>> labels_in(const json::Value& choices) {
  std::vector<std::string> labels;
  const auto* list = choices.find("label");
  if (list != nullptr && list->array() != nullptr) return texts_in(*list->array());
  if (choices.array() == nullptr) return labels;
  for (const auto& element : *choices.array()) {
    const auto* label = element.find("label");
    if (label != nullptr && label->string() != nullptr) labels.push_back(*label->string());
  }
  return labels;
}

}  // namespace

const json::Value* find_any(const json::Value& row, Names names) {
  for (const auto name : names) {
    const auto* value = row.find_path(name);
    if (value != nullptr && !value->is_null()) return value;
  }
  return nullptr;
}

Told<std::string> text_of(const json::Value& row, std::string_view what, Names names) {
  const auto* value = find_any(row, names);
  if (value == nullptr) return std::unexpected(lacks(row, what, names));
  auto text = as_text(*value);
  if (!text)
    return std::unexpected(fmt::format("the {} is no text: {}", what, shown_value(*value)));
  if (text->empty()) return std::unexpected(fmt::format("the {} is empty", what));
  return std::move(*text);
}

std::optional<std::string> text_if_any(const json::Value& row, Names names) {
  const auto* value = find_any(row, names);
  const auto text = value == nullptr ? std::nullopt : as_text(*value);
  return text && !text->empty() ? text : std::nullopt;
}

Told<std::string> plain_number(std::string_view written) {
  const auto trimmed = text::trim(written);
  std::string digits(trimmed);
  if (digits.starts_with('$')) digits.erase(0, 1);
  std::erase(digits, ',');
  const bool negative = digits.starts_with('-');
  const auto unsigned_part = std::string_view(digits).substr(negative ? 1 : 0);
  const auto point = unsigned_part.find('.');
  const bool is_number =
      is_digits(unsigned_part.substr(0, point)) &&
      (point == unsigned_part.npos || is_digits(unsigned_part.substr(point + 1)));
  if (!is_number) {
    return std::unexpected(fmt::format("the answer {} is no number", shown(trimmed)));
  }
  if (point == unsigned_part.npos) return digits;
  digits.resize(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

std::string lacks(const json::Value& row, std::string_view what, Names names) {
  constexpr std::size_t most_names = 12;
  std::vector<std::string> there;
  if (const auto* members = row.object()) {
    for (const auto& [name, value] : *members) {
      if (there.size() == most_names) break;
      there.push_back(text::display_safe(name, longest_shown));
    }
  }
  return fmt::format("no {}: looked for {}; the row has: {}", what, fmt::join(names, ", "),
                     fmt::join(there, ", "));
}

std::string shown(std::string_view value) {
  return "'" + text::display_safe(value, longest_shown) + "'";
}

std::string shown_value(const json::Value& value) {
  const auto* written = value.string();
  return shown(written == nullptr ? json::dump(value) : *written);
}

Told<std::vector<std::string>> choice_texts(const json::Value& choices) {
  if (const auto* written = choices.string()) {
    const auto parsed = json::parse(*written);
    if (parsed && parsed->string() == nullptr) return choice_texts(*parsed);
    return std::unexpected(fmt::format("the choices are no list: {}", shown(*written)));
  }
  const auto* texts = choices.find("text");
  const auto* array = texts == nullptr ? choices.array() : texts->array();
  if (array == nullptr) {
    return std::unexpected(fmt::format("the choices are no list: {}", shown_value(choices)));
  }
  if (array->size() < 2 || array->size() > most_choices) {
    return std::unexpected(fmt::format("{} choices, not 2 to {}", array->size(), most_choices));
  }
  const auto labels = labels_in(choices);
  if (!labels) return std::unexpected(labels.error());
  if (const auto good = check_labels(*labels); !good) return std::unexpected(good.error());
  auto found = texts_in(*array);
  if (!found) return found;
  return without_letters(std::move(*found));
}

}  // namespace sheaf::dataset
