#include "task/section.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"

namespace sheaf::task {
namespace {

constexpr std::size_t longest_key = 60;

std::vector<std::string> strings(std::span<const keys::Name> names) {
  return {names.begin(), names.end()};
}

std::optional<std::int64_t> whole_number(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::vector<std::string> keys::all() {
  std::vector<std::string> names;
  const auto add = [&names](std::string_view section, std::span<const Name> inner) {
    for (const Name key : inner) names.push_back(fmt::format("{}.{}", section, key));
  };
  for (const Name key : top) {
    names.emplace_back(key);
    if (key == "answer") add(key, answer);
    if (key == "batch") add(key, batch);
    if (key == "prompt") add(key, prompt);
    if (key == "embeddings") add(key, embeddings);
    if (key == "model") add(key, model);
    if (key == "limits") add(key, limits);
    if (key == "endpoints") add(key, endpoint);
    if (key == "price") add(key, price);
  }
  return names;
}

Section::Section(const YamlNode* node, Position at, std::string path,
                 std::span<const keys::Name> keys, Problems& problems)
    : node_(node), at_(at), path_(std::move(path)), keys_(keys), problems_(&problems) {
  if (node_ == nullptr) return;
  at_ = node_->at;
  if (node_->kind == YamlNode::Kind::mapping) {
    check_keys();
    return;
  }
  problems_->add(at_, fmt::format("'{}' must hold keys, not {}; its keys are {}", path_,
                                  kind_name(node_->kind), fmt::join(keys_, ", ")));
  node_ = nullptr;
}

void Section::check_keys() const {
  for (const auto& entry : node_->entries) {
    if (std::ranges::find(keys_, entry.key) == keys_.end()) refuse_unknown(entry);
  }
}

void Section::refuse_unknown(const YamlEntry& entry) const {
  const auto known = strings(keys_);
  const auto nearest = text::nearest(entry.key, known);
  if (names_secret(entry.key)) {
    problems_->add(entry.key_at, secret_in_file(entry.key));
    return;
  }
  const std::string where = path_.empty() ? "" : fmt::format(" in '{}'", path_);
  const std::string help = nearest ? fmt::format("did you mean '{}'?", *nearest)
                                   : fmt::format("known here: {}", fmt::join(keys_, ", "));
  problems_->add(entry.key_at,
                 fmt::format("unknown key {}{}; {}", shown_value(entry.key), where, help));
}

const YamlNode* Section::find(std::string_view key) const {
  assert(std::ranges::find(keys_, key) != keys_.end());
  if (node_ == nullptr) return nullptr;
  const auto found = std::ranges::find(node_->entries, key, &YamlEntry::key);
  if (found == node_->entries.end() || found->value.kind == YamlNode::Kind::null) return nullptr;
  return &found->value;
}

Section Section::section(std::string_view key, std::span<const keys::Name> keys) const {
  return {find(key), at_, name_of(key), keys, *problems_};
}

std::optional<std::string> Section::text(std::string_view key) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == YamlNode::Kind::scalar) return node->text;
  refuse(key, fmt::format("must be text, not {}; write one value, in quotes if it begins with "
                          "'[' or '{{'",
                          kind_name(node->kind)));
  return std::nullopt;
}

std::optional<std::string> Section::filled(std::string_view key) const {
  auto value = text(key);
  if (!value || !text::trim(*value).empty()) return value;
  refuse(key, "is empty; write a value or remove the key");
  return std::nullopt;
}

std::optional<std::int64_t> Section::whole(std::string_view key, Range range) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  const bool plain = node->kind == YamlNode::Kind::scalar && !node->quoted;
  const auto value = plain ? whole_number(node->text) : std::nullopt;
  if (value && *value >= range.low && *value <= range.high) return value;
  const std::string is = node->kind == YamlNode::Kind::scalar ? shown_value(node->text)
                                                              : std::string(kind_name(node->kind));
  refuse(key, fmt::format("is {}{}; write a whole number from {} to {}", is,
                          node->quoted ? " in quotes" : "", range.low, range.high));
  return std::nullopt;
}

void Section::refuse(std::string_view key, std::string_view rest) const {
  problems_->add(at(key), fmt::format("'{}' {}", name_of(key), rest));
}

void Section::missing(std::string_view key, std::string_view what_to_write) const {
  problems_->add(at_, fmt::format("'{}' is missing; add it: {}", name_of(key), what_to_write));
}

void Section::refuse_word(std::string_view key, std::string_view value,
                          const std::vector<std::string>& known) const {
  const auto nearest = text::nearest(value, known);
  const std::string help = nearest ? fmt::format("did you mean '{}'?", *nearest)
                                   : fmt::format("write {}", any_of(known));
  refuse(key, fmt::format("is {}; {}", shown_value(value), help));
}

std::string Section::name_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

Position Section::at(std::string_view key) const {
  const YamlNode* node = find(key);
  return node == nullptr ? at_ : node->at;
}

bool names_secret(std::string_view key) {
  constexpr std::array<std::string_view, 12> words{
      "key",    "apikey",    "xapikey",  "token",  "apitoken",    "accesstoken",
      "secret", "authtoken", "password", "bearer", "credentials", "authorization"};
  std::string letters = text::fold_ascii(key);
  std::erase_if(letters, [](char c) { return c == '_' || c == '-' || c == '.' || c == ' '; });
  return std::ranges::find(words, letters) != words.end() || letters.ends_with("apikey") ||
         letters.ends_with("secretkey");
}

std::string secret_in_file(std::string_view key) {
  return fmt::format(
      "'{}' looks like an API key, and a task file never holds one; remove it and set the "
      "environment variable OPENAI_API_KEY",
      text::display_safe(key, longest_key));
}

}  // namespace sheaf::task
