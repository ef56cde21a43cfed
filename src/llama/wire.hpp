// Requests to a model of this process, in the form of OpenAI's chat completions and completions,
// and its replies: so that all that knows this form knows such a model.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "llama/generation.hpp"

namespace sheaf::llama {

/// One request, read.
struct WireRequest {
  bool is_chat = false;
  std::vector<Message> messages;           ///< Of chat completions.
  std::string prompt;                      ///< Of completions.
  std::optional<std::int64_t> max_tokens;  ///< Absent: as many as the context has room for.
  GenerationRequest generation;            ///< Without prompt and `max_tokens`.
};

/// "/chat/completions" or "/completions" behind any address. An unknown path is answered with 404,
/// and a body that is no such request, or has a member that is not taken, with 400.
std::expected<WireRequest, HttpResponse> read_request(const HttpRequest& request);

HttpResponse write_reply(const WireRequest& request, const Generation& generation);

/// An error in OpenAI's form. `code` may be empty.
HttpResponse refusal(int status, std::string_view code, std::string_view message);

}  // namespace sheaf::llama
