#include "simulate/wire_openai.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "simulate/request_parts.hpp"

namespace sheaf::simulate {
namespace {

json::Value text_or_null(std::string_view text) {
  return text.empty() ? json::Value() : json::Value(text);
}

std::string_view name_of(LimitLeft::Limit limit) {
  return limit == LimitLeft::Limit::requests ? "requests" : "tokens";
}

Done read_messages(const Asked& asked, ModelRequest& request) {
  const auto* messages = asked.body.find("messages");
  const auto* list = messages == nullptr ? nullptr : messages->array();
  if (list == nullptr || list->empty()) return refuse("'messages' is no list", "messages");
  Conversation conversation({"text"}, read_breakpoint);
  for (const auto& message : *list) {
    const auto* role = string_member(message, "role");
    if (role == nullptr) return refuse("a message needs a 'role'", "messages");
    auto added = conversation.add(*role, message.find("content"), "messages");
    if (!added) return added;
  }
  return conversation.finish(asked.counter, "messages", request);
}

Done read_prompt(const Asked& asked, ModelRequest& request) {
  const auto* prompt = string_member(asked.body, "prompt");
  if (prompt == nullptr) return refuse("'prompt' is no string", "prompt");
  request.last = *prompt;
  request.prompt = asked.counter.completion(*prompt);
  return {};
}

Done read_chat_cap(const Asked& asked, ModelRequest& request) {
  if (member(asked.body, "max_completion_tokens") != nullptr) {
    return read_cap(asked.body, "max_completion_tokens", 1, request);
  }
  if (asked.options.reasoning_model && member(asked.body, "max_tokens") != nullptr) {
    return refuse(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        "max_tokens", "unsupported_parameter");
  }
  return read_cap(asked.body, "max_tokens", 1, request);
}

Done read_stream(const json::Value& body, ModelRequest& request) {
  const auto stream = flag_member(body, "stream");
  if (!stream) return refuse("'stream' is neither true nor false", "stream");
  request.stream = *stream;
  const auto* options = member(body, "stream_options");
  if (options == nullptr) return {};
  if (!request.stream) return refuse("'stream_options' needs 'stream'", "stream_options");
  const auto usage = flag_member(*options, "include_usage");
  if (!usage) return refuse("'include_usage' is neither true nor false", "stream_options");
  request.include_usage = *usage;
  return {};
}

/// The model may stand in the path: Azure's deployments.
Done read_model(const Asked& asked, ModelRequest& request) {
  constexpr std::string_view deployments = "/deployments/";
  const auto at = asked.path.find(deployments);
  if (at != asked.path.npos) {
    const auto rest = asked.path.substr(at + deployments.size());
    request.model = rest.substr(0, rest.find('/'));
  } else if (const auto* name = string_member(asked.body, "model")) {
    request.model = *name;
  } else {
    return refuse("'model' is missing", "model");
  }
  const auto* n = member(asked.body, "n");
  if (n == nullptr || n->integer() == 1) return {};
  return refuse("the simulated model gives one reply to a prompt", "n");
}

Done read_sampling(const Asked& asked) {
  if (!asked.options.reasoning_model) return {};
  if (member(asked.body, "stop") != nullptr) {
    return refuse("Unsupported parameter: 'stop' is not supported with this model.", "stop",
                  "unsupported_parameter");
  }
  return refuse_sampling(asked.body);
}

json::Value usage_object(const Usage& usage) {
  json::Object cached{{"cached_tokens", usage.cached_input_tokens}};
  if (usage.cache_write_tokens > 0) {
    cached.emplace_back("cache_write_tokens", usage.cache_write_tokens);
  }
  return json::Object{
      {"prompt_tokens", usage.input_tokens},
      {"completion_tokens", usage.output_tokens},
      {"total_tokens", usage.input_tokens + usage.output_tokens},
      {"prompt_tokens_details", std::move(cached)},
      {"completion_tokens_details", json::Object{{"reasoning_tokens", usage.reasoning_tokens}}},
  };
}

/// The members that a reply and its events begin with.
json::Object head(const ModelReply& reply, std::string_view object) {
  return {{"id", reply_id(reply)},
          {"object", object},
          {"created", 0},
          {"model", model_name},
          {"system_fingerprint", model_name}};
}

json::Object with_finish(json::Object choice, json::Value finish) {
  choice.emplace_back("logprobs", json::Value());
  choice.emplace_back("finish_reason", std::move(finish));
  return choice;
}

/// One event of a stream; `choices` may be empty.
std::string event(const ModelReply& reply, json::Array choices, json::Value usage) {
  auto chunk = head(reply, reply.api == Api::chat ? "chat.completion.chunk" : "text_completion");
  chunk.emplace_back("choices", std::move(choices));
  if (!usage.is_null()) chunk.emplace_back("usage", std::move(usage));
  return fmt::format("data: {}\n\n", json::dump(std::move(chunk)));
}

json::Array delta(const ModelReply& reply, json::Object what, json::Value finish) {
  json::Object choice{{"index", 0}};
  if (reply.api == Api::chat) {
    choice.emplace_back("delta", std::move(what));
  } else {
    choice.emplace_back("text", what.empty() ? json::Value("") : what.front().second);
  }
  return {with_finish(std::move(choice), std::move(finish))};
}

std::expected<ModelRequest, Refusal> read_all(Api api, const Asked& asked) {
  ModelRequest request;
  request.api = api;
  for (const auto& step :
       {read_model(asked, request), read_sampling(asked),
        api == Api::chat ? read_messages(asked, request) : read_prompt(asked, request),
        read_chat_cap(asked, request), read_stops(asked.body, "stop", request),
        read_stream(asked.body, request), read_openai_cache(asked.body, request)}) {
    if (!step) return std::unexpected(step.error());
  }
  return request;
}

}  // namespace

std::vector<std::string_view> OpenAiWire::keys(const HttpRequest& request) const {
  std::vector<std::string_view> keys;
  add_bearer(request, keys);
  add_key_header(request, "api-key", keys);
  return keys;
}

json::Value OpenAiWire::refusal(const Refusal& refusal, std::string_view) const {
  return json::Object{{"error", json::Object{
                                    {"message", "simulated model: " + refusal.message},
                                    {"type", refusal.type},
                                    {"param", text_or_null(refusal.param)},
                                    {"code", text_or_null(refusal.code)},
                                }}};
}

std::vector<Header> OpenAiWire::limit_headers(std::span<const LimitLeft> left, CalendarTime) const {
  std::vector<Header> headers;
  for (const auto& each : left) {
    const auto name = name_of(each.limit);
    headers.push_back({fmt::format("x-ratelimit-limit-{}", name), std::to_string(each.allowed)});
    headers.push_back(
        {fmt::format("x-ratelimit-remaining-{}", name), std::to_string(each.remaining)});
    headers.push_back({fmt::format("x-ratelimit-reset-{}", name), reset_text(each.reset)});
  }
  return headers;
}

Refusal OpenAiWire::beyond_cap(const ModelRequest& request, std::int64_t most) const {
  return {.message = fmt::format("max_tokens is too large: {}. This model supports at most {} "
                                 "completion tokens",
                                 request.max_tokens.value_or(0), most),
          .code = "invalid_value",
          .param = "max_tokens"};
}

std::expected<ModelRequest, Refusal> ChatWire::read(const Asked& asked) const {
  return read_all(Api::chat, asked);
}

std::string_view ChatWire::finish_reason(Ended ended) const {
  switch (ended) {
    case Ended::at_cap:
    case Ended::at_context:
      return "length";
    case Ended::blocked:
      return "content_filter";
    case Ended::by_itself:
    case Ended::at_stop:
      break;
  }
  return "stop";
}

json::Value ChatWire::reply(const ModelReply& reply) const {
  const bool chat = reply.api == Api::chat;
  json::Object choice{{"index", 0}};
  if (chat) {
    choice.emplace_back("message", json::Object{{"role", "assistant"}, {"content", reply.text}});
  } else {
    choice.emplace_back("text", reply.text);
  }
  auto body = head(reply, chat ? "chat.completion" : "text_completion");
  body.emplace_back("choices",
                    json::Array{with_finish(std::move(choice), finish_reason(reply.ended))});
  body.emplace_back("usage", usage_object(reply.usage));
  return body;
}

std::vector<std::string> ChatWire::events(const ModelReply& reply,
                                          std::span<const std::string_view> pieces,
                                          bool include_usage) const {
  std::vector<std::string> events;
  const auto add = [&](json::Object what, json::Value finish) {
    events.push_back(event(reply, delta(reply, std::move(what), std::move(finish)), {}));
  };
  if (reply.api == Api::chat) add({{"role", "assistant"}, {"content", ""}}, {});
  for (const auto piece : pieces) add({{"content", piece}}, {});
  add({}, finish_reason(reply.ended));
  if (include_usage) events.push_back(event(reply, {}, usage_object(reply.usage)));
  events.emplace_back("data: [DONE]\n\n");
  return events;
}

Refusal ChatWire::beyond_context(const ModelRequest& request, std::int64_t context) const {
  const auto cap = request.max_tokens.value_or(0);
  return {.message = fmt::format("This model's maximum context length is {} tokens. However, you "
                                 "requested {} tokens ({} in the prompt, {} in the completion). "
                                 "Please reduce the length of the prompt",
                                 context, request.prompt.tokens + cap, request.prompt.tokens, cap),
          .code = "context_length_exceeded",
          .param = "messages"};
}

std::expected<ModelRequest, Refusal> CompletionsWire::read(const Asked& asked) const {
  return read_all(Api::completions, asked);
}

Refusal CompletionsWire::beyond_context(const ModelRequest& request, std::int64_t context) const {
  auto refusal = ChatWire::beyond_context(request, context);
  refusal.param = "prompt";
  return refusal;
}

Done refuse_sampling(const json::Value& body) {
  for (const std::string_view name : {"temperature", "top_p"}) {
    const auto* value = member(body, name);
    if (value == nullptr || value->real() == 1.0) continue;
    return refuse(fmt::format("Unsupported value: '{}' does not support {} with this model. Only "
                              "the default (1) value is supported.",
                              name, json::dump(*value)),
                  name, "unsupported_value");
  }
  return {};
}

std::expected<std::optional<CacheWish::Mark>, Refusal> read_breakpoint(const json::Value& part) {
  const auto* mark = member(part, "prompt_cache_breakpoint");
  if (mark == nullptr) return std::nullopt;
  const auto* mode = string_member(*mark, "mode");
  if (mode == nullptr || *mode != "explicit") {
    return refuse("'prompt_cache_breakpoint.mode' must be 'explicit'", "prompt_cache_breakpoint");
  }
  return CacheWish::Mark{};
}

Done read_openai_cache(const json::Value& body, ModelRequest& request) {
  if (const auto* key = string_member(body, "prompt_cache_key")) request.cache.key = *key;
  const auto* options = member(body, "prompt_cache_options");
  if (options != nullptr && member(body, "prompt_cache_retention") != nullptr) {
    return refuse("'prompt_cache_retention' and 'prompt_cache_options' exclude each other",
                  "prompt_cache_retention");
  }
  const auto* mode = options == nullptr ? nullptr : string_member(*options, "mode");
  if (mode != nullptr && *mode != "explicit" && *mode != "implicit") {
    return refuse("'prompt_cache_options.mode' is neither 'implicit' nor 'explicit'",
                  "prompt_cache_options");
  }
  request.cache.automatic = mode == nullptr || *mode == "implicit";
  const auto* ttl = options == nullptr ? nullptr : string_member(*options, "ttl");
  if (ttl != nullptr && *ttl != "30m" && *ttl != "12h") {
    return refuse("'prompt_cache_options.ttl' is neither '30m' nor '12h'", "prompt_cache_options");
  }
  if (ttl != nullptr && *ttl == "12h") request.cache.lifetime = std::chrono::hours(12);
  for (auto& mark : request.cache.marks) mark.lifetime = request.cache.lifetime;
  constexpr std::size_t most_marks = 4;
  if (request.cache.marks.size() + (request.cache.automatic ? 1 : 0) <= most_marks) return {};
  return refuse("at most 4 prompt cache breakpoints are allowed, the automatic one included",
                "prompt_cache_breakpoint");
}

json::Value models_list() {
  return json::Object{
      {"object", "list"},
      {"data",
       json::Array{json::Object{
           {"id", model_name}, {"object", "model"}, {"created", 0}, {"owned_by", "sheaf"}}}},
  };
}

}  // namespace sheaf::simulate
