#include "answer/extract.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "answer/boolean.hpp"
#include "answer/choice.hpp"
#include "answer/decimal.hpp"
#include "answer/digit_run.hpp"
#include "answer/marker.hpp"
#include "answer/number.hpp"
#include "answer/number_text.hpp"
#include "answer/program_reader.hpp"
#include "answer/words.hpp"
#include "core/text.hpp"

namespace sheaf::answer {
namespace {

// Each search is linear, and there may be as many as matches: beyond this a pattern says nothing.
constexpr int most_matches = 10'000;

// Where the value stands, and how it was found.
struct Scope {
  std::string_view text;
  Place place = Place::whole_answer;
};

std::expected<std::string_view, Unreadable> last_group(const RE2& pattern, std::string_view text) {
  const re2::StringPiece input(text.data(), text.size());
  re2::StringPiece groups[2];
  std::optional<re2::StringPiece> last;
  std::size_t at = 0;
  for (int i = 0; pattern.Match(input, at, input.size(), RE2::UNANCHORED, groups, 2); ++i) {
    if (i == most_matches) return std::unexpected(Unreadable{"matches the pattern too often"});
    last = groups[1];
    const auto begin = static_cast<std::size_t>(groups[0].data() - input.data());
    at = begin + groups[0].size();
    if (groups[0].empty()) {
      if (at >= text.size()) break;
      at += text::decode_front(text.substr(at)).length;
    }
  }
  if (!last) return std::unexpected(Unreadable{"does not match the pattern"});
  if (last->data() == nullptr) {
    return std::unexpected(Unreadable{"matches the pattern without its group"});
  }
  return std::string_view(last->data(), last->size());
}

template <class T>
std::expected<json::Value, Unreadable> to_value(const std::expected<T, Unreadable>& read,
                                                auto convert) {
  if (!read) return std::unexpected(read.error());
  return convert(*read);
}

// What a value may be compared as: a number, or a string that is one too long for a double.
std::optional<Decimal> as_number(const json::Value& value) {
  if (const auto* number = value.number()) return parse_decimal(number->digits);
  if (const auto* string = value.string()) return parse_decimal(*string);
  return std::nullopt;
}

bool is_long(const std::optional<Decimal>& number) {
  return number && to_json(*number).number() == nullptr;
}

// Calls `see` with each part of `text` between spaces and signs that part values.
void for_each_part(std::string_view text, auto see) {
  constexpr std::string_view gaps = " \t\n\r;|";
  for (std::size_t at = text.find_first_not_of(gaps); at < text.size();) {
    const auto end = std::min(text.find_first_of(gaps, at), text.size());
    see(text.substr(at, end - at));
    at = text.find_first_not_of(gaps, end);
  }
}

// "5,7,9", of which the last is read, and "3,5".
bool holds_list(std::string_view part) {
  const auto plain = number_text(part);
  const auto digit = [](char32_t c) { return c >= U'0' && c <= U'9'; };
  for (std::size_t at = 0; at < plain.size(); ++at) {
    if (!digit(plain[at])) continue;
    const auto run = read_digit_run(plain, at);
    if (run.kind == RunKind::list || run.kind == RunKind::ambiguous) return true;
    at = run.end;
  }
  return false;
}

}  // namespace

struct Extractor::Impl {
  explicit Impl(const task::AnswerRule& rule) : type(rule.type), marker(rule.marker) {
    if (rule.pattern) pattern = std::make_unique<RE2>(*rule.pattern, re2_options());
    if (const auto* list = std::get_if<std::vector<std::string>>(&rule.choices)) {
      labels = *list;
      reader = std::make_unique<ChoiceReader>(labels, Shown::labels);
    }
    if (rule.reasoning == task::Reasoning::program) programs.emplace(rule);
  }

  std::expected<Scope, Unreadable> find_scope(std::string_view text) const {
    if (pattern) {
      const auto group = last_group(*pattern, text);
      if (!group) return std::unexpected(group.error());
      return Scope{*group, Place::announced};
    }
    const auto behind = marker.text_behind(text);
    return behind ? Scope{*behind, Place::announced} : Scope{text, Place::whole_answer};
  }

