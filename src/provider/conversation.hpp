// A prompt for APIs that keep the system's text apart, refuse blank texts and let the user begin.
#pragma once

#include <span>
#include <vector>

#include "core/exchange.hpp"

namespace sheaf::provider {

/// Borrows the messages.
struct Conversation {
  std::vector<const Message*> system;
  std::vector<const Message*> turns;
};

/// Whether these messages begin the prompt or go on with it.
enum class Place { first, later };

/// The messages without blank ones. Before a model that would speak first the user says "Begin.".
Conversation conversation_of(std::span<const Message> messages, Place place);

}  // namespace sheaf::provider
