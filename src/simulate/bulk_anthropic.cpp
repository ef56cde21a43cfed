#include "simulate/bulk_anthropic.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "simulate/bulk_results.hpp"
#include "simulate/request_parts.hpp"
#include "simulate/wire_anthropic.hpp"
#include "simulate/wires.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::size_t most_requests = 100'000;
constexpr std::size_t most_bytes = std::size_t{256} << 20;
constexpr std::size_t longest_id = 64;
constexpr std::size_t usual_page = 20;
constexpr std::size_t longest_page = 1000;
constexpr auto window = std::chrono::hours(24);
constexpr std::string_view messages_path = "/v1/messages";

bool is_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, allowed);
}

std::expected<BulkLine, Refusal> read_request(const json::Value& request, std::size_t number) {
  const auto* id = string_member(request, "custom_id");
  const auto* params = member(request, "params");
  if (id == nullptr || !is_id(*id)) {
    return refuse(
        fmt::format("requests.{}.custom_id: String should match pattern "
                    "'^[a-zA-Z0-9_-]{{1,64}}$'",
                    number));
  }
  if (params == nullptr || params->object() == nullptr) {
    return refuse(fmt::format("requests.{}.params: Field required", number));
  }
  if (const auto stream = flag_member(*params, "stream"); !stream || *stream) {
    return refuse(fmt::format("requests.{}.params.stream: not supported in a batch", number));
  }
  const auto* cap = member(*params, "max_tokens");
  if (cap != nullptr && cap->integer() == 0) {
    return refuse(
        fmt::format("requests.{}.params.max_tokens: 0 is not supported in a batch", number));
  }
  return BulkLine{*id, json::dump(*params)};
}

std::expected<std::vector<BulkLine>, Refusal> read_requests(std::string_view body) {
  const auto parsed = json::parse(body);
  const auto* requests = parsed ? member(*parsed, "requests") : nullptr;
  const auto* list = requests == nullptr ? nullptr : requests->array();
  if (list == nullptr) return refuse("requests: Field required");
  if (list->empty() || list->size() > most_requests) {
    return refuse("requests: List should have from 1 to 100000 items");
  }
  std::vector<BulkLine> lines;
  std::unordered_set<std::string> ids;
  for (const auto& request : *list) {
    auto line = read_request(request, lines.size());
    if (!line) return std::unexpected(line.error());
    if (!ids.insert(line->custom_id).second) {
      return refuse(
          fmt::format("requests.{}.custom_id: custom_id values must be unique", lines.size()));
    }
    lines.push_back(*std::move(line));
  }
  return lines;
}

json::Value counts_object(const BulkJob& job) {
  const auto ended = [&](LineEnd end) { return job.ended ? job.count(end) : 0; };
  return json::Object{{"processing", job.ended ? 0 : static_cast<std::int64_t>(job.total)},
                      {"succeeded", ended(LineEnd::succeeded)},
                      {"errored", ended(LineEnd::errored)},
                      {"canceled", ended(LineEnd::canceled)},
                      {"expired", ended(LineEnd::expired)}};
}

json::Value time_or_null(const BulkVisit& visit, std::optional<Time> time) {
  return time ? json::Value(rfc3339(visit.calendar(*time))) : json::Value();
}

/// Where this server itself gives the results.
json::Value results_url(const BulkVisit& visit, std::string_view id) {
  const auto* host = find_header(visit.http.headers, "host");
  return fmt::format("http://{}{}/batches/{}/results", host == nullptr ? "127.0.0.1" : *host,
                     messages_path, id);
}

json::Value batch_object(std::string_view id, const BulkJob& job, const BulkVisit& visit) {
  std::string_view status = job.canceled ? "canceling" : "in_progress";
  if (job.ended) status = "ended";
  return json::Object{{"id", id},
                      {"type", "message_batch"},
                      {"processing_status", status},
                      {"request_counts", counts_object(job)},
                      {"created_at", rfc3339(visit.calendar(job.created))},
                      {"expires_at", rfc3339(visit.calendar(job.created) + window)},
                      {"ended_at", time_or_null(visit, job.ended)},
                      {"cancel_initiated_at", time_or_null(visit, job.canceled)},
                      {"archived_at", json::Value()},
                      {"results_url", job.ended ? results_url(visit, id) : json::Value()}};
}

SimulatedReply results_reply(const BulkJob& job) {
  auto reply = json_reply(200, anthropic_results(job));
  for (auto& header : reply.headers) {
    if (header.name == "Content-Type") header.value = "application/x-jsonl";
  }
  return reply;
}

}  // namespace

