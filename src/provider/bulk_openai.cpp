#include "provider/bulk_openai.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "provider/bulk_reply.hpp"
#include "provider/fault_table.hpp"
#include "provider/percent.hpp"
#include "provider/redact.hpp"

namespace sheaf::provider {
namespace {

constexpr std::size_t most_requests = 50'000;
/// "200 MB", read as the smaller of its two meanings.
constexpr std::size_t most_bytes = 200'000'000;
/// Of the paths that Provider::request makes, as batches name them.
constexpr std::string_view version = "/v1";
/// The member of `metadata` by which our jobs are known from others of the account.
constexpr std::string_view marker = "sheaf";

constexpr std::array<std::string_view, 4> last_words{"completed", "failed", "expired", "cancelled"};

/// A delimiter that stands nowhere in `content`.
std::string boundary_for(std::string_view content, std::string_view nonce) {
  for (std::uint64_t attempt = 0;; ++attempt) {
    auto boundary = fmt::format("sheaf-{:016x}", hash64(nonce, attempt));
    if (content.find(boundary) == content.npos) return boundary;
  }
}

/// How many errors of a batch are shown.
constexpr std::size_t most_errors = 3;

std::string shown_error(const json::Value& error) {
  auto words = shown(told_text(error, "code"));
  const auto message = shown(told_text(error, "message"));
  if (words.empty() && message.empty()) return shown(json::dump(error));
  if (const auto line = told_count(error, "line"); line > 0)
    words += fmt::format(" (line {})", line);
  if (!message.empty()) words += ": " + message;
  return words;
}

std::string shown_errors(const json::Array& errors) {
  std::string words;
  for (std::size_t i = 0; i < std::min(errors.size(), most_errors); ++i) {
    words += (i == 0 ? "" : "; ") + shown_error(errors[i]);
  }
  if (errors.size() > most_errors)
    words += fmt::format("; and {} more", errors.size() - most_errors);
  return words;
}

/// OpenAI's and Azure's word for too many enqueued tokens.
bool says_queue_is_full(const json::Value& error) {
  return told_text(error, "code") == "token_limit_exceeded";
}

/// Of a request that failed without a response of its own.
BulkResult without_response(std::string custom_id, const json::Value* error) {
  if (error == nullptr || error->object() == nullptr) {
    auto fault = not_told("the result has neither a response nor an error");
    return {std::move(custom_id), {std::move(fault), {}}};
  }
  const auto code = told_text(*error, "code");
  auto detail = shown_error(*error);
  if (code == "batch_expired" || code == "batch_cancelled") {
    return unserved(std::move(custom_id), std::move(detail));
  }
  Fault fault;
  fault.reason = code == "request_timeout" ? "timeout" : "server-error";
  fault.detail = std::move(detail);
  return {std::move(custom_id), {std::move(fault), {}}};
}

}  // namespace

BulkLimits OpenAiBulk::limits() const { return {most_requests, most_bytes}; }

std::string OpenAiBulk::line(std::string_view custom_id, const HttpRequest& request) const {
  return fmt::format(R"({{"custom_id":"{}","method":"{}","url":"{}{}","body":{}}})", custom_id,
                     request.method, version, request.url, request.body);
}

std::optional<HttpRequest> OpenAiBulk::upload(const BulkIntent& intent, std::string lines) const {
  const auto boundary = boundary_for(lines, intent.nonce);
  const auto opening = fmt::format(
      "--{0}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
      "--{0}\r\nContent-Disposition: form-data; name=\"file\"; "
      "filename=\"sheaf-{1}-{2}-{3}.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n",
      boundary, intent.run, intent.part, intent.nonce);
  const auto closing = fmt::format("\r\n--{}--\r\n", boundary);
  lines.reserve(opening.size() + lines.size() + closing.size());
  lines.insert(0, opening);
  lines += closing;
  return HttpRequest{"POST",
                     "/files",
                     {{"Content-Type", "multipart/form-data; boundary=" + boundary}},
                     std::move(lines)};
}

std::expected<std::string, Fault> OpenAiBulk::read_upload(const TransferResult& result,
                                                          std::int64_t now_unix) const {
  const auto reply = read_bulk_reply(result, now_unix, provider_);
  if (!reply) return std::unexpected(reply.error());
  auto id = told_text(*reply, "id");
  if (id.empty()) return std::unexpected(not_told("the reply names no file"));
  return id;
}

HttpRequest OpenAiBulk::create(const BulkIntent& intent, std::string lines) const {
  json::Object metadata{{std::string(marker), "bulk"},
                        {"nonce", intent.nonce},
                        {"run", intent.run},
                        {"part", std::to_string(intent.part)}};
  const json::Object body{{"input_file_id", std::move(lines)},
                          {"endpoint", std::string(version) + intent.path},
                          {"completion_window", "24h"},
                          {"metadata", std::move(metadata)}};
  return {"POST", "/batches", {{"Content-Type", "application/json"}}, json::dump(body)};
}

HttpRequest OpenAiBulk::look(std::string_view id) const {
  return {"GET", "/batches/" + percent_encoded(id), {}, {}};
}

std::expected<BulkStatus, Fault> OpenAiBulk::read_status(const TransferResult& result,
                                                         std::int64_t now_unix) const {
  const auto reply = read_bulk_reply(result, now_unix, provider_);
  if (!reply) return std::unexpected(reply.error());
  return status_of(*reply, now_unix);
}

HttpRequest OpenAiBulk::list(std::string_view page) const {
  std::string url = "/batches?limit=100";
  if (!page.empty()) url += "&after=" + percent_encoded(page);
  return {"GET", std::move(url), {}, {}};
}

std::expected<BulkPage, Fault> OpenAiBulk::read_list(const TransferResult& result,
                                                     std::int64_t now_unix) const {
  const auto reply = read_bulk_reply(result, now_unix, provider_);
  if (!reply) return std::unexpected(reply.error());
  return read_page(*reply, [&](const json::Value& batch) { return status_of(batch, now_unix); });
}

HttpRequest OpenAiBulk::results(std::string_view place) const {
  return {"GET", "/files/" + percent_encoded(place) + "/content", {}, {}};
}

std::optional<BulkResult> OpenAiBulk::read_result(std::string_view line,
                                                  std::int64_t now_unix) const {
  auto read = read_result_line(line);
  if (!read) return std::nullopt;
  auto& [id, result] = *read;
  const auto* response = result.find("response");
  if (response == nullptr || response->object() == nullptr) {
    return without_response(std::move(id), result.find("error"));
  }
  constexpr std::int64_t last_status = 599;
  const auto told = told_count(*response, "status_code");
  const auto status = static_cast<int>(told <= last_status ? told : 0);
  return BulkResult{std::move(id), read_inner(provider_, status, response->find("body"), now_unix)};
}

std::expected<BulkStatus, Fault> OpenAiBulk::status_of(const json::Value& batch,
                                                       std::int64_t now_unix) const {
  BulkStatus status;
  status.id = told_text(batch, "id");
  status.word = told_text(batch, "status");
  if (status.id.empty() || status.word.empty()) {
    return std::unexpected(not_told("the reply is no batch"));
  }
  status.is_over = std::ranges::find(last_words, status.word) != last_words.end();
  const auto* metadata = batch.find("metadata");
  if (metadata != nullptr && !told_text(*metadata, marker).empty()) {
    status.nonce = told_text(*metadata, "nonce");
  }
  status.created = told_count(batch, "created_at");
  status.requests = told_count(batch, "request_counts.total");
  status.failed = told_count(batch, "request_counts.failed");
  status.done = told_count(batch, "request_counts.completed") + status.failed;
  for (const auto name : {"output_file_id", "error_file_id"}) {
    if (auto file = told_text(batch, name); !file.empty())
      status.results.push_back(std::move(file));
  }
  if (status.word == "failed" && status.results.empty()) refuse(status, batch, now_unix);
  return status;
}

void OpenAiBulk::refuse(BulkStatus& status, const json::Value& batch, std::int64_t now_unix) const {
  const auto* told = batch.find_path("errors.data");
  const auto* list = told == nullptr ? nullptr : told->array();
  const auto errors = list == nullptr ? json::Array() : *list;
  const auto first = errors.empty() ? json::Value() : errors.front();
  const json::Value body = json::Object{{"error", first}};
  constexpr int bad_request = 400;
  auto fault = std::get<Fault>(read_inner(provider_, bad_request, &body, now_unix).outcome);
  status.is_queue_full = !errors.empty() && std::ranges::all_of(errors, says_queue_is_full);
  if (status.is_queue_full) fault.reason = "rate-limited";
  // What is wrong with a job is not mended by halving a prompt.
  fault.remedy = status.is_queue_full ? Remedy::wait : Remedy::stop_run;
  fault.detail = errors.empty() ? "the provider says no reason" : shown_errors(errors);
  fault.maybe_billed = false;
  status.refusal = std::move(fault);
}

}  // namespace sheaf::provider
