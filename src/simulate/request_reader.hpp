// A request body as the simulated model understands it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "simulate/token_counter.hpp"

namespace sheaf::simulate {

/// Why a request is refused, in OpenAI's words for it.
struct Refusal {
  int status = 400;
  std::string message;
  std::string_view type = "invalid_request_error";
  std::string_view code = {};   ///< Empty: null.
  std::string_view param = {};  ///< Empty: null.
};

struct ModelRequest {
  Api api = Api::chat;
  std::string last;  ///< The last user message; for completions the whole prompt.
  CountedPrompt prompt;
  std::optional<std::int64_t> max_tokens;
  std::vector<std::string> stops;
  bool stream = false;         ///< The reply comes as server-sent events.
  bool include_usage = false;  ///< The last of them tells the usage.
};

/// Reads a body. Members that do not matter here are ignored; several replies to one prompt are
/// refused.
std::expected<ModelRequest, Refusal> read_request(Api api, std::string_view body,
                                                  TokenCounter& counter);

}  // namespace sheaf::simulate
