#include "requests/response.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "provider/reply.hpp"

namespace sheaf::requests {
namespace {

constexpr provider::UsageNames names_of_responses{"input_tokens", "output_tokens",
                                                  "input_tokens_details", "output_tokens_details"};

}  // namespace

std::optional<std::string> response_text(const HttpResponse& response) {
  const auto whole = text::trim(response.body);
  const auto body = json::parse(whole);
  if (!body || body->object() == nullptr) return std::nullopt;
  const auto* id = response.header("x-request-id");
  std::string text = fmt::format(R"({{"status_code":{},"request_id":)", response.status);
  json::append_string(text, id == nullptr ? "" : text::replace_invalid_utf8(*id));
  text += R"(,"body":)";
  if (whole.find_first_of("\r\n") == std::string_view::npos) {
    text += whole;
  } else {
    json::append(text, *body);
  }
  text += '}';
  return text;
}

std::optional<Usage> usage_of(const json::Value& body) {
  if (auto usage = provider::read_usage(body)) return usage;
  if (auto usage = provider::read_usage(body, names_of_responses)) return usage;
  // Vectors have no output.
  const auto* told = body.find("usage");
  if (told == nullptr || told->find("completion_tokens") != nullptr) return std::nullopt;
  const auto input = provider::token_count(*told, "prompt_tokens");
  return input && *input > 0 ? std::optional(Usage{.input_tokens = *input}) : std::nullopt;
}

json::Value usage_object(const Usage& usage) {
  json::Object input{{"cached_tokens", usage.cached_input_tokens}};
  if (usage.cache_write_tokens > 0) {
    input.emplace_back("cache_write_tokens", usage.cache_write_tokens);
  }
  return json::Object{
      {"prompt_tokens", usage.input_tokens},
      {"completion_tokens", usage.output_tokens},
      {"total_tokens", usage.input_tokens + usage.output_tokens},
      {"prompt_tokens_details", std::move(input)},
      {"completion_tokens_details", json::Object{{"reasoning_tokens", usage.reasoning_tokens}}}};
}

}  // namespace sheaf::requests
