#include "simulate/wire_responses.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "simulate/request_parts.hpp"

namespace sheaf::simulate {
namespace {

/// What chat completions have and Responses have not.
constexpr auto unknown_parameters = std::to_array<std::string_view>(
    {"messages", "max_tokens", "max_completion_tokens", "stop", "seed", "n", "response_format",
     "reasoning_effort", "verbosity", "frequency_penalty", "presence_penalty", "logit_bias",
     "logprobs"});

constexpr std::string_view refusal_words = "I'm sorry, but I can't help with that.";

Done check_members(const json::Value& body) {
  for (const auto name : unknown_parameters) {
    if (body.find(name) == nullptr) continue;
    return refuse(fmt::format("Unknown parameter: '{}'.", name), name, "unknown_parameter");
  }
  const auto stream = flag_member(body, "stream");
  if (!stream || *stream) {
    return refuse("the simulated model streams chat completions and completions alone", "stream");
  }
  const auto background = flag_member(body, "background");
  if (background && !*background) return {};
  return refuse("the simulated model answers at once, not in the background", "background");
}

Done read_model(const json::Value& body, ModelRequest& request) {
  const auto* name = string_member(body, "model");
  if (name == nullptr) return refuse("Missing required parameter: 'model'.", "model");
  request.model = *name;
  return {};
}

Done add_items(const json::Array& items, Conversation& conversation) {
  for (const auto& item : items) {
    const auto* type = string_member(item, "type");
    const auto* role = string_member(item, "role");
    if ((type != nullptr && *type != "message") || role == nullptr) {
      return refuse("the simulated model reads messages alone", "input");
    }
    if (auto added = conversation.add(*role, item.find("content"), "input"); !added) return added;
  }
  return {};
}

Done read_input(const Asked& asked, ModelRequest& request) {
  Conversation conversation({"input_text", "output_text"}, read_breakpoint);
  const auto* instructions = member(asked.body, "instructions");
  if (instructions != nullptr) {
    if (instructions->string() == nullptr) return refuse("it is no string", "instructions");
    if (auto added = conversation.add("system", instructions, "instructions"); !added) return added;
  }
  const auto* input = member(asked.body, "input");
  const auto* items = input == nullptr ? nullptr : input->array();
  if (input == nullptr || (items == nullptr && input->string() == nullptr)) {
    return refuse("'input' is neither a string nor a list", "input");
  }
  auto added =
      items == nullptr ? conversation.add("user", input, "input") : add_items(*items, conversation);
  if (!added) return added;
  return conversation.finish(asked.counter, "input", request);
}

Done read_prewarm(const json::Value& body, ModelRequest& request) {
  const auto* options = member(body, "prompt_cache_options");
  if (options == nullptr) return {};
  const auto prewarm = flag_member(*options, "prewarm");
  if (!prewarm) return refuse("'prewarm' is neither true nor false", "prompt_cache_options");
  if (*prewarm) request.max_tokens = 0;
  return {};
}

Done read_sampling(const Asked& asked) {
  return asked.options.reasoning_model ? refuse_sampling(asked.body) : Done{};
}

json::Value message_item(const ModelReply& reply) {
  json::Object part{{"type", "output_text"},
                    {"annotations", json::Array{}},
                    {"logprobs", json::Array{}},
                    {"text", reply.text}};
  if (reply.ended == Ended::blocked) part = {{"type", "refusal"}, {"refusal", refusal_words}};
  const bool cut = reply.ended == Ended::at_cap || reply.ended == Ended::at_context;
  return json::Object{{"id", reply_id(reply, "msg_")},
                      {"type", "message"},
                      {"status", cut ? "incomplete" : "completed"},
                      {"role", "assistant"},
                      {"content", json::Array{std::move(part)}}};
}

json::Array output_items(const ModelReply& reply) {
  json::Array items;
  if (reply.usage.reasoning_tokens > 0) {
    items.emplace_back(json::Object{
        {"id", reply_id(reply, "rs_")}, {"type", "reasoning"}, {"summary", json::Array{}}});
  }
  if (!reply.text.empty() || reply.ended == Ended::blocked) items.push_back(message_item(reply));
  return items;
}

json::Value usage_object(const Usage& usage) {
  return json::Object{
      {"input_tokens", usage.input_tokens},
      {"input_tokens_details", json::Object{{"cached_tokens", usage.cached_input_tokens},
                                            {"cache_write_tokens", usage.cache_write_tokens}}},
      {"output_tokens", usage.output_tokens},
      {"output_tokens_details", json::Object{{"reasoning_tokens", usage.reasoning_tokens}}},
      {"total_tokens", usage.input_tokens + usage.output_tokens},
  };
}

}  // namespace

std::expected<ModelRequest, Refusal> ResponsesWire::read(const Asked& asked) const {
  ModelRequest request;
  request.api = Api::responses;
  for (const auto& step :
       {check_members(asked.body), read_model(asked.body, request), read_sampling(asked),
        read_input(asked, request), read_cap(asked.body, "max_output_tokens", 1, request),
        read_openai_cache(asked.body, request), read_prewarm(asked.body, request)}) {
    if (!step) return std::unexpected(step.error());
  }
  return request;
}

json::Value ResponsesWire::reply(const ModelReply& reply) const {
  const bool cut = reply.ended == Ended::at_cap || reply.ended == Ended::at_context;
  const auto details =
      cut ? json::Value(json::Object{{"reason", "max_output_tokens"}}) : json::Value();
  return json::Object{
      {"id", reply_id(reply, "resp_")},
      {"object", "response"},
      {"created_at", 0},
      {"model", model_name},
      {"status", cut ? "incomplete" : "completed"},
      {"error", json::Value()},
      {"incomplete_details", details},
      {"output", output_items(reply)},
      {"store", false},
      {"usage", usage_object(reply.usage)},
  };
}

Refusal ResponsesWire::beyond_context(const ModelRequest&, std::int64_t) const {
  return {.message =
              "Your input exceeds the context window of this model. Please adjust your "
              "input and try again.",
          .code = "context_length_exceeded",
          .param = "input"};
}

Refusal ResponsesWire::beyond_cap(const ModelRequest& request, std::int64_t most) const {
  auto refusal = OpenAiWire::beyond_cap(request, most);
  refusal.message = fmt::format(
      "Invalid 'max_output_tokens': {} is above {}, the most that this "
      "model supports.",
      request.max_tokens.value_or(0), most);
  refusal.param = "max_output_tokens";
  return refusal;
}

}  // namespace sheaf::simulate
