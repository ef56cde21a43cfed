#include "provider/responses.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/json.hpp"
#include "provider/body.hpp"
#include "provider/cache_mark.hpp"

namespace sheaf::provider {
namespace {

void append_item(std::string& body, const Message& message) {
  append_comma(body);
  body.append(R"({"role":")").append(role_name(message.role)).append(R"(","content":)");
  json::append_string(body, message.text);
  body.push_back('}');
}

std::optional<Usage> usage_of(const json::Value& reply) {
  static constexpr UsageNames names{.input = "input_tokens",
                                    .output = "output_tokens",
                                    .input_details = "input_tokens_details",
                                    .output_details = "output_tokens_details"};
  return read_usage(reply, names);
}

/// What an error inside a reply that succeeded calls for. Source: docs/providers/wire.md, 3.
struct InnerError {
  std::string_view code;
  std::string_view reason;
  Remedy remedy;
};

constexpr std::array inner_errors{
    InnerError{"rate_limit_exceeded", "rate-limited", Remedy::wait},
    InnerError{"insufficient_quota", "no-credit", Remedy::stop_run},
    InnerError{"server_error", "server-error", Remedy::retry},
    InnerError{"context_length_exceeded", "too-long", Remedy::smaller_batch},
    InnerError{"invalid_prompt", "refused", Remedy::smaller_batch},
    InnerError{"bio_policy", "refused", Remedy::smaller_batch},
    InnerError{"misalignment_policy_violation", "refused", Remedy::smaller_batch},
};

BadReply inner_error(const json::Value& reply, std::string detail, std::optional<Usage> usage) {
  BadReply bad{std::move(detail), usage};
  const auto* told = reply.find_path("error.code");
  const auto* code = told == nullptr ? nullptr : told->string();
  if (code == nullptr) return bad;
  const auto* known = std::ranges::find(inner_errors, *code, &InnerError::code);
  if (known == inner_errors.end()) return bad;
  bad.reason = known->reason;
  bad.remedy = known->remedy;
  return bad;
}

/// Why a response is incomplete.
constexpr std::array finishes{
    FinishName{"max_output_tokens", FinishReason::length},
    FinishName{"content_filter", FinishReason::refused},
};

/// nullopt of a response that never came to an end.
std::optional<FinishReason> finish_of(const json::Value& reply) {
  const auto* told = reply.find("status");
  const auto* status = told == nullptr ? nullptr : told->string();
  if (status == nullptr) return std::nullopt;
  if (*status == "incomplete") {
    return finish_named(reply.find_path("incomplete_details.reason"), finishes);
  }
  return *status == "completed" ? std::optional(FinishReason::stop) : std::nullopt;
}

/// What the messages of a response say; a refusal is set apart from the answer.
struct Said {
  std::optional<std::string> text;
  std::optional<std::string> refusal;
};

void add_words(std::optional<std::string>& all, std::optional<std::string> words) {
  if (words) all = all.value_or("") + *words;
}

void add_item(Said& said, const json::Value& item) {
  const auto* type = item.find("type");
  if (type == nullptr || type->string() == nullptr || *type->string() != "message") return;
  const auto* content = item.find("content");
  const auto* parts = content == nullptr ? nullptr : content->array();
  if (parts == nullptr) return;
  add_words(said.text, text_of_parts(*parts, "output_text"));
  add_words(said.refusal, text_of_parts(*parts, "refusal", "refusal"));
}

}  // namespace

std::string Responses::opening(std::span<const Message> shared) const {
  std::string body = "{";
  if (!names(model_.parameters, "model")) append_member(body, "model", model_.name);
  append_comma(body);
  body += R"("input":[)";
  for (const auto& message : shared) append_item(body, message);
  return body;
}

HttpRequest Responses::request(std::string_view opening, const Prompt& own) const {
  std::string body = begin_body(opening, own);
  const bool marked = has_breakpoint(own, model_.cache);
  const auto plain = std::span(own.messages).first(own.messages.size() - (marked ? 1 : 0));
  for (const auto& message : plain) append_item(body, message);
  if (marked) {
    append_comma(body);
    body += R"({"role":"user","content":)";
    append_parts(body, "input_text", own.messages.back().text, own.static_bytes, model_.cache);
    body.push_back('}');
  }
  body.push_back(']');
  json::Object ours;
  if (model_.temperature) ours.emplace_back("temperature", *model_.temperature);
  ours.emplace_back("max_output_tokens", output_cap(own, model_));
  ours.emplace_back("store", false);
  add_cache_members(ours, own, model_.cache);
  if (!model_.service_tier.empty()) ours.emplace_back("service_tier", model_.service_tier);
  close_body(body, laid_over(ours, model_.reasoning), model_.parameters);
  return {"POST", "/responses", {{"Content-Type", "application/json"}}, std::move(body)};
}

Exchange Responses::read(const TransferResult& result, std::int64_t now_unix) const {
  return read_transfer(result, now_unix, Api::responses, read_response);
}

std::expected<Completion, BadReply> read_response(std::string_view body) {
  const auto reply = parse_object(body);
  if (!reply) return std::unexpected(reply.error());
  const auto usage = usage_of(*reply);
  if (auto error = error_member(*reply)) {
    return std::unexpected(inner_error(*reply, std::move(*error), usage));
  }
  const auto finish = finish_of(*reply);
  if (!finish) return std::unexpected(BadReply{"the response did not come to an end", usage});
  const auto* output = reply->find("output");
  const auto* items = output == nullptr ? nullptr : output->array();
  if (items == nullptr) return std::unexpected(BadReply{"the reply has no output", usage});
  Said said;
  for (const auto& item : *items) add_item(said, item);
  if (!said.refusal) return completion_of(std::move(said.text), *finish, usage);
  return completion_of(said.text ? std::move(said.text) : std::move(said.refusal),
                       FinishReason::refused, usage);
}

}  // namespace sheaf::provider
