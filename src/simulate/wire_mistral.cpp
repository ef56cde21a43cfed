#include "simulate/wire_mistral.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "simulate/request_parts.hpp"

namespace sheaf::simulate {
namespace {

/// What OpenAI's chat completions have and Mistral's have not.
constexpr auto foreign = std::to_array<std::string_view>(
    {"seed", "max_completion_tokens", "store", "logprobs", "top_logprobs", "logit_bias",
     "prompt_cache_options", "prompt_cache_retention", "verbosity", "stream_options", "user"});

constexpr int unprocessable = 422;

}  // namespace

std::expected<ModelRequest, Refusal> MistralWire::read(const Asked& asked) const {
  for (const auto name : foreign) {
    if (asked.body.find(name) == nullptr) continue;
    return std::unexpected(Refusal{.status = unprocessable,
                                   .message = "Extra inputs are not permitted",
                                   .type = "extra_forbidden",
                                   .param = name});
  }
  return ChatWire::read(asked);
}

json::Value MistralWire::refusal(const Refusal& refusal, std::string_view request_id) const {
  const auto message = "simulated model: " + refusal.message;
  if (refusal.status == unprocessable) {
    return json::Object{
        {"detail", json::Array{json::Object{{"type", refusal.type},
                                            {"loc", json::Array{"body", refusal.param}},
                                            {"msg", message}}}}};
  }
  auto openai = ChatWire::refusal(refusal, request_id);
  auto error = *openai.find("error")->object();
  error.emplace(error.begin(), "object", "error");
  return error;
}

std::string_view MistralWire::finish_reason(Ended ended) const {
  return ended == Ended::at_context ? "model_length" : ChatWire::finish_reason(ended);
}

}  // namespace sheaf::simulate
