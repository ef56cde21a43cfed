#include "tokens/tokenizer_json_rules.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::tokens {
namespace {

/// An error.
template <class... Args>
std::unexpected<std::string> wrong(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(fmt::format(format, std::forward<Args>(args)...));
}

std::string_view string_member(const json::Value& object, std::string_view key) {
  const auto* member = object.find(key);
  return member == nullptr || member->string() == nullptr ? std::string_view() : *member->string();
}

std::string type_of(const json::Value& part) {
  const auto type = string_member(part, "type");
  return type.empty() ? "without a type" : text::display_safe(type, 40);
}

Read<Replace> read_replace(const json::Value& step) {
  if (auto known = only_members(step, "Replace", {"type", "pattern", "content"}); !known) {
    return std::unexpected(std::move(known.error()));
  }
  const auto* from = step.find_path("pattern.String");
  const auto* to = step.find("content");
  if (from == nullptr || from->string() == nullptr || from->string()->empty() || to == nullptr ||
      to->string() == nullptr) {
    return wrong("the normalizer Replace is by something else than a string");
  }
  return Replace{*from->string(), *to->string()};
}

Read<Prepend> read_prepend(const json::Value& step) {
  if (auto known = only_members(step, "Prepend", {"type", "prepend"}); !known) {
    return std::unexpected(std::move(known.error()));
  }
  const auto* text = step.find("prepend");
  if (text == nullptr || text->string() == nullptr) {
    return wrong("the normalizer Prepend has no text");
  }
  return Prepend{*text->string()};
}

Read<Normalizer::Step> read_step(const json::Value& step) {
  const auto type = type_of(step);
  if (type == "NFC") {
    if (auto known = only_members(step, type, {"type"}); !known) {
      return std::unexpected(std::move(known.error()));
    }
    return Compose{};
  }
  if (type == "Prepend") return read_prepend(step);
  if (type == "Replace") return read_replace(step);
  return wrong("a normalizer {} is none that sheaf can follow", type);
}

/// The members of a "Sequence"; of anything else, itself.
Read<json::Array> parts_of(const json::Value& part, std::string_view what, std::string_view key) {
  if (part.is_null()) return json::Array{};
  if (string_member(part, "type") != "Sequence") return json::Array{part};
  if (auto known = only_members(part, what, {"type", key}); !known) {
    return std::unexpected(std::move(known.error()));
  }
  const auto* parts = part.find(key);
  if (parts == nullptr || parts->array() == nullptr) {
    return wrong("the {} Sequence has no `{}`", what, key);
  }
  return *parts->array();
}

struct Split {
  std::optional<std::string> regex;
  std::optional<std::string> text;
  std::string behavior;
};

Read<Split> read_split(const json::Value& part) {
  if (auto known = only_members(part, "Split", {"type", "pattern", "behavior", "invert"}); !known) {
    return std::unexpected(std::move(known.error()));
  }
  const auto inverts = flag(part, "Split", "invert");
  if (!inverts) return std::unexpected(inverts.error());
  if (*inverts) return wrong("the pre-tokenizer Split inverts its pattern");
  Split split;
  if (const auto* regex = part.find_path("pattern.Regex"); regex && regex->string()) {
    split.regex = *regex->string();
  }
  if (const auto* text = part.find_path("pattern.String"); text && text->string()) {
    split.text = *text->string();
  }
  split.behavior = string_member(part, "behavior");
  return split;
}

Read<PieceEnd> read_regex_split(const json::Value& part) {
  const auto split = read_split(part);
  if (!split) return std::unexpected(split.error());
  if (!split->regex || split->behavior != "Isolated") {
    return wrong("the pre-tokenizer Split before ByteLevel is not an isolated regular expression");
  }
  const auto rules = split_rules_of(*split->regex);
  if (!rules) {
    return wrong("the pre-tokenizer Split has a pattern that sheaf does not know: {}",
                 text::display_safe(*split->regex));
  }
  return piece_end_for(*rules);
}

Read<void> check_byte_level(const json::Value& part) {
  if (auto known = only_members(part, "ByteLevel",
                                {"type", "add_prefix_space", "trim_offsets", "use_regex"});
      !known) {
    return known;
  }
  const auto adds_space = flag(part, "ByteLevel", "add_prefix_space", true);
  const auto uses_regex = flag(part, "ByteLevel", "use_regex", true);
  if (!adds_space) return std::unexpected(adds_space.error());
  if (!uses_regex) return std::unexpected(uses_regex.error());
  if (*adds_space) return wrong("the pre-tokenizer ByteLevel adds a space (`add_prefix_space`)");
  if (*uses_regex) {
    return wrong("the pre-tokenizer ByteLevel splits by a pattern of its own (`use_regex`)");
  }
  return {};
}

Read<WordRules> read_space_split(const json::Value& part) {
  const auto split = read_split(part);
  if (!split) return std::unexpected(split.error());
  if (split->text != " " || split->behavior != "MergedWithPrevious") {
    return wrong(
        "the pre-tokenizer Split is by something else than a space merged with what is "
        "before it");
  }
  return WordRules{.pre_tokenizer = {.word_end = end_behind_space}};
}

Read<WordRules> read_metaspace(const json::Value& part) {
  using MarkBefore = PreTokenizer::MarkBefore;
  if (auto known = only_members(
          part, "Metaspace",
          {"type", "replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep"});
      !known) {
    return std::unexpected(std::move(known.error()));
  }
  if (string_member(part, "replacement") != space_mark) {
    return wrong("the pre-tokenizer Metaspace has another replacement than U+2581");
  }
  const auto splits = flag(part, "Metaspace", "split", true);
  const auto adds_space = flag(part, "Metaspace", "add_prefix_space", true);
  if (!splits) return std::unexpected(splits.error());
  if (!adds_space) return std::unexpected(adds_space.error());
  const auto scheme =
      part.find("prepend_scheme") == nullptr ? "always" : string_member(part, "prepend_scheme");
  PreTokenizer rules{.word_end = *splits ? end_before_space_mark : end_of_text,
                     .marks_spaces = true};
  if (scheme == "always") {
    rules.mark_before = MarkBefore::always;
  } else if (scheme == "first") {
    rules.mark_before = MarkBefore::first;
  } else if (scheme != "never") {
    return wrong("the pre-tokenizer Metaspace has an unknown `prepend_scheme`");
  }
  if (!*adds_space && scheme != "never") {
    return wrong("the pre-tokenizer Metaspace contradicts itself: `add_prefix_space`");
  }
  return WordRules{.pre_tokenizer = rules};
}

}  // namespace

