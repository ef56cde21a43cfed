#include "requests/request_provider.hpp"

#include <expected>
#include <utility>

#include <fmt/format.h>

#include "provider/fault_table.hpp"
#include "provider/reply.hpp"
#include "requests/response.hpp"

namespace sheaf::requests {
namespace {

std::expected<Completion, provider::BadReply> completion_of(const HttpResponse& response) {
  const auto body = provider::parse_object(response.body);
  if (!body) return std::unexpected(body.error());
  auto usage = usage_of(*body);
  if (auto error = provider::error_member(*body)) {
    return std::unexpected(provider::BadReply{std::move(*error), usage});
  }
  auto text = response_text(response);
  if (!text) return std::unexpected(provider::BadReply{"the reply cannot be read", usage});
  return Completion{std::move(*text), FinishReason::stop, usage};
}

/// An address that is not there may be one request's alone.
void pass_on(const HttpResponse& response, Fault& fault) {
  if (fault.remedy != Remedy::smaller_batch && fault.reason != "not-found") return;
  auto text = response_text(response);
  if (!text) return;
  fault.remedy = Remedy::smaller_batch;
  fault.response = std::move(*text);
}

}  // namespace

std::string wire_text(std::string_view path, std::string_view body) {
  return fmt::format("{} {}", path, body);
}

std::string_view wire_body(std::string_view text) { return text.substr(text.find(' ') + 1); }

std::string RequestProvider::opening(std::span<const Message>) const { return {}; }

HttpRequest RequestProvider::request(std::string_view, const Prompt& own) const {
  const std::string_view text = own.messages.back().text;
  return {"POST",
          std::string(text.substr(0, text.find(' '))),
          {{"Content-Type", "application/json"}},
          std::string(wire_body(text))};
}

Exchange RequestProvider::read(const TransferResult& result, std::int64_t now_unix) const {
  const auto* response = std::get_if<HttpResponse>(&result);
  auto exchange =
      provider::read_transfer(result, now_unix, Api::chat,
                              [response](std::string_view) { return completion_of(*response); });
  auto* fault = std::get_if<Fault>(&exchange.outcome);
  if (fault != nullptr && response != nullptr && response->status >= 400) {
    pass_on(*response, *fault);
  }
  return exchange;
}

}  // namespace sheaf::requests
