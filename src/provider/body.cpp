#include "provider/body.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::provider {
namespace {

bool is_cap(std::string_view name) {
  return name == "max_tokens" || name == "max_completion_tokens" || name == "max_output_tokens";
}

bool streams(std::string_view name) { return name == "stream" || name == "stream_options"; }

const json::Value* member(const json::Object& members, std::string_view name) {
  const auto found = std::ranges::find(members, name, &json::Member::first);
  return found == members.end() ? nullptr : &found->second;
}

/// Whether one of them stands in place of our member `name`.
bool replaces(const json::Object& theirs, std::string_view name) {
  return std::ranges::any_of(theirs, [name](const json::Member& each) {
    return each.first == name || (is_cap(name) && is_cap(each.first));
  });
}

bool chooses(const json::Object& theirs) {
  return names(theirs, "type") || names(theirs, "thinkingBudget") || names(theirs, "thinkingLevel");
}

json::Value merged(const json::Value* ours, const json::Value& theirs) {
  const auto* under = ours == nullptr ? nullptr : ours->object();
  const auto* over = theirs.object();
  if (under == nullptr || over == nullptr || chooses(*over)) return theirs;
  return laid_over(*under, *over);
}

}  // namespace

void append_comma(std::string& body) {
  if (!body.ends_with('{') && !body.ends_with('[')) body.push_back(',');
}

void append_member(std::string& body, std::string_view name, const json::Value& value) {
  append_comma(body);
  json::append_string(body, name);
  body.push_back(':');
  json::append(body, value);
}

std::string_view role_name(Role role) {
  switch (role) {
    case Role::system:
      return "system";
    case Role::assistant:
      return "assistant";
    case Role::user:
      break;
  }
  return "user";
}

bool names(const json::Object& members, std::string_view name) {
  return member(members, name) != nullptr;
}

json::Object laid_over(const json::Object& ours, const json::Object& theirs) {
  json::Object all;
  for (const auto& each : ours) {
    if (!replaces(theirs, each.first)) all.push_back(each);
  }
  for (const auto& [name, value] : theirs) {
    all.emplace_back(name, merged(member(ours, name), value));
  }
  return all;
}

void close_body(std::string& body, const json::Object& ours, const json::Object& parameters) {
  for (const auto& [name, value] : laid_over(ours, parameters)) {
    if (!streams(name)) append_member(body, name, value);
  }
  body.push_back('}');
}

std::int64_t output_cap(const Prompt& prompt, const ModelSpec& model) {
  return prompt.max_output_tokens + model.reasoning_tokens;
}

std::string begin_body(std::string_view opening, const Prompt& own) {
  std::size_t size = 0;
  for (const auto& message : own.messages) size += message.text.size();
  std::string body;
  body.reserve(opening.size() + size + size / 16 + 256);
  body += opening;
  return body;
}

}  // namespace sheaf::provider
