// A model of this process in the place of a network: whoever sends requests cannot tell.
#pragma once

#include <memory>
#include <optional>

#include "llama/chat_template.hpp"
#include "llama/engine.hpp"
#include "transport/transport.hpp"

namespace sheaf::llama {

/// Answers as wire.hpp says; `address` and headers of a request are ignored. What is computed is
/// computed in `poll`, so that nothing is without it. A prompt that leaves no room for a reply is
/// refused as too long (context_length_exceeded); a reply ends where the context does. Without a
/// chat template chats are refused.
std::unique_ptr<transport::Transport> make_local_transport(std::unique_ptr<Engine> engine,
                                                           std::optional<ChatTemplate> chat);

}  // namespace sheaf::llama
