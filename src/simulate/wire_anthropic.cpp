#include "simulate/wire_anthropic.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "simulate/request_parts.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::string_view with_sampling = "2023-06-01";
constexpr std::string_view without_sampling = "2026-10-21";
constexpr auto sampling = std::to_array<std::string_view>({"temperature", "top_p", "top_k"});
constexpr auto known_members = std::to_array<std::string_view>(
    {"model",          "max_tokens",    "messages",           "system",
     "stop_sequences", "thinking",      "output_config",      "tools",
     "tool_choice",    "metadata",      "service_tier",       "speed",
     "inference_geo",  "cache_control", "diagnostics",        "stream",
     "container",      "mcp_servers",   "context_management", "temperature",
     "top_p",          "top_k"});

struct ErrorType {
  int status = 0;
  std::string_view type;
};
constexpr int overloaded = 529;
constexpr std::array error_types{ErrorType{401, "authentication_error"},
                                 ErrorType{403, "permission_error"},
                                 ErrorType{404, "not_found_error"},
                                 ErrorType{409, "conflict_error"},
                                 ErrorType{413, "request_too_large"},
                                 ErrorType{429, "rate_limit_error"},
                                 ErrorType{500, "api_error"},
                                 ErrorType{overloaded, "overloaded_error"}};

Done check_members(const Asked& asked) {
  const auto version = anthropic_version(asked.headers);
  if (!version) return std::unexpected(version.error());
  if (const auto* name = unknown_member(*asked.body.object(), known_members)) {
    return refuse(fmt::format("{}: Extra inputs are not permitted", *name));
  }
  for (const auto name : sampling) {
    if (asked.body.find(name) == nullptr) continue;
    if (*version == without_sampling) {
      return refuse(fmt::format("{}: Extra inputs are not permitted", name));
    }
    if (asked.options.reasoning_model) {
      return refuse(fmt::format("`{}` is not supported for this model.", name));
    }
  }
  const auto stream = flag_member(asked.body, "stream");
  if (stream && !*stream) return {};
  return refuse("stream: the simulated model streams OpenAI's chat completions alone");
}

/// `{"type": "ephemeral", "ttl"?}`
std::expected<CacheWish::Mark, Refusal> read_control(const json::Value& control) {
  const auto* type = string_member(control, "type");
  if (type == nullptr || *type != "ephemeral") {
    return refuse("cache_control.type: Input should be 'ephemeral'");
  }
  const auto* ttl = member(control, "ttl");
  if (ttl == nullptr) return CacheWish::Mark{};
  const auto* word = ttl->string();
  if (word != nullptr && *word == "5m") return CacheWish::Mark{.lifetime = std::chrono::minutes(5)};
  if (word != nullptr && *word == "1h") return CacheWish::Mark{.lifetime = std::chrono::hours(1)};
  return refuse("cache_control.ttl: Input should be '5m' or '1h'");
}

std::expected<std::optional<CacheWish::Mark>, Refusal> read_mark(const json::Value& block) {
  const auto* control = member(block, "cache_control");
  if (control == nullptr) return std::nullopt;
  if (string_member(block, "text")->empty()) {
    return refuse("cache_control cannot be set for empty text blocks");
  }
  return read_control(*control);
}

Done add_messages(const json::Value& body, Conversation& conversation) {
  const auto* messages = member(body, "messages");
  const auto* list = messages == nullptr ? nullptr : messages->array();
  if (list == nullptr) return refuse("messages: Field required");
  if (list->empty()) return refuse("messages: at least one message is required");
  for (const auto& message : *list) {
    const auto* role = string_member(message, "role");
    const bool first = &message == &list->front();
    if (role == nullptr || (*role != "user" && *role != "assistant")) {
      return refuse("messages: Unexpected role. The roles are 'user' and 'assistant'");
    }
    if (first && *role != "user") return refuse("messages: first message must use the user role");
    auto added = conversation.add(*role, message.find("content"), "messages");
    if (!added) return added;
  }
  if (conversation.last_role() == "user") return {};
  return refuse(
      "This model does not support assistant message prefill. The conversation must end "
      "with a user message.");
}

