#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/json.hpp"
#include "provider/body.hpp"
#include "provider/cache_mark.hpp"
#include "provider/provider.hpp"
#include "provider/reply.hpp"

namespace sheaf::provider {
namespace {

void append_message(std::string& body, const Message& message) {
  append_comma(body);
  body.append(R"({"role":")").append(role_name(message.role)).append(R"(","content":)");
  json::append_string(body, message.text);
  body.push_back('}');
}

/// The last message, its shared beginning marked.
void append_marked(std::string& body, const Prompt& own, const PromptCache& cache) {
  append_comma(body);
  body += R"({"role":"user","content":)";
  append_parts(body, "text", own.messages.back().text, own.static_bytes, cache);
  body.push_back('}');
}

void append_messages(std::string& body, const Prompt& own, const PromptCache& cache) {
  const bool marked = has_breakpoint(own, cache);
  const auto plain = std::span(own.messages).first(own.messages.size() - (marked ? 1 : 0));
  for (const auto& message : plain) append_message(body, message);
  if (marked) append_marked(body, own, cache);
  body.push_back(']');
}

}  // namespace

OpenAi::OpenAi(ModelSpec model) : model_(std::move(model)) {}

std::string OpenAi::opening(std::span<const Message> shared) const {
  std::string body = "{";
  if (!names(model_.parameters, "model")) append_member(body, "model", model_.name);
  append_comma(body);
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
  std::string body = begin_body(opening, own);
  if (chat) {
    append_messages(body, own, model_.cache);
  } else {
    for (const auto& message : own.messages) json::append_escaped(body, message.text);
    body.push_back('"');
  }
  json::Object ours;
  if (model_.temperature) ours.emplace_back("temperature", *model_.temperature);
  ours.emplace_back(
      model_.output_cap == OutputCap::max_tokens ? "max_tokens" : "max_completion_tokens",
      output_cap(own, model_));
  if (model_.stops && !own.stop.empty()) ours.emplace_back("stop", own.stop);
  if (!own.grammar.empty()) ours.emplace_back("grammar", own.grammar);
  if (chat) add_cache_members(ours, own, model_.cache);
  if (chat && !model_.service_tier.empty()) ours.emplace_back("service_tier", model_.service_tier);
  close_body(body, laid_over(ours, model_.reasoning), model_.parameters);
  return {"POST",
          chat ? "/chat/completions" : "/completions",
          {{"Content-Type", "application/json"}},
          std::move(body)};
}

Exchange OpenAi::read(const TransferResult& result, std::int64_t now_unix) const {
  return read_transfer(result, now_unix, model_.api,
                       [this](std::string_view body) { return read_completion(body, model_.api); });
}

}  // namespace sheaf::provider
