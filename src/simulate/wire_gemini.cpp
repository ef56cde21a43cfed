#include "simulate/wire_gemini.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "simulate/request_parts.hpp"

namespace sheaf::simulate {
namespace {

constexpr auto known_members = std::to_array<std::string_view>(
    {"contents", "systemInstruction", "system_instruction", "generationConfig", "generation_config",
     "safetySettings", "safety_settings", "cachedContent", "cached_content", "tools", "toolConfig",
     "tool_config", "serviceTier", "service_tier", "store", "model"});
constexpr auto known_settings = std::to_array<std::string_view>(
    {"temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "seed", "candidateCount",
     "presencePenalty", "frequencyPenalty", "responseMimeType", "responseSchema",
     "responseJsonSchema", "thinkingConfig", "responseLogprobs", "logprobs", "mediaResolution",
     "responseModalities"});

struct ErrorStatus {
  int status = 0;
  std::string_view name;
};
constexpr std::array error_statuses{
    ErrorStatus{400, "INVALID_ARGUMENT"}, ErrorStatus{403, "PERMISSION_DENIED"},
    ErrorStatus{404, "NOT_FOUND"},        ErrorStatus{405, "UNIMPLEMENTED"},
    ErrorStatus{413, "INVALID_ARGUMENT"}, ErrorStatus{429, "RESOURCE_EXHAUSTED"},
    ErrorStatus{500, "INTERNAL"},         ErrorStatus{503, "UNAVAILABLE"}};

Done unknown_name(std::string_view name, std::string_view where) {
  return refuse(
      fmt::format("Invalid JSON payload received. Unknown name \"{}\"{}: Cannot find "
                  "field.",
                  name, where));
}

Done check_members(const json::Value& body) {
  const auto* name = unknown_member(*body.object(), known_members);
  return name == nullptr ? Done{} : unknown_name(*name, "");
}

Done read_model(std::string_view path, ModelRequest& request) {
  constexpr std::string_view models = "/models/";
  const auto at = path.find(models);
  auto name = path.substr(at + models.size());
  request.model = name.substr(0, name.find(':'));
  if (path.ends_with(":generateContent")) return {};
  return refuse("the simulated model streams OpenAI's chat completions alone");
}

const json::Value* either(const json::Value& body, std::string_view name, std::string_view other) {
  const auto* found = member(body, name);
  return found == nullptr ? member(body, other) : found;
}

Done add_content(const json::Value& content, std::string_view role, Conversation& conversation,
                 std::string_view where) {
  const auto* parts = member(content, "parts");
  if (parts == nullptr || parts->array() == nullptr) {
    return refuse(fmt::format("{}.parts must not be empty.", where));
  }
  return conversation.add(role, parts, where);
}

Done read_contents(const Asked& asked, ModelRequest& request) {
  Conversation conversation({});
  if (const auto* system = either(asked.body, "systemInstruction", "system_instruction")) {
    auto added = add_content(*system, "system", conversation, "system_instruction");
    if (!added) return added;
  }
  const auto* contents = member(asked.body, "contents");
  const auto* list = contents == nullptr ? nullptr : contents->array();
  if (list == nullptr || list->empty()) return refuse("contents is not specified");
  for (const auto& content : *list) {
    const auto* told = string_member(content, "role");
    const std::string_view role = told == nullptr ? "user" : std::string_view(*told);
    if (role != "user" && role != "model") {
      return refuse("Please use a valid role: user, model.");
    }
    auto added =
        add_content(content, role == "model" ? "assistant" : role, conversation, "contents");
    if (!added) return added;
  }
  return conversation.finish(asked.counter, "contents", request);
}

Done read_settings(const json::Value& body, ModelRequest& request) {
  const auto* settings = either(body, "generationConfig", "generation_config");
  if (settings == nullptr) return {};
  if (settings->object() == nullptr) return refuse("generation_config is no object");
  if (const auto* name = unknown_member(*settings->object(), known_settings)) {
    return unknown_name(*name, " at 'generation_config'");
  }
  const auto* candidates = member(*settings, "candidateCount");
  if (candidates != nullptr && candidates->integer() != 1) {
    return refuse("the simulated model gives one candidate for a prompt");
  }
  const auto* thinking = member(*settings, "thinkingConfig");
  if (thinking != nullptr && member(*thinking, "thinkingBudget") != nullptr &&
      member(*thinking, "thinkingLevel") != nullptr) {
    return refuse("You can only set only one of thinking budget and thinking level.");
  }
  if (auto cap = read_cap(*settings, "maxOutputTokens", 1, request); !cap) return cap;
  return read_stops(*settings, "stopSequences", request);
}

std::string_view finish_reason(Ended ended) {
  const bool cut = ended == Ended::at_cap || ended == Ended::at_context;
  return cut ? "MAX_TOKENS" : "STOP";
}

/// A count of 0 is left out.
void add_count(json::Object& usage, std::string_view name, std::int64_t tokens) {
  if (tokens > 0) usage.emplace_back(std::string(name), tokens);
}

json::Value usage_object(const Usage& usage) {
  json::Object counts;
  add_count(counts, "promptTokenCount", usage.input_tokens);
  add_count(counts, "cachedContentTokenCount", usage.cached_input_tokens);
  add_count(counts, "candidatesTokenCount", usage.output_tokens - usage.reasoning_tokens);
  add_count(counts, "thoughtsTokenCount", usage.reasoning_tokens);
  add_count(counts, "totalTokenCount", usage.input_tokens + usage.output_tokens);
  return counts;
}

json::Value candidate(const ModelReply& reply) {
  json::Object content;
  if (!reply.text.empty()) {
    content.emplace_back("parts", json::Array{json::Object{{"text", reply.text}}});
  }
  content.emplace_back("role", "model");
  return json::Object{
      {"content", std::move(content)}, {"finishReason", finish_reason(reply.ended)}, {"index", 0}};
}

json::Array error_details(const Refusal& refusal) {
  json::Array details;
  if (refusal.code == "invalid_api_key") {
    details.emplace_back(json::Object{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                                      {"reason", "API_KEY_INVALID"},
                                      {"domain", "googleapis.com"}});
  }
  if (refusal.retry_after) {
    details.emplace_back(json::Object{
        {"@type", "type.googleapis.com/google.rpc.RetryInfo"},
        {"retryDelay",
         fmt::format("{}s", static_cast<double>(refusal.retry_after->count()) / 1000)}});
  }
  return details;
}

}  // namespace

std::vector<std::string_view> GeminiWire::keys(const HttpRequest& request) const {
  std::vector<std::string_view> keys;
  add_key_header(request, "x-goog-api-key", keys);
  return keys;
}

std::expected<ModelRequest, Refusal> GeminiWire::read(const Asked& asked) const {
  ModelRequest request;
  request.api = Api::generate_content;
  for (const auto& step : {read_model(asked.path, request), check_members(asked.body),
                           read_contents(asked, request), read_settings(asked.body, request)}) {
    if (!step) return std::unexpected(step.error());
  }
  request.cache.automatic = true;
  return request;
}

json::Value GeminiWire::reply(const ModelReply& reply) const {
  json::Object body;
  if (reply.ended == Ended::blocked) {
    body.emplace_back("promptFeedback", json::Object{{"blockReason", "PROHIBITED_CONTENT"}});
  } else {
    body.emplace_back("candidates", json::Array{candidate(reply)});
  }
  body.emplace_back("usageMetadata", usage_object(reply.usage));
  body.emplace_back("modelVersion", model_name);
  body.emplace_back("responseId", reply_id(reply));
  return body;
}

int GeminiWire::status(int openai_status) const {
  return openai_status == 401 ? 400 : openai_status;
}

json::Value GeminiWire::refusal(const Refusal& refusal, std::string_view) const {
  const auto code = status(refusal.status);
  const auto* found = std::ranges::find(error_statuses, code, &ErrorStatus::status);
  const auto name = found == error_statuses.end() ? "UNKNOWN" : found->name;
  json::Object error{
      {"code", code}, {"message", "simulated model: " + refusal.message}, {"status", name}};
  if (auto details = error_details(refusal); !details.empty()) {
    error.emplace_back("details", std::move(details));
  }
  return json::Object{{"error", std::move(error)}};
}

std::vector<Header> GeminiWire::wait_headers(const Refusal&) const { return {}; }

std::vector<Header> GeminiWire::limit_headers(std::span<const LimitLeft>, CalendarTime) const {
  return {};
}

Refusal GeminiWire::beyond_context(const ModelRequest& request, std::int64_t context) const {
  return {.message = fmt::format("The input token count ({}) exceeds the maximum number of tokens "
                                 "allowed ({}).",
                                 request.prompt.tokens, context)};
}

Refusal GeminiWire::beyond_cap(const ModelRequest& request, std::int64_t most) const {
  return {.message = fmt::format("Unable to submit request because it has a maxOutputTokens value "
                                 "of {} but the supported range is from 1 (inclusive) to {} "
                                 "(exclusive).",
                                 request.max_tokens.value_or(0), most + 1)};
}

}  // namespace sheaf::simulate