Done read_messages(const Asked& asked, ModelRequest& request) {
  Conversation conversation({"text"}, read_mark);
  if (const auto* system = member(asked.body, "system")) {
    if (auto added = conversation.add("system", system, "system"); !added) return added;
  }
  if (auto added = add_messages(asked.body, conversation); !added) return added;
  return conversation.finish(asked.counter, "messages", request);
}

Done read_model(const json::Value& body, ModelRequest& request) {
  const auto* name = string_member(body, "model");
  if (name == nullptr) return refuse("model: Field required");
  request.model = *name;
  if (member(body, "max_tokens") == nullptr) return refuse("max_tokens: Field required");
  if (const auto read = read_cap(body, "max_tokens", 0, request); !read) {
    return refuse("max_tokens: Input should be a whole number from 0");
  }
  const auto* stops = member(body, "stop_sequences");
  if (stops != nullptr && stops->array() == nullptr) {
    return refuse("stop_sequences: Input should be a valid list");
  }
  return read_stops(body, "stop_sequences", request);
}

Done read_thinking(const json::Value& body, const ModelRequest& request) {
  constexpr std::int64_t least_budget = 1024;
  const auto* thinking = member(body, "thinking");
  const auto* type = thinking == nullptr ? nullptr : string_member(*thinking, "type");
  if (thinking != nullptr && type == nullptr) return refuse("thinking.type: Field required");
  if (type == nullptr || *type != "enabled") return {};
  const auto* budget = member(*thinking, "budget_tokens");
  const auto tokens = budget == nullptr ? std::nullopt : budget->integer();
  if (!tokens || *tokens < least_budget) {
    return refuse("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
  }
  if (*tokens < request.max_tokens) return {};
  return refuse("`max_tokens` must be greater than `thinking.budget_tokens`");
}

/// The longer lifetimes must stand before the shorter ones.
Done read_cache(const json::Value& body, ModelRequest& request) {
  auto& wish = request.cache;
  if (const auto* control = member(body, "cache_control")) {
    const auto mark = read_control(*control);
    if (!mark) return std::unexpected(mark.error());
    wish.automatic = true;
    wish.lifetime = mark->lifetime;
  }
  constexpr std::size_t most_marks = 4;
  const auto marks = wish.marks.size() + (wish.automatic ? 1 : 0);
  if (marks > most_marks) {
    return refuse(
        fmt::format("A maximum of 4 blocks with cache_control may be provided. Found {}.", marks));
  }
  constexpr Time by_default = std::chrono::minutes(5);
  Time before = Time::max();
  for (const auto& mark : wish.marks) {
    const auto own = mark.lifetime.value_or(by_default);
    if (own > before) {
      return refuse(
          "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control "
          "block");
    }
    before = own;
  }
  return {};
}

std::string_view stop_reason(Ended ended) {
  switch (ended) {
    case Ended::at_stop:
      return "stop_sequence";
    case Ended::at_cap:
      return "max_tokens";
    case Ended::at_context:
      return "model_context_window_exceeded";
    case Ended::blocked:
      return "refusal";
    case Ended::by_itself:
      break;
  }
  return "end_turn";
}

json::Value usage_object(const ModelReply& reply) {
  const auto& usage = reply.usage;
  const auto written = usage.cache_write_tokens;
  return json::Object{
      {"input_tokens", usage.input_tokens - usage.cached_input_tokens - written},
      {"cache_creation_input_tokens", written},
      {"cache_read_input_tokens", usage.cached_input_tokens},
      {"cache_creation",
       json::Object{{"ephemeral_5m_input_tokens", written - reply.long_write_tokens},
                    {"ephemeral_1h_input_tokens", reply.long_write_tokens}}},
      {"output_tokens", usage.output_tokens},
      {"output_tokens_details", json::Object{{"thinking_tokens", usage.reasoning_tokens}}},
      {"service_tier", "standard"}};
}

json::Array content_blocks(const ModelReply& reply) {
  json::Array blocks;
  if (reply.usage.reasoning_tokens > 0) {
    blocks.emplace_back(
        json::Object{{"type", "thinking"}, {"thinking", ""}, {"signature", model_name}});
  }
  if (!reply.text.empty()) {
    blocks.emplace_back(json::Object{{"type", "text"}, {"text", reply.text}});
  }
  return blocks;
}

std::string_view name_of(LimitLeft::Limit limit) {
  return limit == LimitLeft::Limit::requests ? "requests" : "tokens";
}

}  // namespace

