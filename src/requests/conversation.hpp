// The messages of a chat request whose last one may share a prompt with others'.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "core/json.hpp"

namespace sheaf::requests {

struct Conversation {
  std::string opener;       ///< The role of `instruction`: "system" or "developer".
  std::string instruction;  ///< Empty without such a message.
  /// What the user said and the assistant replied, before the last message.
  std::vector<std::pair<std::string, std::string>> turns;
  std::string last;  ///< The user's; not blank.
};

/// Reads a body's `messages`: at most one of the system or the developer, then the user's and the
/// assistant's in turn, the user's last, all of them plain text. The error is what else there is,
/// in a few words, display-safe.
std::expected<Conversation, std::string> read_conversation(const json::Value& body);

}  // namespace sheaf::requests
