#include "llama/wire.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"

namespace sheaf::llama {
namespace {

using json::Object;
using json::Value;

/// Most of the likeliest tokens that may be asked for, as of OpenAI's.
constexpr std::int64_t most_top_logprobs = 20;
constexpr std::size_t most_stops = 16;

struct Problem {
  std::string text;
};
using Read = std::expected<void, Problem>;

Read wrong(std::string_view name, std::string_view what) {
  return std::unexpected(Problem{fmt::format("{} must be {}", name, what)});
}

Read read_message(const Value& value, std::vector<Message>& messages) {
  const auto* role = value.find("role");
  const auto* content = value.find("content");
  const auto* name = role != nullptr ? role->string() : nullptr;
  const auto* text = content != nullptr ? content->string() : nullptr;
  if (name == nullptr || text == nullptr) return wrong("messages", "texts with their roles");
  if (*name == "system" || *name == "developer") {
    messages.push_back({Role::system, *text});
  } else if (*name == "user") {
    messages.push_back({Role::user, *text});
  } else if (*name == "assistant") {
    messages.push_back({Role::assistant, *text});
  } else {
    return wrong("role", "system, developer, user or assistant");
  }
  return {};
}

Read read_messages(const Value& value, WireRequest& request) {
  const auto* list = value.array();
  if (list == nullptr || list->empty()) return wrong("messages", "a list of messages");
  for (const auto& each : *list) {
    if (auto done = read_message(each, request.messages); !done) return done;
  }
  return {};
}

Read read_stop(const Value& value, GenerationRequest& generation) {
  if (value.is_null()) return {};
  if (const auto* one = value.string()) generation.stops = {*one};
  if (const auto* list = value.array()) {
    for (const auto& each : *list) generation.stops.push_back(each.string() ? *each.string() : "");
  }
  const auto& stops = generation.stops;
  const bool any_empty = std::ranges::any_of(stops, &std::string::empty);
  if (!stops.empty() && stops.size() <= most_stops && !any_empty) return {};
  return wrong("stop", fmt::format("a text or up to {} texts, none of them empty", most_stops));
}

Read read_real(std::string_view name, const Value& value, double most, double& out) {
  const auto number = value.real();
  if (!number || *number < 0 || *number > most) {
    return wrong(name, fmt::format("a number from 0 to {}", most));
  }
  out = *number;
  return {};
}

Read read_cap(std::string_view name, const Value& value, WireRequest& request) {
  request.max_tokens = value.integer();
  if (request.max_tokens.value_or(0) < 1) return wrong(name, "an integer of at least 1");
  return {};
}

/// Chat: true or false, and `top_logprobs`; completions: a number.
Read read_logprobs(std::string_view name, const Value& value, WireRequest& request) {
  auto& top = request.generation.top_logprobs;
  if (value.is_null()) return {};
  if (request.is_chat && name == "logprobs") {
    if (value.boolean() == nullptr) return wrong(name, "true or false");
    if (*value.boolean() && !top) top = 0;
    return {};
  }
  const auto count = value.integer().value_or(-1);
  if (count < 0 || count > most_top_logprobs) {
    return wrong(name, fmt::format("an integer from 0 to {}", most_top_logprobs));
  }
  top = static_cast<int>(count);
  return {};
}

Read read_sampling(std::string_view name, const Value& value, WireRequest& request) {
  auto& sampling = request.generation.sampling;
  if (name == "temperature") return read_real(name, value, 2, sampling.temperature);
  if (name == "top_p") return read_real(name, value, 1, sampling.top_p);
  const auto seed = value.integer();
  if (!seed) return wrong(name, "an integer");
  sampling.seed = static_cast<std::uint32_t>(*seed);
  return {};
}

Read read_member(const std::string& name, const Value& value, WireRequest& request) {
  if (name == "model") return {};
  if (name == "messages" && request.is_chat) return read_messages(value, request);
  if (name == "prompt" && !request.is_chat) {
    if (value.string() == nullptr) return wrong(name, "a text");
    request.prompt = *value.string();
    return {};
  }
  if (name == "max_tokens" || name == "max_completion_tokens") {
    return read_cap(name, value, request);
  }
  if (name == "temperature" || name == "top_p" || name == "seed") {
    return read_sampling(name, value, request);
  }
  if (name == "stop") return read_stop(value, request.generation);
  if (name == "logprobs" || (name == "top_logprobs" && request.is_chat)) {
    return read_logprobs(name, value, request);
  }
  if (name == "grammar") {
    if (value.string() == nullptr) return wrong(name, "a text");
    request.generation.grammar = *value.string();
    return {};
  }
  if (name == "n" && value.integer() == 1) return {};
  if (name == "stream" && value.boolean() != nullptr && !*value.boolean()) return {};
  return std::unexpected(Problem{fmt::format("a model of a GGUF file does not take {}", name)});
}

std::string_view name_of(FinishReason reason) {
  return reason == FinishReason::length ? "length" : "stop";
}

Value real(double value) {
  return json::Number{std::isfinite(value) ? fmt::format("{:.6g}", value) : "-9999"};
}

Value piece(const TokenLogprob& token) { return text::replace_invalid_utf8(token.piece); }

Value chat_logprobs(const std::vector<ChosenToken>& tokens) {
  const auto told = [](const TokenLogprob& token) {
    json::Array bytes;
    for (const char byte : token.piece) {
      bytes.emplace_back(static_cast<int>(static_cast<unsigned char>(byte)));
    }
    return Object{
        {"token", piece(token)}, {"logprob", real(token.logprob)}, {"bytes", std::move(bytes)}};
  };
  json::Array content;
  for (const auto& token : tokens) {
    json::Array top;
    for (const auto& each : token.top) top.emplace_back(told(each));
    auto object = told(token.chosen);
    object.emplace_back("top_logprobs", std::move(top));
    content.emplace_back(std::move(object));
  }
  return Object{{"content", std::move(content)}};
}

Value completion_logprobs(const std::vector<ChosenToken>& tokens) {
  json::Array pieces, logprobs, tops;
  for (const auto& token : tokens) {
    pieces.push_back(piece(token.chosen));
    logprobs.push_back(real(token.chosen.logprob));
    Object top;
    for (const auto& each : token.top) {
      top.emplace_back(text::replace_invalid_utf8(each.piece), real(each.logprob));
    }
    tops.emplace_back(std::move(top));
  }
  return Object{{"tokens", std::move(pieces)},
                {"token_logprobs", std::move(logprobs)},
                {"top_logprobs", std::move(tops)}};
}

Value usage(const Usage& usage) {
  return Object{{"prompt_tokens", usage.input_tokens},
                {"completion_tokens", usage.output_tokens},
                {"total_tokens", usage.input_tokens + usage.output_tokens},
                {"prompt_tokens_details", Object{{"cached_tokens", usage.cached_input_tokens}}}};
}

HttpResponse json_response(int status, const Value& body) {
  return {status, {{"Content-Type", "application/json"}}, json::dump(body)};
}

}  // namespace

std::expected<WireRequest, HttpResponse> read_request(const HttpRequest& request) {
  WireRequest read;
  read.is_chat = request.url.ends_with("/chat/completions");
  if (!request.url.ends_with("/completions")) {
    return std::unexpected(refusal(404, "", "a model of a GGUF file answers chat and completions"));
  }
  const auto body = json::parse(request.body);
  const auto* object = body ? body->object() : nullptr;
  if (object == nullptr) return std::unexpected(refusal(400, "", "the body is no JSON object"));
  for (const auto& [name, value] : *object) {
    if (const auto done = read_member(name, value, read); !done) {
      return std::unexpected(refusal(400, "", done.error().text));
    }
  }
  if (read.is_chat && read.messages.empty()) {
    return std::unexpected(refusal(400, "", "messages are missing"));
  }
  return read;
}

HttpResponse write_reply(const WireRequest& request, const Generation& generation) {
  const auto text = text::replace_invalid_utf8(generation.text);
  Object choice{{"index", 0}, {"finish_reason", name_of(generation.finish)}};
  if (request.is_chat) {
    choice.emplace_back("message", Object{{"role", "assistant"}, {"content", text}});
  } else {
    choice.emplace_back("text", text);
  }
  if (request.generation.top_logprobs) {
    choice.emplace_back("logprobs", request.is_chat ? chat_logprobs(generation.tokens)
                                                    : completion_logprobs(generation.tokens));
  }
  return json_response(200,
                       Object{{"object", request.is_chat ? "chat.completion" : "text_completion"},
                              {"choices", json::Array{std::move(choice)}},
                              {"usage", usage(generation.usage)}});
}

HttpResponse refusal(int status, std::string_view code, std::string_view message) {
  Object error{{"message", message}, {"type", "invalid_request_error"}};
  if (!code.empty()) error.emplace_back("code", code);
  return json_response(status, Object{{"error", std::move(error)}});
}

}  // namespace sheaf::llama