std::vector<std::string_view> AnthropicWire::keys(const HttpRequest& request) const {
  std::vector<std::string_view> keys;
  add_key_header(request, "x-api-key", keys);
  add_bearer(request, keys);
  return keys;
}

std::expected<std::string_view, Refusal> anthropic_version(std::span<const Header> headers) {
  const auto* version = find_header(headers, "anthropic-version");
  if (version == nullptr) return refuse("anthropic-version: header is required");
  if (*version == with_sampling || *version == without_sampling) return *version;
  return refuse("anthropic-version: this version is not known");
}

std::expected<ModelRequest, Refusal> AnthropicWire::read(const Asked& asked) const {
  ModelRequest request;
  request.api = Api::messages;
  if (const auto checked = check_members(asked); !checked) {
    return std::unexpected(checked.error());
  }
  for (const auto& step : {read_model(asked.body, request), read_messages(asked, request),
                           read_thinking(asked.body, request), read_cache(asked.body, request)}) {
    if (!step) return std::unexpected(step.error());
  }
  return request;
}

json::Value AnthropicWire::reply(const ModelReply& reply) const {
  json::Value details;
  if (reply.ended == Ended::blocked) {
    details = json::Object{{"type", "refusal"},
                           {"category", json::Value()},
                           {"explanation", "a drawn fault of the simulated model"}};
  }
  return json::Object{
      {"id", reply_id(reply, "msg_")},
      {"type", "message"},
      {"role", "assistant"},
      {"model", model_name},
      {"content", content_blocks(reply)},
      {"stop_reason", stop_reason(reply.ended)},
      {"stop_sequence", reply.ended == Ended::at_stop ? json::Value(reply.stop) : json::Value()},
      {"stop_details", std::move(details)},
      {"usage", usage_object(reply)},
  };
}

int AnthropicWire::status(int openai_status) const {
  return openai_status == 503 ? overloaded : openai_status;
}

json::Value AnthropicWire::refusal(const Refusal& refusal, std::string_view request_id) const {
  const auto* found = std::ranges::find(error_types, status(refusal.status), &ErrorType::status);
  const auto type = found == error_types.end() ? "invalid_request_error" : found->type;
  return json::Object{
      {"type", "error"},
      {"error", json::Object{{"type", type}, {"message", "simulated model: " + refusal.message}}},
      {"request_id", request_id}};
}

std::vector<Header> AnthropicWire::limit_headers(std::span<const LimitLeft> left,
                                                 CalendarTime now) const {
  std::vector<Header> headers;
  for (const auto& each : left) {
    const auto start = fmt::format("anthropic-ratelimit-{}-", name_of(each.limit));
    headers.push_back({start + "limit", std::to_string(each.allowed)});
    headers.push_back({start + "remaining", std::to_string(each.remaining)});
    headers.push_back({start + "reset", rfc3339(now + each.reset)});
  }
  return headers;
}

Refusal AnthropicWire::beyond_context(const ModelRequest& request, std::int64_t context) const {
  return {.message = fmt::format("prompt is too long: {} tokens > {} maximum",
                                 request.prompt.tokens, context)};
}

Refusal AnthropicWire::beyond_cap(const ModelRequest& request, std::int64_t most) const {
  return {.message = fmt::format("max_tokens: {} > {}, which is the maximum allowed number of "
                                 "output tokens for {}",
                                 request.max_tokens.value_or(0), most, model_name)};
}

}  // namespace sheaf::simulate
