#include "provider/reply.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "provider/fault_table.hpp"
#include "provider/headers.hpp"
#include "provider/redact.hpp"

namespace sheaf::provider {
namespace {

constexpr std::int64_t most_tokens = 1'000'000'000;

/// The text of a content array: its text parts, in order. nullopt when it holds none.
std::optional<std::string> text_parts(const json::Array& parts) {
  std::optional<std::string> text;
  for (const auto& part : parts) {
    const auto* type = part.find("type");
    const auto* kind = type == nullptr ? nullptr : type->string();
    const auto* value = part.find("text");
    const auto* words = value == nullptr ? nullptr : value->string();
    if (words == nullptr) continue;
    if (kind != nullptr && *kind != "text" && *kind != "output_text") continue;
    if (!text) text.emplace();
    *text += *words;
  }
  return text;
}

/// nullptr, null and an array without text are "no text"; anything else must be text.
std::expected<std::optional<std::string>, std::string> text_of(const json::Value* content) {
  if (content == nullptr || content->is_null()) return std::nullopt;
  if (const auto* words = content->string()) return *words;
  if (const auto* parts = content->array()) return text_parts(*parts);
  return std::unexpected("its content is no text");
}

const std::string* nonempty_string(const json::Value* value) {
  const auto* words = value == nullptr ? nullptr : value->string();
  return words == nullptr || words->empty() ? nullptr : words;
}

std::expected<Completion, std::string> read_choice(const json::Value& choice, Api api) {
  if (choice.object() == nullptr) return std::unexpected("its choice is no object");
  if (const auto* error = choice.find("error"); error != nullptr && !error->is_null()) {
    return std::unexpected("the model broke off: " + shown(json::dump(*error)));
  }
  Completion completion;
  const auto* told = choice.find("finish_reason");
  const auto* finish = told == nullptr ? nullptr : told->string();
  completion.finish = finish == nullptr ? FinishReason::other : finish_reason_of(*finish);
  const auto* message = api == Api::chat ? choice.find("message") : &choice;
  if (message == nullptr || message->object() == nullptr) {
    return std::unexpected("its choice holds no message");
  }
  auto text = text_of(message->find(api == Api::chat ? "content" : "text"));
  if (!text) return std::unexpected(text.error());
  const auto* refusal = nonempty_string(message->find("refusal"));
  if (refusal != nullptr) completion.finish = FinishReason::refused;
  if (*text) {
    completion.text = std::move(**text);
  } else if (refusal != nullptr) {
    completion.text = *refusal;
  }
  const bool explained =
      completion.finish == FinishReason::refused || completion.finish == FinishReason::length;
  if (!*text && !explained) return std::unexpected("it holds no text");
  return completion;
}

std::string not_json(std::string_view body, const json::ParseError& error) {
  if (text::trim(body).empty()) return "the reply is empty";
  if (text::trim(body).starts_with('<')) return "the reply is an HTML page, not JSON";
  return fmt::format("the reply is not JSON (byte {}: {}): {}", error.offset, error.reason,
                     shown(body, 100));
}

std::expected<Completion, std::string> read_choices(const json::Value& reply, Api api) {
  const auto* choices = reply.find("choices");
  const auto* list = choices == nullptr ? nullptr : choices->array();
  if (list == nullptr || list->empty()) return std::unexpected("the reply has no choices");
  auto completion = read_choice(list->front(), api);
  if (!completion) return std::unexpected("the reply is no answer: " + completion.error());
  return completion;
}

}  // namespace

Exchange read_transfer(const TransferResult& result, std::int64_t now_unix,
                       const ReadBody& read_body) {
  if (const auto* fault = std::get_if<TransportFault>(&result)) return {lost(*fault), {}};
  const auto& response = std::get<HttpResponse>(result);
  Exchange exchange{Completion{}, rate_limit_hint(response)};
  if (response.status < 200 || response.status > 299) {
    exchange.outcome = refusal(response, now_unix);
  } else if (auto completion = read_body(response.body)) {
    exchange.outcome = std::move(*completion);
  } else {
    auto& bad = completion.error();
    exchange.outcome = bad_reply(response.status, std::move(bad.detail), bad.usage);
  }
  return exchange;
}

std::expected<json::Value, BadReply> read_object(std::string_view body) {
  auto reply = json::parse(body, {.refuse_duplicate_keys = true});
  if (!reply) return std::unexpected(BadReply{not_json(body, reply.error()), std::nullopt});
  if (reply->object() == nullptr) {
    return std::unexpected(BadReply{"the reply is no JSON object", std::nullopt});
  }
  if (const auto* error = reply->find("error"); error != nullptr && !error->is_null()) {
    return std::unexpected(
        BadReply{"the reply is an error: " + shown(json::dump(*error)), read_usage(*reply)});
  }
  return std::move(*reply);
}

FinishReason finish_reason_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, FinishReason>, 11> names{{
      {"stop", FinishReason::stop},
      {"eos", FinishReason::stop},
      {"eos_token", FinishReason::stop},
      {"stop_sequence", FinishReason::stop},
      {"end_turn", FinishReason::stop},
      {"length", FinishReason::length},
      {"max_tokens", FinishReason::length},
      {"model_length", FinishReason::length},
      {"content_filter", FinishReason::refused},
      {"refusal", FinishReason::refused},
      {"safety", FinishReason::refused},
  }};
  for (const auto& [known, reason] : names) {
    if (text::equals_fold_ascii(name, known)) return reason;
  }
  return FinishReason::other;
}

std::optional<std::int64_t> token_count(const json::Value& usage, std::string_view path) {
  const auto* value = usage.find_path(path);
  const auto number = value == nullptr ? std::nullopt : value->integer();
  return number && *number >= 0 && *number <= most_tokens ? number : std::nullopt;
}

std::optional<Usage> read_usage(const json::Value& reply) {
  const auto* told = reply.find("usage");
  if (told == nullptr || told->object() == nullptr) return std::nullopt;
  const auto input = token_count(*told, "prompt_tokens");
  const auto output = token_count(*told, "completion_tokens");
  if (!input || *input == 0 || !output) return std::nullopt;
  Usage usage;
  usage.input_tokens = *input;
  usage.output_tokens = *output;
  const auto cached = token_count(*told, "prompt_tokens_details.cached_tokens").value_or(0);
  const auto reasoning =
      token_count(*told, "completion_tokens_details.reasoning_tokens").value_or(0);
  if (cached <= *input) usage.cached_input_tokens = cached;
  if (reasoning <= *output) usage.reasoning_tokens = reasoning;
  return usage;
}

std::expected<Completion, BadReply> read_completion(std::string_view body, Api api) {
  const auto reply = read_object(body);
  if (!reply) return std::unexpected(reply.error());
  auto usage = read_usage(*reply);
  auto completion = read_choices(*reply, api);
  if (!completion) return std::unexpected(BadReply{std::move(completion.error()), usage});
  completion->usage = usage;
  return std::move(*completion);
}

}  // namespace sheaf::provider
