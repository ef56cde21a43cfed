#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/json.hpp"
#include "provider/fault_table.hpp"
#include "provider/headers.hpp"
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

json::Array chat_messages(const Prompt& prompt) {
  json::Array messages;
  for (const auto& message : prompt.messages) {
    messages.emplace_back(
        json::Object{{"role", role_name(message.role)}, {"content", message.text}});
  }
  return messages;
}

std::string whole_text(const Prompt& prompt) {
  std::string text;
  for (const auto& message : prompt.messages) text += message.text;
  return text;
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

HttpRequest OpenAi::request(const Prompt& prompt) const {
  const bool chat = model_.api == Api::chat;
  json::Object ours;
  ours.emplace_back("model", model_.name);
  if (chat) {
    ours.emplace_back("messages", chat_messages(prompt));
  } else {
    ours.emplace_back("prompt", whole_text(prompt));
  }
  ours.emplace_back("temperature", model_.temperature);
  ours.emplace_back(
      model_.output_cap == OutputCap::max_tokens ? "max_tokens" : "max_completion_tokens",
      prompt.max_output_tokens);
  if (!prompt.stop.empty()) ours.emplace_back("stop", prompt.stop);
  json::Object body;
  for (auto& member : ours) {
    if (!replaces(model_.parameters, member.first)) body.push_back(std::move(member));
  }
  for (const auto& parameter : model_.parameters) {
    if (!streams(parameter.first)) body.push_back(parameter);
  }
  return {"POST",
          chat ? "/chat/completions" : "/completions",
          {{"Content-Type", "application/json"}},
          json::dump(std::move(body))};
}

Exchange OpenAi::read(const TransferResult& result, std::int64_t now_unix) const {
  if (const auto* fault = std::get_if<TransportFault>(&result)) return {lost(*fault), {}};
  const auto& response = std::get<HttpResponse>(result);
  Exchange exchange{Completion{}, rate_limit_hint(response)};
  if (response.status < 200 || response.status > 299) {
    exchange.outcome = refusal(response, now_unix);
  } else if (auto completion = read_completion(response.body, model_.api)) {
    exchange.outcome = std::move(*completion);
  } else {
    auto& bad = completion.error();
    exchange.outcome = bad_reply(response.status, std::move(bad.detail), bad.usage);
  }
  return exchange;
}

}  // namespace sheaf::provider
