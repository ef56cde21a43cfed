#include "requests/conversation.hpp"

#include <string_view>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::requests {
namespace {

struct Said {
  std::string role;
  std::string text;
};

std::unexpected<std::string> other(std::string_view what) {
  return std::unexpected(std::string(what));
}

const std::string* string_member(const json::Value& value, std::string_view name) {
  const auto* found = value.find(name);
  return found == nullptr ? nullptr : found->string();
}

/// A string, or a list of one text part alone: what stands between several is the provider's to
/// say.
std::expected<std::string, std::string> text_of(const json::Value* content) {
  constexpr std::string_view no_text = "content other than text";
  if (content == nullptr) return other(no_text);
  if (const auto* text = content->string()) return *text;
  const auto* parts = content->array();
  if (parts == nullptr || parts->size() != 1) return other(no_text);
  const auto& part = parts->front();
  const auto* members = part.object();
  const auto* type = string_member(part, "type");
  const auto* text = string_member(part, "text");
  const bool plain = members != nullptr && members->size() == 2 && type != nullptr &&
                     *type == "text" && text != nullptr;
  if (!plain) return other(no_text);
  return *text;
}

std::expected<Said, std::string> read_message(const json::Value& message) {
  const auto* members = message.object();
  const auto* role = string_member(message, "role");
  if (members == nullptr || role == nullptr) return other("messages that cannot be read");
  for (const auto& [name, value] : *members) {
    if (name == "role" || name == "content") continue;
    return std::unexpected(
        fmt::format("a message with the member {}", text::display_safe(name, 40)));
  }
  auto text = text_of(message.find("content"));
  if (!text) return std::unexpected(std::move(text.error()));
  return Said{*role, std::move(*text)};
}

}  // namespace

std::expected<Conversation, std::string> read_conversation(const json::Value& body) {
  constexpr std::string_view no_turns = "messages that are not in turn";
  const auto* messages = body.find("messages");
  const auto* list = messages == nullptr ? nullptr : messages->array();
  if (list == nullptr || list->empty()) return other("messages that cannot be read");
  Conversation conversation;
  std::vector<Said> said;
  for (const auto& message : *list) {
    auto read = read_message(message);
    if (!read) return std::unexpected(std::move(read.error()));
    const bool opens = read->role == "system" || read->role == "developer";
    if (opens && (!said.empty() || !conversation.opener.empty())) return other(no_turns);
    if (opens) {
      conversation.opener = read->role;
      conversation.instruction = std::move(read->text);
      continue;
    }
    if (read->role != (said.size() % 2 == 0 ? "user" : "assistant")) return other(no_turns);
    said.push_back(std::move(*read));
  }
  if (said.size() % 2 == 0) return other("a last message that is not the user's");
  conversation.last = std::move(said.back().text);
  if (text::trim(conversation.last).empty()) return other("a last message without text");
  for (std::size_t i = 0; i + 1 < said.size(); i += 2) {
    conversation.turns.emplace_back(std::move(said[i].text), std::move(said[i + 1].text));
  }
  return conversation;
}

}  // namespace sheaf::requests