  std::expected<json::Value, Unreadable> read(Scope scope,
                                              std::span<const std::string> choices) const {
    const auto trimmed = text::trim(scope.text);
    if (trimmed.empty())
      return std::unexpected(Unreadable{"is empty where the value should stand"});
    switch (type) {
      case task::AnswerType::number:
        return to_value(last_number(trimmed), to_json);
      case task::AnswerType::boolean:
        return to_value(last_boolean(FlatText(trimmed)), [](bool b) { return json::Value(b); });
      case task::AnswerType::choice:
        return read_choice({trimmed, scope.place}, choices);
      case task::AnswerType::text:
        break;
    }
    return json::Value(trimmed);
  }

  std::expected<json::Value, Unreadable> read_choice(Scope scope,
                                                     std::span<const std::string> choices) const {
    const FlatText flat(scope.text);
    if (reader) {
      const auto index = reader->read(flat, scope.place);
      if (!index) return std::unexpected(index.error());
      return json::Value(labels[*index]);
    }
    const auto index = ChoiceReader(choices, Shown::letters).read(flat, scope.place);
    if (!index) return std::unexpected(index.error());
    return json::Value(std::string(1, static_cast<char>('a' + *index)));
  }

  int announcements(std::string_view text) const {
    if (!pattern) return marker.count(text);
    const auto last = last_group(*pattern, text);
    if (!last) return 0;
    const auto before = text.substr(0, static_cast<std::size_t>(last->data() - text.data()));
    return last_group(*pattern, before) ? 2 : 1;
  }

  bool holds_several(std::string_view text) const {
    std::optional<json::Value> first;
    bool several = false;
    for_each_part(text, [&](std::string_view part) {
      several |= type == task::AnswerType::number && holds_list(part);
      const auto value = read({part, Place::announced}, {});
      if (!value) return;
      if (!first) first = *value;
      several |= *value != *first;
    });
    return several;
  }

  task::AnswerType type;
  Marker marker;
  std::unique_ptr<RE2> pattern;
  std::vector<std::string> labels;
  std::unique_ptr<ChoiceReader> reader;  ///< Only where the choices are fixed.
  std::optional<ProgramReader> programs;
};

Extractor::Extractor(const task::AnswerRule& rule) : impl_(std::make_unique<Impl>(rule)) {}
Extractor::~Extractor() = default;
Extractor::Extractor(Extractor&&) noexcept = default;
Extractor& Extractor::operator=(Extractor&&) noexcept = default;

std::expected<json::Value, Unreadable> Extractor::read(std::string_view text,
                                                       std::span<const std::string> choices) const {
  const auto clean = text::replace_invalid_utf8(text);
  if (impl_->programs) return impl_->programs->read_or_outside(clean, choices);
  const auto scope = impl_->find_scope(clean);
  if (!scope) return std::unexpected(scope.error());
  return impl_->read(*scope, choices);
}

std::expected<json::Value, Unreadable> Extractor::read_gold(
    std::string_view text, std::span<const std::string> choices) const {
  const auto clean = text::replace_invalid_utf8(text);
  return impl_->read({clean, Place::announced}, choices);
}

bool Extractor::announces(std::string_view text) const {
  return impl_->announcements(text::replace_invalid_utf8(text)) > 0;
}

bool Extractor::names_several(std::string_view text) const {
  const auto clean = text::replace_invalid_utf8(text);
  if (impl_->announcements(clean) > 1) return true;
  if (impl_->type == task::AnswerType::choice || impl_->type == task::AnswerType::text)
    return false;
  const auto scope = impl_->find_scope(clean);
  return scope && impl_->holds_several(scope->text);
}

bool Extractor::takes_all(std::string_view text) const {
  return impl_->type == task::AnswerType::text && !impl_->pattern && !announces(text);
}

const ProgramReader* Extractor::programs() const {
  return impl_->programs ? &*impl_->programs : nullptr;
}

bool same_answer(const json::Value& a, const json::Value& b) {
  if (a == b) return true;
  const auto left = as_number(a);
  const auto right = as_number(b);
  if (!left || left != right) return false;
  const bool both_strings = a.string() != nullptr && b.string() != nullptr;
  return !both_strings || is_long(left);
}

std::expected<void, std::string> check_pattern(const std::string& pattern) {
  const RE2 compiled(pattern, re2_options());
  if (!compiled.ok()) return std::unexpected("is no RE2 pattern: " + compiled.error());
  const auto groups = compiled.NumberOfCapturingGroups();
  if (groups == 1) return {};
  if (groups == 0) return std::unexpected("has no group: put ( ) around the value");
  return std::unexpected(fmt::format(
      "has {} groups: keep ( ) for the value alone and write (?: ) for the others", groups));
}

}  // namespace sheaf::answer
