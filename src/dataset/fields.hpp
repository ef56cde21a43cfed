// What a published row says under one of several names, as text.
#pragma once

#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace sheaf::dataset {

/// A value, or the reason alone why a row has none.
template <class T>
using Told = std::expected<T, std::string>;

using Names = std::initializer_list<std::string_view>;

/// The first of these members (dotted paths) that is there and no null.
const json::Value* find_any(const json::Value& row, Names names);

/// Its text, trimmed: a text or a number. Error: none is there, it is blank, or it is neither.
/// `what` is what the row lacks then: "question".
Told<std::string> text_of(const json::Value& row, std::string_view what, Names names);

/// The same, nullopt where none is there or it is blank or no text.
std::optional<std::string> text_if_any(const json::Value& row, Names names);

/// A number in plain digits: "1,080" is "1080", "8.0" is "8", "$5" is "5". Error: it is none.
Told<std::string> plain_number(std::string_view written);

/// "no question: looked for question, sQuestion; the row has: id, body", safe to print and short.
std::string lacks(const json::Value& row, std::string_view what, Names names);

/// A value in quotes for a message, shortened.
std::string shown(std::string_view value);
std::string shown_value(const json::Value& value);

/// The choices of a question in every form that is published: ["A)21", "B)22"], ["21", "22"],
/// [{"label": "A", "text": "21"}], {"label": ["A", "B"], "text": ["21", "22"]}; a text that holds
/// one of these as JSON. Letters must be A, B, C, ... in this order; they are left out. Error: less
/// than two choices, more than 26, an empty one.
Told<std::vector<std::string>> choice_texts(const json::Value& choices);

}  // namespace sheaf::dataset