bool AnthropicBulk::serves(const std::vector<std::string_view>& path) {
  return path.size() >= 2 && path[0] == "messages" && path[1] == "batches";
}

std::expected<SimulatedReply, Refusal> AnthropicBulk::answer(const BulkVisit& visit) {
  if (const auto version = anthropic_version(visit.http.headers); !version) {
    return std::unexpected(version.error());
  }
  const auto& path = visit.path;
  if (path.size() == 2) return visit.is("POST") ? create(visit) : list(visit);
  const auto found = std::ranges::find(batches_, path[2], &Batch::id);
  if (found == batches_.end()) return std::unexpected(no_such("message batch"));
  const auto what = path.size() == 4 ? path[3] : std::string_view();
  if (what == "cancel" && visit.is("POST")) return cancel(*found, visit);
  if (what == "results" && visit.is("GET")) {
    if (found->job->ended) return results_reply(*found->job);
    return refuse("the batch has not ended, and has no results yet");
  }
  if (path.size() != 3) return std::unexpected(no_such("address"));
  if (visit.is("DELETE")) return remove(found);
  return json_reply(200, json::dump(batch_object(found->id, *found->job, visit)));
}

std::expected<SimulatedReply, Refusal> AnthropicBulk::create(const BulkVisit& visit) {
  if (visit.http.body.size() > most_bytes) {
    return std::unexpected(Refusal{.status = 413, .message = "a batch may have 256 MB at most"});
  }
  auto lines = read_requests(visit.http.body);
  if (!lines) return std::unexpected(lines.error());
  BulkJob job;
  job.wire = &find_address(messages_path, SimulatedDialect::openai)->wire;
  job.path = messages_path;
  job.headers = visit.http.headers;
  job.lines = *std::move(lines);
  batches_.push_back({fmt::format("msgbatch_simulated_{:06}", ++made_),
                      &engine_.create(std::move(job), visit.now)});
  const auto& made = batches_.back();
  return json_reply(200, json::dump(batch_object(made.id, *made.job, visit)));
}

std::expected<SimulatedReply, Refusal> AnthropicBulk::list(const BulkVisit& visit) const {
  const auto limit = query_limit(visit.http.url, usual_page, longest_page);
  if (!limit) return std::unexpected(limit.error());
  const auto after = query_member(visit.http.url, "after_id");
  const auto before = query_member(visit.http.url, "before_id");
  std::vector<const Batch*> newest_first;
  for (const auto& batch : batches_) newest_first.push_back(&batch);
  std::ranges::reverse(newest_first);
  const auto place = [&](const std::string& id) {
    return std::ranges::find(newest_first, id, &Batch::id);
  };
  auto first = newest_first.begin();
  auto last = newest_first.end();
  if (after) first = place(*after);
  if (before) last = place(*before);
  if ((after && first == newest_first.end()) || (before && last == newest_first.end())) {
    return refuse("after_id, before_id: no such message batch");
  }
  if (after) ++first;
  const auto size = std::min(last - first, static_cast<std::ptrdiff_t>(*limit));
  const bool has_more = size < last - first;
  if (before && !after) first = last - size;
  json::Array data;
  for (auto at = first; at != first + size; ++at) {
    data.push_back(batch_object((*at)->id, *(*at)->job, visit));
  }
  const auto id_at = [&](std::ptrdiff_t at) {
    return size == 0 ? json::Value() : json::Value(first[at]->id);
  };
  return json_reply(200, json::dump(json::Object{{"data", std::move(data)},
                                                 {"has_more", has_more},
                                                 {"first_id", id_at(0)},
                                                 {"last_id", id_at(size - 1)}}));
}

std::expected<SimulatedReply, Refusal> AnthropicBulk::cancel(const Batch& batch,
                                                             const BulkVisit& visit) {
  if (batch.job->ended) return refuse("the batch has ended, and cannot be canceled");
  BulkEngine::cancel(*batch.job, visit.now);
  return json_reply(200, json::dump(batch_object(batch.id, *batch.job, visit)));
}

std::expected<SimulatedReply, Refusal> AnthropicBulk::remove(Batches::iterator batch) {
  if (!batch->job->ended) return refuse("only a batch that has ended can be deleted");
  const auto id = batch->id;
  batch->job->results = {};
  batches_.erase(batch);
  return json_reply(200, json::dump(json::Object{{"id", id}, {"type", "message_batch_deleted"}}));
}

}  // namespace sheaf::simulate
