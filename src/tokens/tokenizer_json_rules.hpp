// The parts of a tokenizer.json that say what becomes of a text before its words are merged.
#pragma once

#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "tokens/normalizer.hpp"
#include "tokens/pre_tokenizer.hpp"

namespace sheaf::tokens {

/// Each function's error says what is wrong.
template <class T>
using Read = std::expected<T, std::string>;

/// Fails where `object` is none, or has a member that is not in `known`. `what` names it.
Read<void> only_members(const json::Value& object, std::string_view what,
                        std::initializer_list<std::string_view> known);
/// The member `key` of `object`; `absent` where there is none. Fails where it is no truth value.
Read<bool> flag(const json::Value& object, std::string_view what, std::string_view key,
                bool absent = false);

Read<Normalizer> read_normalizer(const json::Value& normalizer);

struct WordRules {
  PreTokenizer pre_tokenizer;
  bool byte_level = false;
};
Read<WordRules> read_pre_tokenizer(const json::Value& pre_tokenizer);

}  // namespace sheaf::tokens
