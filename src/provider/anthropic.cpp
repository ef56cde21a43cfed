#include "provider/anthropic.hpp"

#include <array>
#include <optional>

#include "core/json.hpp"
#include "provider/body.hpp"
#include "provider/cache_mark.hpp"
#include "provider/conversation.hpp"

namespace sheaf::provider {
namespace {

json::Value block_of(const Message& message, bool marked, const PromptCache& cache) {
  json::Object block{{"type", "text"}, {"text", message.text}};
  if (marked) block.emplace_back("cache_control", cache_control(cache));
  return block;
}

void append_turn(std::string& body, const Message& message, bool marked, const PromptCache& cache) {
  append_comma(body);
  body += message.role == Role::assistant ? R"({"role":"assistant","content":)"
                                          : R"({"role":"user","content":)";
  if (marked) {
    json::append(body, json::Array{block_of(message, marked, cache)});
  } else {
    json::append_string(body, message.text);
  }
  body.push_back('}');
}

/// A count that the reply may leave out; nullopt when it says something that is none.
std::optional<std::int64_t> optional_count(const json::Value& usage, std::string_view name) {
  const auto* told = usage.find(name);
  if (told == nullptr || told->is_null()) return 0;
  return token_count(usage, name);
}

std::optional<Usage> usage_of(const json::Value& reply) {
  const auto* told = reply.find("usage");
  if (told == nullptr || told->object() == nullptr) return std::nullopt;
  const auto uncached = token_count(*told, "input_tokens");
  const auto written = optional_count(*told, "cache_creation_input_tokens");
  const auto cached = optional_count(*told, "cache_read_input_tokens");
  const auto output = token_count(*told, "output_tokens");
  if (!uncached || !written || !cached || !output) return std::nullopt;
  Usage usage;
  usage.input_tokens = *uncached + *written + *cached;
  usage.cached_input_tokens = *cached;
  usage.cache_write_tokens = *written;
  usage.output_tokens = *output;
  const auto thought = token_count(*told, "output_tokens_details.thinking_tokens").value_or(0);
  if (thought <= *output) usage.reasoning_tokens = thought;
  if (!is_possible(usage)) return std::nullopt;
  return usage;
}

constexpr std::array finishes{
    FinishName{"end_turn", FinishReason::stop},
    FinishName{"stop_sequence", FinishReason::stop},
    FinishName{"max_tokens", FinishReason::length},
    FinishName{"model_context_window_exceeded", FinishReason::length},
    FinishName{"refusal", FinishReason::refused},
};

}  // namespace

std::string Anthropic::opening(std::span<const Message> shared) const {
  const auto [system, turns] = conversation_of(shared, Place::first);
  const bool marks = model_.cache.mark == CacheMark::cache_control;
  const Message* last = !turns.empty() ? turns.back() : system.empty() ? nullptr : system.back();
  std::string body = "{";
  if (!names(model_.parameters, "model")) append_member(body, "model", model_.name);
  if (!system.empty()) {
    json::Array blocks;
    for (const auto* each : system) {
      blocks.push_back(block_of(*each, marks && each == last, model_.cache));
    }
    append_member(body, "system", std::move(blocks));
  }
  append_comma(body);
  body += R"("messages":[)";
  for (const auto* each : turns) append_turn(body, *each, marks && each == last, model_.cache);
  return body;
}

HttpRequest Anthropic::request(std::string_view opening, const Prompt& own) const {
  std::string body = begin_body(opening, own);
  const auto place = body.ends_with('[') ? Place::first : Place::later;
  for (const auto* each : conversation_of(own.messages, place).turns) {
    append_turn(body, *each, false, model_.cache);
  }
  body.push_back(']');
  json::Object ours{{"max_tokens", output_cap(own, model_)}};
  if (model_.temperature) ours.emplace_back("temperature", *model_.temperature);
  if (model_.stops && !own.stop.empty()) {
    ours.emplace_back("stop_sequences", json::Array{own.stop});
  }
  close_body(body, laid_over(ours, model_.reasoning), model_.parameters);
  return {"POST",
          "/messages",
          {{"Content-Type", "application/json"}, {"anthropic-version", anthropic_version}},
          std::move(body)};
}

Exchange Anthropic::read(const TransferResult& result, std::int64_t now_unix) const {
  return read_transfer(result, now_unix, Api::messages, read_message);
}

std::expected<Completion, BadReply> read_message(std::string_view body) {
  const auto reply = parse_object(body);
  if (!reply) return std::unexpected(reply.error());
  const auto usage = usage_of(*reply);
  if (auto error = error_member(*reply)) return std::unexpected(BadReply{*error, usage});
  const auto* content = reply->find("content");
  const auto* blocks = content == nullptr ? nullptr : content->array();
  if (blocks == nullptr) return std::unexpected(BadReply{"the reply has no content", usage});
  const auto* told = reply->find("stop_reason");
  return completion_of(text_of_parts(*blocks, "text"), finish_named(told, finishes), usage);
}

}  // namespace sheaf::provider
