// The JSON body of a request, written member by member.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/exchange.hpp"
#include "core/json.hpp"

namespace sheaf::provider {

/// The comma before the next member of an object or list, unless it is the first.
void append_comma(std::string& body);

/// Appends the member to the object that `body` is in the midst of.
void append_member(std::string& body, std::string_view name, const json::Value& value);

/// As OpenAI's APIs write it.
std::string_view role_name(Role role);

/// `theirs` over `ours`: no name stands twice, and theirs counts. Objects of one name are merged
/// likewise, unless theirs makes a choice that excludes ours (`type`; Gemini's `thinkingBudget` and
/// `thinkingLevel`). A cap on output tokens among theirs replaces ours whatever its name.
json::Object laid_over(const json::Object& ours, const json::Object& theirs);

/// Appends `ours` under the task's `parameters` and closes the body. It never streams.
void close_body(std::string& body, const json::Object& ours, const json::Object& parameters);

/// Whether a member of that name is among them.
bool names(const json::Object& members, std::string_view name);

/// What the model may write in all: the answers, and its reasoning before them.
std::int64_t output_cap(const Prompt& prompt, const ModelSpec& model);

/// A body with that opening has room for the messages and what follows them.
std::string begin_body(std::string_view opening, const Prompt& own);

}  // namespace sheaf::provider
