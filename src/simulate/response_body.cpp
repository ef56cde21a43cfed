#include "simulate/response_body.hpp"

#include <fmt/format.h>

#include "core/json.hpp"

namespace sheaf::simulate {
namespace {

json::Value text_or_null(std::string_view text) {
  return text.empty() ? json::Value() : json::Value(text);
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
  choice.emplace_back("finish_reason", completion.cut ? "length" : "stop");
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

}  // namespace

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
