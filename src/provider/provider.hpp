// A provider is two pure functions: prompt to HTTP request, HTTP response to completion or fault.
#pragma once

#include "core/exchange.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sheaf::provider {

/// The OpenAI-compatible chat and completions endpoints (OpenAI, Azure v1, OpenRouter, vLLM, llama.cpp,
/// Ollama, LM Studio). Immutable; any thread.
class OpenAi {
 public:
  explicit OpenAi(ModelSpec model);

  /// Method, path ("/chat/completions"; the dispatcher puts the endpoint's base URL before it), JSON body
  /// and Content-Type. No key: the endpoint adds it.
  HttpRequest request(const Prompt& prompt) const;

  /// Total on any bytes: every response or transport fault becomes a completion or a fault.
  /// `now_unix` (seconds) is for Retry-After dates.
  Exchange read(const TransferResult& result, std::int64_t now_unix) const;

 private:
  ModelSpec model_;
};

/// Adds the endpoint's base URL, key and headers to a request made by a provider.
HttpRequest address(HttpRequest request, const Endpoint& endpoint);

/// Completion tokens the model can write at most; nullopt for a model the catalog does not know.
std::optional<std::int64_t> max_output_tokens(std::string_view model);

}  // namespace sheaf::provider
