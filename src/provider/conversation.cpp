#include "provider/conversation.hpp"

#include "core/text.hpp"

namespace sheaf::provider {

Conversation conversation_of(std::span<const Message> messages, Place place) {
  static const Message begin{Role::user, "Begin."};
  Conversation all;
  for (const auto& message : messages) {
    if (text::trim(message.text).empty()) continue;
    if (message.role == Role::system) {
      all.system.push_back(&message);
      continue;
    }
    const bool opens = place == Place::first && all.turns.empty();
    if (opens && message.role == Role::assistant) all.turns.push_back(&begin);
    all.turns.push_back(&message);
  }
  return all;
}

}  // namespace sheaf::provider
