#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/json.hpp"
#include "provider/provider.hpp"
#include "provider/reply.hpp"

namespace sheaf::provider {
namespace {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::system:
      return "system";
    case Role::assistant:
      return "assistant";
    case Role::user:
      break;
  }
  return "user";
}

void append_message(std::string& body, const Message& message) {
  if (!body.ends_with('[')) body.push_back(',');
  body.append(R"({"role":")").append(role_name(message.role)).append(R"(","content":)");
  json::append_string(body, message.text);
  body.push_back('}');
}

void append_member(std::string& body, std::string_view name, const json::Value& value) {
  if (!body.ends_with('{')) body.push_back(',');
  json::append_string(body, name);
  body.push_back(':');
  json::append(body, value);
}

bool is_cap(std::string_view name) {
  return name == "max_tokens" || name == "max_completion_tokens";
}

bool streams(std::string_view name) { return name == "stream" || name == "stream_options"; }

/// Whether one of the parameters stands in place of our member `name`.
bool replaces(const json::Object& parameters, std::string_view name) {
  return std::ranges::any_of(parameters, [name](const json::Member& parameter) {
    return parameter.first == name || (is_cap(name) && is_cap(parameter.first));
  });
}

}  // namespace

OpenAi::OpenAi(ModelSpec model) : model_(std::move(model)) {}

std::string OpenAi::opening(std::span<const Message> shared) const {
  std::string body = "{";
  if (!replaces(model_.parameters, "model")) append_member(body, "model", model_.name);
  if (!body.ends_with('{')) body.push_back(',');
  if (model_.api == Api::chat) {
    body += R"("messages":[)";
    for (const auto& message : shared) append_message(body, message);
  } else {
    body += R"("prompt":")";
    for (const auto& message : shared) json::append_escaped(body, message.text);
  }
  return body;
}

HttpRequest OpenAi::request(std::string_view opening, const Prompt& own) const {
  const bool chat = model_.api == Api::chat;
  std::string body;
  std::size_t own_size = 0;
  for (const auto& message : own.messages) own_size += message.text.size();
  body.reserve(opening.size() + own_size + own_size / 16 + 256);
  body += opening;
  for (const auto& message : own.messages) {
    chat ? append_message(body, message) : json::append_escaped(body, message.text);
  }
  body.push_back(chat ? ']' : '"');
  json::Object more;
  more.emplace_back("temperature", model_.temperature);
  more.emplace_back(
      model_.output_cap == OutputCap::max_tokens ? "max_tokens" : "max_completion_tokens",
      own.max_output_tokens);
  if (!own.stop.empty()) more.emplace_back("stop", own.stop);
  for (const auto& [name, value] : more) {
    if (!replaces(model_.parameters, name)) append_member(body, name, value);
  }
  for (const auto& [name, value] : model_.parameters) {
    if (!streams(name)) append_member(body, name, value);
  }
  body.push_back('}');
  return {"POST",
          chat ? "/chat/completions" : "/completions",
          {{"Content-Type", "application/json"}},
          std::move(body)};
}

Exchange OpenAi::read(const TransferResult& result, std::int64_t now_unix) const {
  return read_transfer(result, now_unix,
                       [this](std::string_view body) { return read_completion(body, model_.api); });
}

}  // namespace sheaf::provider
