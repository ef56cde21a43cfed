#include "catalog/members.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"

namespace sheaf::catalog {
namespace {

constexpr std::int64_t per_million = 1'000'000;

bool is_day(std::string_view text) {
  constexpr std::string_view form = "0000-00-00";
  const bool is_formed = std::ranges::equal(
      text, form, [](char c, char f) { return f == '0' ? c >= '0' && c <= '9' : c == f; });
  const auto two_at = [&text](std::size_t at) {
    return static_cast<unsigned>(10 * (text[at] - '0') + text[at + 1] - '0');
  };
  if (!is_formed) return false;
  const std::chrono::year year(static_cast<int>(100 * two_at(0) + two_at(2)));
  return (year / std::chrono::month(two_at(5)) / std::chrono::day(two_at(8))).ok();
}

}  // namespace

Members::Members(const json::Value& value, std::string path, std::string& error)
    : members_(value.object()), path_(std::move(path)), error_(&error) {
  if (members_ == nullptr && error.empty()) {
    error = fmt::format("'{}' must be an object; write {{...}}", path_);
  }
}

const json::Value* Members::find(std::string_view name) {
  asked_.push_back(name);
  if (members_ == nullptr) return nullptr;
  const auto found = std::ranges::find(*members_, name, &json::Member::first);
  return found == members_->end() ? nullptr : &found->second;
}

std::string Members::text(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  const auto* text = value->string();
  if (text != nullptr && !text->empty()) return *text;
  refuse(name, "must be a text that is not empty; write one in quotes");
  return {};
}

std::optional<std::int64_t> Members::count(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = value->integer();
  if (number && *number >= 1) return number;
  refuse(name, "must be a whole number from 1; write one without quotes");
  return std::nullopt;
}

bool Members::flag(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return false;
  if (const auto* flag = value->boolean()) return *flag;
  refuse(name, "must be true or false; write one of them without quotes");
  return false;
}

std::vector<std::string> Members::texts(std::string_view name) {
  std::vector<std::string> all;
  const auto* elements = list(name);
  if (elements == nullptr) return all;
  for (const auto& element : *elements) {
    const auto* text = element.string();
    if (text == nullptr) {
      refuse(name, "must hold texts; write each in quotes");
      return {};
    }
    all.push_back(*text);
  }
  return all;
}

std::optional<Money> Members::price(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* number = value->number();
  const auto usd = number == nullptr ? std::nullopt : parse_usd(number->digits);
  if (usd && usd->picos % per_million == 0) return Money{usd->picos / per_million};
  refuse(name,
         "must be US dollars per million tokens in plain digits with at most 6 decimals; write it "
         "like 0.15");
  return std::nullopt;
}

std::string Members::day(std::string_view name) {
  auto day = text(name);
  if (!day.empty() && !is_day(day)) refuse(name, "must be a day; write it like 2026-12-01");
  return day;
}

const json::Array* Members::list(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  if (value->array() == nullptr) refuse(name, "must be a list; write [...]");
  return value->array();
}

void Members::refuse_others() {
  if (members_ == nullptr) return;
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& [name, value] : *members_) {
    if (std::ranges::find(asked_, name) != asked_.end()) continue;
    const auto meant = text::nearest(name, known);
    refuse(text::display_safe(name, 60),
           meant ? fmt::format("is not known; did you mean '{}'?", *meant)
                 : "is not known; remove it");
  }
}

void Members::refuse(std::string_view name, std::string_view rest) {
  if (error_->empty()) *error_ = fmt::format("'{}' {}", name_of(name), rest);
}

std::string Members::name_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void Members::refuse_word(std::string_view name, std::span<const std::string_view> known) {
  refuse(name, fmt::format("must be one of {}; write one of them", fmt::join(known, ", ")));
}

}  // namespace sheaf::catalog
