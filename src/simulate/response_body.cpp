#include "simulate/response_body.hpp"

#include <fmt/format.h>

#include "core/json.hpp"

namespace sheaf::simulate {
namespace {

json::Value text_or_null(std::string_view text) {
  return text.empty() ? json::Value() : json::Value(text);
}

std::string_view finish_reason(const CompletionBody& completion) {
  return completion.cut ? "length" : "stop";
}

json::Value choice(const CompletionBody& completion) {
  json::Object choice{{"index", 0}};
  if (completion.api == Api::chat) {
    choice.emplace_back("message",
                        json::Object{{"role", "assistant"}, {"content", completion.text}});
  } else {
    choice.emplace_back("text", completion.text);
  }
  choice.emplace_back("logprobs", json::Value());
  choice.emplace_back("finish_reason", finish_reason(completion));
  return choice;
}

json::Value usage_object(const Usage& usage) {
  return json::Object{
      {"prompt_tokens", usage.input_tokens},
      {"completion_tokens", usage.output_tokens},
      {"total_tokens", usage.input_tokens + usage.output_tokens},
      {"prompt_tokens_details", json::Object{{"cached_tokens", usage.cached_input_tokens}}},
      {"completion_tokens_details", json::Object{{"reasoning_tokens", usage.reasoning_tokens}}},
  };
}

/// One event of a stream; `choices` may be empty.
std::string event(const CompletionBody& completion, json::Array choices, json::Value usage) {
  const bool chat = completion.api == Api::chat;
  json::Object chunk{
      {"id", fmt::format("simulated-{}", completion.number)},
      {"object", chat ? "chat.completion.chunk" : "text_completion"},
      {"created", 0},
      {"model", model_name},
      {"system_fingerprint", model_name},
      {"choices", std::move(choices)},
  };
  if (!usage.is_null()) chunk.emplace_back("usage", std::move(usage));
  return fmt::format("data: {}\n\n", json::dump(std::move(chunk)));
}

json::Array delta(const CompletionBody& completion, json::Object what, json::Value finish) {
  json::Object choice{{"index", 0}};
  if (completion.api == Api::chat) {
    choice.emplace_back("delta", std::move(what));
  } else {
    choice.emplace_back("text", what.empty() ? json::Value("") : what.front().second);
  }
  choice.emplace_back("logprobs", json::Value());
  choice.emplace_back("finish_reason", std::move(finish));
  return {std::move(choice)};
}

}  // namespace

std::vector<std::string> completion_events(const CompletionBody& completion,
                                           std::span<const std::string_view> pieces,
                                           bool include_usage) {
  std::vector<std::string> events;
  const auto add = [&](json::Object what, json::Value finish) {
    events.push_back(event(completion, delta(completion, std::move(what), std::move(finish)), {}));
  };
  if (completion.api == Api::chat) add({{"role", "assistant"}, {"content", ""}}, {});
  for (const auto piece : pieces) add({{"content", piece}}, {});
  add({}, finish_reason(completion));
  if (include_usage) events.push_back(event(completion, {}, usage_object(completion.usage)));
  events.emplace_back("data: [DONE]\n\n");
  return events;
}

std::string completion_body(const CompletionBody& completion) {
  const bool chat = completion.api == Api::chat;
  return json::dump(json::Object{
      {"id", fmt::format("simulated-{}", completion.number)},
      {"object", chat ? "chat.completion" : "text_completion"},
      {"created", 0},
      {"model", model_name},
      {"system_fingerprint", model_name},
      {"choices", json::Array{choice(completion)}},
      {"usage", usage_object(completion.usage)},
  });
}

std::string error_body(const Refusal& refusal) {
  return json::dump(json::Object{{"error", json::Object{
                                               {"message", "simulated model: " + refusal.message},
                                               {"type", refusal.type},
                                               {"param", text_or_null(refusal.param)},
                                               {"code", text_or_null(refusal.code)},
                                           }}});
}

std::string models_body() {
  return json::dump(json::Object{
      {"object", "list"},
      {"data",
       json::Array{json::Object{
           {"id", model_name}, {"object", "model"}, {"created", 0}, {"owned_by", "sheaf"}}}},
  });
}

std::string html_page() {
  return "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head>\n<body><h1>Bad gateway"
         "</h1><p>A page of the simulated model, where JSON should be.</p></body></html>\n";
}

}  // namespace sheaf::simulate
