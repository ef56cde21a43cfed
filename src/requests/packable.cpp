#include "requests/packable.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "requests/conversation.hpp"

namespace sheaf::requests {
namespace {

constexpr std::int64_t most_tokens = 1'000'000'000;

/// Members that mean for each of several answers what they mean for one. Not among them: a `stop`
/// would end all answers, penalties would count the words of others.
constexpr std::array<std::string_view, 15> allowed{"model",
                                                   "messages",
                                                   "temperature",
                                                   "top_p",
                                                   "max_tokens",
                                                   "seed",
                                                   "user",
                                                   "service_tier",
                                                   "verbosity",
                                                   "max_completion_tokens",
                                                   "n",
                                                   "safety_identifier",
                                                   "prompt_cache_key",
                                                   "stream",
                                                   "reasoning_effort"};

/// Members that bring no other costs than those of tokens, beside the allowed ones.
constexpr std::array<std::string_view, 15> priced{"stop",
                                                  "presence_penalty",
                                                  "frequency_penalty",
                                                  "logit_bias",
                                                  "logprobs",
                                                  "top_logprobs",
                                                  "response_format",
                                                  "tools",
                                                  "tool_choice",
                                                  "parallel_tool_calls",
                                                  "functions",
                                                  "function_call",
                                                  "metadata",
                                                  "store",
                                                  "prompt_cache_retention"};

bool contains(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::optional<std::int64_t> count(const json::Value& body, std::string_view name) {
  const auto* value = body.find(name);
  const auto number = value == nullptr ? std::nullopt : value->integer();
  return number && *number > 0 ? std::optional(std::min(*number, most_tokens)) : std::nullopt;
}

/// Members in one order, whatever that of the text was.
json::Value sorted(const json::Value& value) {
  if (const auto* members = value.object()) {
    json::Object all;
    for (const auto& [name, member] : *members) all.emplace_back(name, sorted(member));
    std::ranges::sort(all, {}, &json::Member::first);
    return all;
  }
  const auto* items = value.array();
  if (items == nullptr) return value;
  json::Array all;
  for (const auto& item : *items) all.push_back(sorted(item));
  return all;
}

std::string group_of(json::Value body) {
  for (auto& [name, member] : *body.object()) {
    if (name != "messages") continue;
    for (auto& [part, content] : *member.array()->back().object()) {
      if (part == "content") content = json::Value();
    }
  }
  return to_hex(hash128(json::dump(sorted(body))));
}

/// Whether every content is text.
bool is_all_text(const json::Value& messages) {
  const auto* list = messages.array();
  if (list == nullptr) return false;
  return std::ranges::all_of(*list, [](const json::Value& message) {
    const auto* content = message.find("content");
    const auto* parts = content == nullptr ? nullptr : content->array();
    return parts == nullptr || std::ranges::all_of(*parts, [](const json::Value& part) {
             return part.find("text") != nullptr;
           });
  });
}

bool is_string(const json::Value* value, std::string_view text) {
  return value != nullptr && value->string() != nullptr && *value->string() == text;
}

}  // namespace

std::expected<Packable, std::string> packable(const Request& request) {
  const auto& body = request.body;
  if (request.path != chat_path) return std::unexpected(text::display_safe(request.path, 60));
  for (const auto& [name, value] : *body.object()) {
    if (!contains(allowed, name)) return std::unexpected(text::display_safe(name, 40));
  }
  const auto* n = body.find("n");
  if (n != nullptr && n->integer() != 1) return std::unexpected("n other than 1");
  for (const auto* name : {"max_tokens", "max_completion_tokens"}) {
    if (body.find(name) != nullptr && !count(body, name)) {
      return std::unexpected(fmt::format("{} that is no count", name));
    }
  }
  auto conversation = read_conversation(body);
  if (!conversation) return std::unexpected(std::move(conversation.error()));
  return Packable{std::move(conversation->last), group_of(body)};
}

std::optional<std::int64_t> output_cap(const json::Value& body) {
  const auto cap = count(body, "max_completion_tokens");
  return cap ? cap : count(body, "max_tokens");
}

std::int64_t most_output(const json::Value& body, std::int64_t uncapped) {
  return output_cap(body).value_or(uncapped) * count(body, "n").value_or(1);
}

std::optional<std::string> unbounded(const Request& request) {
  if (request.path != chat_path) {
    return fmt::format("goes to {}", text::display_safe(request.path, 60));
  }
  for (const auto& [name, value] : *request.body.object()) {
    const bool known = contains(allowed, name) || contains(priced, name);
    if (!known) return fmt::format("holds \"{}\"", text::display_safe(name, 40));
  }
  if (is_string(request.body.find("service_tier"), "priority")) return "asks for priority";
  const auto* messages = request.body.find("messages");
  if (messages == nullptr || !is_all_text(*messages)) return "holds more than text";
  return std::nullopt;
}

}  // namespace sheaf::requests
