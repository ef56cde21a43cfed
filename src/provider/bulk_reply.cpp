#include "provider/bulk_reply.hpp"

#include <algorithm>
#include <utility>

#include "provider/fault_table.hpp"
#include "provider/reply.hpp"

namespace sheaf::provider {
namespace {

bool has_failed(const TransferResult& result) {
  const auto* response = std::get_if<HttpResponse>(&result);
  return response == nullptr || response->status < 200 || response->status > 299;
}

}  // namespace

std::expected<json::Value, Fault> read_bulk_reply(const TransferResult& result,
                                                  std::int64_t now_unix, const Provider& provider) {
  if (has_failed(result)) {
    return std::unexpected(std::get<Fault>(provider.read(result, now_unix).outcome));
  }
  const auto& response = std::get<HttpResponse>(result);
  auto reply = read_object(response.body);
  if (!reply) return std::unexpected(bad_reply(response.status, std::move(reply.error())));
  return std::move(*reply);
}

Fault not_told(std::string detail) { return bad_reply(200, {std::move(detail), std::nullopt}); }

std::string told_text(const json::Value& value, std::string_view path) {
  const auto* found = value.find_path(path);
  const auto* text = found == nullptr ? nullptr : found->string();
  return text == nullptr ? std::string() : *text;
}

std::int64_t told_count(const json::Value& value, std::string_view path) {
  constexpr std::int64_t most = 1'000'000'000'000;
  const auto* found = value.find_path(path);
  const auto count = found == nullptr ? std::nullopt : found->integer();
  return count && *count <= most ? std::max<std::int64_t>(*count, 0) : 0;
}

std::expected<BulkPage, Fault> read_page(const json::Value& reply, const ReadJob& read_job) {
  const auto* data = reply.find("data");
  const auto* list = data == nullptr ? nullptr : data->array();
  if (list == nullptr) return std::unexpected(not_told("the reply is no list of batches"));
  BulkPage page;
  for (const auto& each : *list) {
    auto job = read_job(each);
    if (!job) return std::unexpected(std::move(job.error()));
    page.jobs.push_back(std::move(*job));
  }
  const auto* more = reply.find("has_more");
  const bool has_more = more != nullptr && more->boolean() != nullptr && *more->boolean();
  if (has_more && !page.jobs.empty()) page.next = page.jobs.back().id;
  return page;
}

std::optional<ResultLine> read_result_line(std::string_view line) {
  auto parsed = json::parse(line);
  const auto* members = parsed ? parsed->object() : nullptr;
  if (members == nullptr) return std::nullopt;
  if (std::ranges::count(*members, "custom_id", &json::Member::first) != 1) return std::nullopt;
  auto id = told_text(*parsed, "custom_id");
  if (id.empty()) return std::nullopt;
  return ResultLine{std::move(id), std::move(*parsed)};
}

Exchange read_inner(const Provider& provider, int status, const json::Value* body,
                    std::int64_t now_unix) {
  HttpResponse response{status, {}, {}};
  if (body != nullptr) {
    response.body = body->string() == nullptr ? json::dump(*body) : *body->string();
  }
  return provider.read(response, now_unix);
}

BulkResult unserved(std::string custom_id, std::string detail) {
  Fault fault{.reason = "expired",
              .detail = std::move(detail),
              .remedy = Remedy::retry,
              .status = 0,
              .retry_after = {},
              .usage = {},
              .maybe_billed = false};
  return {std::move(custom_id), {std::move(fault), {}}};
}

}  // namespace sheaf::provider
