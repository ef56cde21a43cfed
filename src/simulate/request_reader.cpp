#include "simulate/request_reader.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"

namespace sheaf::simulate {
namespace {

using Done = std::expected<void, Refusal>;

std::unexpected<Refusal> refuse(std::string message, std::string_view param) {
  return std::unexpected(Refusal{.message = std::move(message), .param = param});
}

const std::string* string_member(const json::Value& value, std::string_view name) {
  const auto* member = value.find(name);
  return member == nullptr ? nullptr : member->string();
}

Done read_messages(const json::Value& body, ModelRequest& request, TokenCounter& counter) {
  const auto* messages = body.find("messages");
  const auto* list = messages == nullptr ? nullptr : messages->array();
  if (list == nullptr || list->empty()) return refuse("'messages' is no list", "messages");
  std::vector<ChatMessage> read;
  read.reserve(list->size());
  for (const auto& message : *list) {
    const auto* role = string_member(message, "role");
    const auto* content = string_member(message, "content");
    if (role == nullptr || content == nullptr) {
      return refuse("a message needs a 'role' and a 'content', both strings", "messages");
    }
    read.push_back({*role, *content});
  }
  if (read.back().role != "user") {
    return refuse("the last message is not the user's", "messages");
  }
  request.last = read.back().content;
  request.prompt = counter.chat(read);
  return {};
}

Done read_prompt(const json::Value& body, ModelRequest& request, TokenCounter& counter) {
  const auto* prompt = string_member(body, "prompt");
  if (prompt == nullptr) return refuse("'prompt' is no string", "prompt");
  request.last = *prompt;
  request.prompt = counter.completion(*prompt);
  return {};
}

Done read_cap(const json::Value& body, ModelRequest& request) {
  for (const std::string_view name : {"max_completion_tokens", "max_tokens"}) {
    const auto* cap = body.find(name);
    if (cap == nullptr || cap->is_null()) continue;
    request.max_tokens = cap->integer();
    if (!request.max_tokens || *request.max_tokens < 1) {
      return refuse(fmt::format("'{}' is no whole number from 1", name), name);
    }
    return {};
  }
  return {};
}

Done read_stops(const json::Value& body, ModelRequest& request) {
  const auto* stop = body.find("stop");
  if (stop == nullptr || stop->is_null()) return {};
  if (const auto* one = stop->string()) {
    request.stops.push_back(*one);
    return {};
  }
  const auto* list = stop->array();
  if (list == nullptr) return refuse("'stop' is neither a string nor a list of strings", "stop");
  for (const auto& each : *list) {
    if (each.string() == nullptr) return refuse("'stop' holds something else than strings", "stop");
    request.stops.push_back(*each.string());
  }
  return {};
}

std::optional<bool> flag_member(const json::Value& body, std::string_view name) {
  const auto* member = body.find(name);
  if (member == nullptr || member->is_null()) return false;
  const auto* flag = member->boolean();
  return flag == nullptr ? std::nullopt : std::optional(*flag);
}

Done read_stream(const json::Value& body, ModelRequest& request) {
  const auto stream = flag_member(body, "stream");
  if (!stream) return refuse("'stream' is neither true nor false", "stream");
  request.stream = *stream;
  const auto* options = body.find("stream_options");
  if (options == nullptr || options->is_null()) return {};
  if (!request.stream) return refuse("'stream_options' needs 'stream'", "stream_options");
  const auto usage = flag_member(*options, "include_usage");
  if (!usage) return refuse("'include_usage' is neither true nor false", "stream_options");
  request.include_usage = *usage;
  return {};
}

Done check_rest(const json::Value& body) {
  if (string_member(body, "model") == nullptr) return refuse("'model' is missing", "model");
  const auto* n = body.find("n");
  if (n != nullptr && !n->is_null() && n->integer() != 1) {
    return refuse("the simulated model gives one reply to a prompt", "n");
  }
  return {};
}

}  // namespace

std::expected<ModelRequest, Refusal> read_request(Api api, std::string_view body,
                                                  TokenCounter& counter) {
  const auto parsed = json::parse(body);
  if (!parsed) {
    return refuse(fmt::format("the body is not JSON: {} at byte {}", parsed.error().reason,
                              parsed.error().offset),
                  {});
  }
  if (parsed->object() == nullptr) return refuse("the body is no JSON object", {});
  ModelRequest request{.api = api, .last = {}, .prompt = {}, .max_tokens = {}, .stops = {}};
  for (const auto& step :
       {check_rest(*parsed),
        api == Api::chat ? read_messages(*parsed, request, counter)
                         : read_prompt(*parsed, request, counter),
        read_cap(*parsed, request), read_stops(*parsed, request), read_stream(*parsed, request)}) {
    if (!step) return std::unexpected(step.error());
  }
  return request;
}

}  // namespace sheaf::simulate
