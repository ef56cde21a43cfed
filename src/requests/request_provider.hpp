// Requests as their own wire format: what is sent and what comes is passed on whole.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "provider/provider.hpp"

namespace sheaf::requests {

/// A request as a prompt's text: "/chat/completions {...}".
std::string wire_text(std::string_view path, std::string_view body);
/// The body in such a text.
std::string_view wire_body(std::string_view text);

/// Sends the last message of a prompt, a `wire_text`, byte for byte, and reads a reply into a
/// completion whose text is its `response_text`, however it ended. A refusal of the request alone
/// (a 4xx that no other request needs meet) is a fault that carries that text. Immutable.
class RequestProvider final : public provider::Provider {
 public:
  using Provider::request;
  std::string opening(std::span<const Message> shared) const override;
  HttpRequest request(std::string_view opening, const Prompt& own) const override;
  Exchange read(const TransferResult& result, std::int64_t now_unix) const override;
};

}  // namespace sheaf::requests