Read<void> only_members(const json::Value& object, std::string_view what,
                        std::initializer_list<std::string_view> known) {
  if (object.object() == nullptr) return wrong("{} is no JSON object", what);
  for (const auto& [key, value] : *object.object()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    return wrong("{} has a member `{}` that sheaf does not know", what,
                 text::display_safe(key, 40));
  }
  return {};
}

Read<bool> flag(const json::Value& object, std::string_view what, std::string_view key,
                bool absent) {
  const auto* member = object.find(key);
  if (member == nullptr) return absent;
  if (member->boolean() == nullptr) return wrong("`{}` of {} is no truth value", key, what);
  return *member->boolean();
}

Read<Normalizer> read_normalizer(const json::Value& normalizer) {
  const auto parts = parts_of(normalizer, "normalizer", "normalizers");
  if (!parts) return std::unexpected(parts.error());
  std::vector<Normalizer::Step> steps;
  for (const auto& part : *parts) {
    auto step = read_step(part);
    if (!step) return std::unexpected(std::move(step.error()));
    steps.push_back(std::move(*step));
  }
  return Normalizer(std::move(steps));
}

Read<WordRules> read_pre_tokenizer(const json::Value& pre_tokenizer) {
  const auto parts = parts_of(pre_tokenizer, "pre_tokenizer", "pretokenizers");
  if (!parts) return std::unexpected(parts.error());
  if (parts->empty()) return WordRules{};
  const auto first = type_of(parts->front());
  if (parts->size() == 2 && first == "Split" && type_of(parts->back()) == "ByteLevel") {
    if (auto byte_level = check_byte_level(parts->back()); !byte_level) {
      return std::unexpected(std::move(byte_level.error()));
    }
    const auto end = read_regex_split(parts->front());
    if (!end) return std::unexpected(end.error());
    return WordRules{.pre_tokenizer = {.word_end = *end}, .byte_level = true};
  }
  if (parts->size() == 1 && first == "Split") return read_space_split(parts->front());
  if (parts->size() == 1 && first == "Metaspace") return read_metaspace(parts->front());
  std::string types;
  for (const auto& part : *parts) types += (types.empty() ? "" : ", ") + type_of(part);
  return wrong("a pre-tokenizer {} is none that sheaf can follow", types);
}

}  // namespace sheaf::tokens
