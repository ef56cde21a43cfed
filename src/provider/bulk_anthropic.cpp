#include "provider/bulk_anthropic.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "provider/anthropic.hpp"
#include "provider/bulk_reply.hpp"
#include "provider/headers.hpp"
#include "provider/percent.hpp"

namespace sheaf::provider {
namespace {

constexpr std::string_view batches = "/messages/batches";
constexpr std::string_view opening = R"({"requests":[)";
constexpr std::string_view closing = "]}";
constexpr std::size_t most_requests = 100'000;
/// "256 MB" of a whole body, read as the smaller of its two meanings.
constexpr std::size_t most_bytes = 256'000'000 - opening.size() - closing.size();

HttpRequest get(std::string url) {
  return {"GET", std::move(url), {{"anthropic-version", anthropic_version}}, {}};
}

std::string url_of(std::string_view id) {
  return fmt::format("{}/{}", batches, percent_encoded(id));
}

/// The status with which a live request is refused for it.
struct ErrorStatus {
  std::string_view type;
  int status;
};

/// Source: docs/providers/wire.md, 1.
constexpr std::array error_statuses{
    ErrorStatus{"invalid_request_error", 400}, ErrorStatus{"authentication_error", 401},
    ErrorStatus{"billing_error", 402},         ErrorStatus{"permission_error", 403},
    ErrorStatus{"not_found_error", 404},       ErrorStatus{"conflict_error", 409},
    ErrorStatus{"request_too_large", 413},     ErrorStatus{"rate_limit_error", 429},
    ErrorStatus{"timeout_error", 504},         ErrorStatus{"overloaded_error", 529},
};

int status_of_error(std::string_view type) {
  constexpr int server_error = 500;
  const auto* known = std::ranges::find(error_statuses, type, &ErrorStatus::type);
  return known == error_statuses.end() ? server_error : known->status;
}

std::expected<BulkStatus, Fault> status_of(const json::Value& batch) {
  BulkStatus status;
  status.id = told_text(batch, "id");
  status.word = told_text(batch, "processing_status");
  if (status.id.empty() || status.word.empty()) {
    return std::unexpected(not_told("the reply is no message batch"));
  }
  status.is_over = status.word == "ended";
  status.created = read_rfc3339(told_text(batch, "created_at")).value_or(0);
  const auto count = [&batch](std::string_view what) {
    return told_count(batch, fmt::format("request_counts.{}", what));
  };
  status.failed = count("errored") + count("canceled") + count("expired");
  status.done = count("succeeded") + status.failed;
  status.requests = count("processing") + status.done;
  if (status.is_over) status.results = {status.id};
  return status;
}

}  // namespace

BulkLimits AnthropicBulk::limits() const { return {most_requests, most_bytes}; }

std::string AnthropicBulk::line(std::string_view custom_id, const HttpRequest& request) const {
  return fmt::format(R"({{"custom_id":"{}","params":{}}})", custom_id, request.body);
}

std::optional<HttpRequest> AnthropicBulk::upload(const BulkIntent&, std::string) const {
  return std::nullopt;
}

std::expected<std::string, Fault> AnthropicBulk::read_upload(const TransferResult&,
                                                             std::int64_t) const {
  return std::unexpected(not_told("message batches have no upload"));
}

HttpRequest AnthropicBulk::create(const BulkIntent&, std::string lines) const {
  std::ranges::replace(lines, '\n', ',');
  if (lines.ends_with(',')) lines.pop_back();
  lines.reserve(opening.size() + lines.size() + closing.size());
  lines.insert(0, opening);
  lines += closing;
  return {"POST",
          std::string(batches),
          {{"Content-Type", "application/json"}, {"anthropic-version", anthropic_version}},
          std::move(lines)};
}

HttpRequest AnthropicBulk::look(std::string_view id) const { return get(url_of(id)); }

std::expected<BulkStatus, Fault> AnthropicBulk::read_status(const TransferResult& result,
                                                            std::int64_t now_unix) const {
  const auto reply = read_bulk_reply(result, now_unix, provider_);
  if (!reply) return std::unexpected(reply.error());
  return status_of(*reply);
}

HttpRequest AnthropicBulk::list(std::string_view page) const {
  auto url = fmt::format("{}?limit=100", batches);
  if (!page.empty()) url += "&after_id=" + percent_encoded(page);
  return get(std::move(url));
}

std::expected<BulkPage, Fault> AnthropicBulk::read_list(const TransferResult& result,
                                                        std::int64_t now_unix) const {
  const auto reply = read_bulk_reply(result, now_unix, provider_);
  if (!reply) return std::unexpected(reply.error());
  return read_page(*reply, status_of);
}

HttpRequest AnthropicBulk::results(std::string_view place) const {
  return get(url_of(place) + "/results");
}

std::optional<BulkResult> AnthropicBulk::read_result(std::string_view line,
                                                     std::int64_t now_unix) const {
  auto read = read_result_line(line);
  if (!read) return std::nullopt;
  auto& [id, result] = *read;
  const auto type = told_text(result, "result.type");
  if (type == "canceled") return unserved(std::move(id), "the batch was canceled before its turn");
  if (type == "expired") return unserved(std::move(id), "the batch expired before its turn");
  if (type == "succeeded") {
    constexpr int ok = 200;
    const auto* message = result.find_path("result.message");
    return BulkResult{std::move(id), read_inner(provider_, ok, message, now_unix)};
  }
  if (type != "errored") {
    return BulkResult{std::move(id), {not_told("the result is of no known type"), {}}};
  }
  const auto status = status_of_error(told_text(result, "result.error.error.type"));
  auto exchange = read_inner(provider_, status, result.find_path("result.error"), now_unix);
  std::get<Fault>(exchange.outcome).maybe_billed = false;
  return BulkResult{std::move(id), std::move(exchange)};
}

}  // namespace sheaf::provider
