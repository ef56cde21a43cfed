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

/// What the servers that speak these endpoints call an end.
constexpr std::array finishes{
    FinishName{"stop", FinishReason::stop},
    FinishName{"eos", FinishReason::stop},
    FinishName{"eos_token", FinishReason::stop},
    FinishName{"stop_sequence", FinishReason::stop},
    FinishName{"end_turn", FinishReason::stop},
    FinishName{"length", FinishReason::length},
    FinishName{"max_tokens", FinishReason::length},
    FinishName{"model_length", FinishReason::length},
    FinishName{"content_filter", FinishReason::refused},
    FinishName{"refusal", FinishReason::refused},
    FinishName{"safety", FinishReason::refused},
};

FinishReason meaning_of(std::string_view name, std::span<const FinishName> names) {
  for (const auto& [known, reason] : names) {
    if (text::equals_fold_ascii(name, known)) return reason;
  }
  return FinishReason::other;
}

bool broke_off(const json::Value* finish) {
  const auto* word = nonempty_string(finish);
  return word != nullptr && text::equals_fold_ascii(*word, "error");
}

std::expected<Completion, std::string> read_choice(const json::Value& choice, Api api) {
  if (choice.object() == nullptr) return std::unexpected("its choice is no object");
  if (const auto* error = choice.find("error"); error != nullptr && !error->is_null()) {
    return std::unexpected("the model broke off: " + shown(json::dump(*error)));
  }
  const auto* finish = choice.find("finish_reason");
  if (broke_off(finish)) return std::unexpected("the model broke off");
  Completion completion;
  completion.finish = finish_named(finish, finishes);
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

Exchange read_transfer(const TransferResult& result, std::int64_t now_unix, Api api,
                       const ReadBody& read_body) {
  if (const auto* fault = std::get_if<TransportFault>(&result)) return {lost(*fault), {}};
  const auto& response = std::get<HttpResponse>(result);
  Exchange exchange{Completion{}, rate_limit_hint(response, now_unix)};
  if (response.status < 200 || response.status > 299) {
    exchange.outcome = refusal(response, now_unix, api);
  } else if (auto completion = read_body(response.body)) {
    exchange.outcome = std::move(*completion);
  } else {
    exchange.outcome = bad_reply(response.status, std::move(completion.error()));
  }
  return exchange;
}

std::expected<json::Value, BadReply> parse_object(std::string_view body) {
  auto reply = json::parse(body, {.refuse_duplicate_keys = true});
  if (!reply) return std::unexpected(BadReply{not_json(body, reply.error()), std::nullopt});
  if (reply->object() == nullptr) {
    return std::unexpected(BadReply{"the reply is no JSON object", std::nullopt});
  }
  return std::move(*reply);
}

std::optional<std::string> error_member(const json::Value& reply) {
  const auto* error = reply.find("error");
  if (error == nullptr || error->is_null()) return std::nullopt;
  return "the reply is an error: " + shown(json::dump(*error));
}

std::expected<json::Value, BadReply> read_object(std::string_view body) {
  auto reply = parse_object(body);
  if (!reply) return reply;
  if (auto error = error_member(*reply)) {
    return std::unexpected(BadReply{std::move(*error), read_usage(*reply)});
  }
  return reply;
}

FinishReason finish_named(const json::Value* told, std::span<const FinishName> names) {
  const auto* name = told == nullptr ? nullptr : told->string();
  return name == nullptr ? FinishReason::other : meaning_of(*name, names);
}

FinishReason finish_reason_of(std::string_view name) { return meaning_of(name, finishes); }

std::optional<std::string> text_of_parts(const json::Array& parts, std::string_view type,
                                         std::string_view member) {
  std::optional<std::string> text;
  for (const auto& part : parts) {
    const auto* kind = nonempty_string(part.find("type"));
    const auto* value = part.find(member);
    const auto* words = value == nullptr ? nullptr : value->string();
    if (kind == nullptr || *kind != type || words == nullptr) continue;
    if (!text) text.emplace();
    *text += *words;
  }
  return text;
}

std::expected<Completion, BadReply> completion_of(std::optional<std::string> text,
                                                  FinishReason finish, std::optional<Usage> usage) {
  const bool explained = finish == FinishReason::refused || finish == FinishReason::length;
  if (!text && !explained) {
    return std::unexpected(BadReply{"the reply is no answer: it holds no text", usage});
  }
  return Completion{std::move(text).value_or(""), finish, usage};
}

std::optional<std::int64_t> token_count(const json::Value& usage, std::string_view path) {
  const auto* value = usage.find_path(path);
  const auto number = value == nullptr ? std::nullopt : value->integer();
  return number && *number >= 0 && *number <= most_tokens ? number : std::nullopt;
}

std::optional<Usage> read_usage(const json::Value& reply, const UsageNames& names) {
  const auto* told = reply.find("usage");
  if (told == nullptr || told->object() == nullptr) return std::nullopt;
  const auto input = token_count(*told, names.input);
  const auto output = token_count(*told, names.output);
  if (!input || *input == 0 || !output) return std::nullopt;
  const auto detail = [told](std::string_view of, std::string_view name) {
    return token_count(*told, fmt::format("{}.{}", of, name)).value_or(0);
  };
  Usage usage;
  usage.input_tokens = *input;
  usage.output_tokens = *output;
  const auto cached = detail(names.input_details, "cached_tokens");
  const auto written = detail(names.input_details, "cache_write_tokens");
  const auto reasoning = detail(names.output_details, "reasoning_tokens");
  if (cached <= *input) usage.cached_input_tokens = cached;
  if (usage.cached_input_tokens + written <= *input) usage.cache_write_tokens = written;
  if (reasoning <= *output) usage.reasoning_tokens = reasoning;
  return usage;
}

bool is_possible(const Usage& usage) {
  return usage.input_tokens > 0 &&
         usage.cached_input_tokens + usage.cache_write_tokens <= usage.input_tokens &&
         usage.reasoning_tokens <= usage.output_tokens;
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
