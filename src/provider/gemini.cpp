#include "provider/gemini.hpp"

#include <array>
#include <optional>
#include <utility>

#include "core/json.hpp"
#include "provider/body.hpp"
#include "provider/conversation.hpp"
#include "provider/percent.hpp"

namespace sheaf::provider {
namespace {

void append_text_part(std::string& body, std::string_view text) {
  append_comma(body);
  body += R"({"text":)";
  json::append_string(body, text);
  body.push_back('}');
}

void append_turn(std::string& body, const Message& message) {
  append_comma(body);
  body += message.role == Role::assistant ? R"({"role":"model","parts":[)"
                                          : R"({"role":"user","parts":[)";
  append_text_part(body, message.text);
  body += "]}";
}

/// A count of 0 is left out.
std::optional<std::int64_t> count_or_0(const json::Value& usage, std::string_view name) {
  return usage.find(name) == nullptr ? std::optional<std::int64_t>(0) : token_count(usage, name);
}

std::optional<Usage> usage_of(const json::Value& reply) {
  const auto* told = reply.find("usageMetadata");
  if (told == nullptr || told->object() == nullptr) return std::nullopt;
  const auto input = token_count(*told, "promptTokenCount");
  const auto answered = count_or_0(*told, "candidatesTokenCount");
  const auto thought = count_or_0(*told, "thoughtsTokenCount");
  if (!input || !answered || !thought) return std::nullopt;
  Usage usage;
  usage.input_tokens = *input;
  usage.output_tokens = *answered + *thought;
  usage.reasoning_tokens = *thought;
  const auto cached = count_or_0(*told, "cachedContentTokenCount").value_or(0);
  if (cached <= *input) usage.cached_input_tokens = cached;
  if (!is_possible(usage)) return std::nullopt;
  return usage;
}

bool is_thought(const json::Value& part) {
  const auto* thought = part.find("thought");
  const auto* is = thought == nullptr ? nullptr : thought->boolean();
  return is != nullptr && *is;
}

std::optional<std::string> text_of(const json::Value& candidate) {
  const auto* parts = candidate.find_path("content.parts");
  const auto* list = parts == nullptr ? nullptr : parts->array();
  if (list == nullptr) return std::nullopt;
  std::optional<std::string> text;
  for (const auto& part : *list) {
    const auto* told = part.find("text");
    const auto* words = told == nullptr ? nullptr : told->string();
    if (words == nullptr || is_thought(part)) continue;
    if (!text) text.emplace();
    *text += *words;
  }
  return text;
}

constexpr std::array finishes{
    FinishName{"STOP", FinishReason::stop},
    FinishName{"MAX_TOKENS", FinishReason::length},
    FinishName{"SAFETY", FinishReason::refused},
    FinishName{"RECITATION", FinishReason::refused},
    FinishName{"BLOCKLIST", FinishReason::refused},
    FinishName{"PROHIBITED_CONTENT", FinishReason::refused},
    FinishName{"SPII", FinishReason::refused},
    FinishName{"IMAGE_SAFETY", FinishReason::refused},
    FinishName{"IMAGE_PROHIBITED_CONTENT", FinishReason::refused},
    FinishName{"IMAGE_RECITATION", FinishReason::refused},
};

bool is_blocked(const json::Value& reply) {
  const auto* reason = reply.find_path("promptFeedback.blockReason");
  return reason != nullptr && reason->string() != nullptr && !reason->string()->empty();
}

}  // namespace

Gemini::Gemini(ModelSpec model)
    : model_(std::move(model)),
      path_("/models/" + percent_encoded(model_.name) + ":generateContent") {}

std::string Gemini::opening(std::span<const Message> shared) const {
  const auto [system, turns] = conversation_of(shared, Place::first);
  std::string body = "{";
  if (!system.empty()) {
    body += R"("systemInstruction":{"parts":[)";
    for (const auto* each : system) append_text_part(body, each->text);
    body += "]},";
  }
  body += R"("contents":[)";
  for (const auto* each : turns) append_turn(body, *each);
  return body;
}

HttpRequest Gemini::request(std::string_view opening, const Prompt& own) const {
  std::string body = begin_body(opening, own);
  const auto place = body.ends_with('[') ? Place::first : Place::later;
  for (const auto* each : conversation_of(own.messages, place).turns) append_turn(body, *each);
  body.push_back(']');
  json::Object config;
  if (model_.temperature) config.emplace_back("temperature", *model_.temperature);
  config.emplace_back("maxOutputTokens", output_cap(own, model_));
  if (model_.stops && !own.stop.empty()) {
    config.emplace_back("stopSequences", json::Array{own.stop});
  }
  close_body(body, {{"generationConfig", laid_over(config, model_.reasoning)}}, model_.parameters);
  return {"POST", path_, {{"Content-Type", "application/json"}}, std::move(body)};
}

Exchange Gemini::read(const TransferResult& result, std::int64_t now_unix) const {
  return read_transfer(result, now_unix, Api::generate_content, read_generated);
}

std::expected<Completion, BadReply> read_generated(std::string_view body) {
  const auto reply = parse_object(body);
  if (!reply) return std::unexpected(reply.error());
  auto usage = usage_of(*reply);
  if (auto error = error_member(*reply)) return std::unexpected(BadReply{*error, usage});
  if (is_blocked(*reply)) return Completion{"", FinishReason::refused, usage};
  const auto* candidate = reply->find_path("candidates.0");
  if (candidate == nullptr || candidate->object() == nullptr) {
    return std::unexpected(BadReply{"the reply has no candidates", usage});
  }
  auto text = text_of(*candidate);
  if (usage && usage->output_tokens == 0 && text && !text->empty()) usage.reset();
  return completion_of(std::move(text), finish_named(candidate->find("finishReason"), finishes),
                       usage);
}

}  // namespace sheaf::provider
