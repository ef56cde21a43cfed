#include "simulate/bulk_openai.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "simulate/bulk_results.hpp"
#include "simulate/request_parts.hpp"
#include "simulate/wires.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::size_t most_lines = 50'000;
constexpr std::size_t usual_page = 20;
constexpr std::size_t longest_page = 100;
constexpr auto window = std::chrono::hours(24);

/// 16 pairs of texts, 64 and 512 letters long.
Done check_metadata(const json::Value* metadata) {
  constexpr std::size_t most_pairs = 16;
  constexpr std::size_t longest_key = 64;
  constexpr std::size_t longest_value = 512;
  if (metadata == nullptr) return {};
  const auto* pairs = metadata->object();
  if (pairs == nullptr || pairs->size() > most_pairs) {
    return refuse("'metadata' must be an object of 16 members at most", "metadata");
  }
  for (const auto& [key, value] : *pairs) {
    const auto* text = value.string();
    if (text == nullptr || key.size() > longest_key || text->size() > longest_value) {
      return refuse("'metadata' holds texts of 512 letters at most under names of 64", "metadata");
    }
  }
  return {};
}

json::Value time_or_null(const BulkVisit& visit, std::optional<Time> time) {
  return time ? json::Value(unix_seconds(visit.calendar(*time))) : json::Value();
}

json::Value text_or_null(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

std::string_view status_of(const BulkJob& job) {
  if (!job.ended) return job.canceled ? "cancelling" : "in_progress";
  if (job.canceled) return "cancelled";
  return job.count(LineEnd::expired) > 0 ? "expired" : "completed";
}

json::Value counts_object(const BulkJob* job) {
  if (job == nullptr) return json::Object{{"total", 0}, {"completed", 0}, {"failed", 0}};
  return json::Object{{"total", static_cast<std::int64_t>(job->total)},
                      {"completed", job->count(LineEnd::succeeded)},
                      {"failed", job->count(LineEnd::errored) + job->count(LineEnd::expired)}};
}

json::Value usage_object(const Usage& usage) {
  return json::Object{
      {"input_tokens", usage.input_tokens},
      {"input_tokens_details", json::Object{{"cached_tokens", usage.cached_input_tokens}}},
      {"output_tokens", usage.output_tokens},
      {"output_tokens_details", json::Object{{"reasoning_tokens", usage.reasoning_tokens}}},
      {"total_tokens", usage.input_tokens + usage.output_tokens}};
}

}  // namespace

bool OpenAiBulk::serves(const std::vector<std::string_view>& path) {
  return !path.empty() && (path[0] == "files" || path[0] == "batches");
}

std::expected<SimulatedReply, Refusal> OpenAiBulk::answer(const BulkVisit& visit) {
  const auto& path = visit.path;
  if (path[0] == "files") return files_.answer(visit);
  if (path.size() == 1) return visit.is("POST") ? create(visit) : list(visit);
  const auto found = std::ranges::find(batches_, path[1], &Batch::id);
  if (found == batches_.end()) return std::unexpected(no_such("batch"));
  make_files(*found);
  if (path.size() == 3 && path[2] == "cancel" && visit.is("POST")) {
    if (found->job == nullptr || found->job->ended) {
      return std::unexpected(
          Refusal{.status = 409, .message = "a batch that has ended cannot be cancelled"});
    }
    BulkEngine::cancel(*found->job, visit.now);
  } else if (path.size() != 2 || !visit.is("GET")) {
    return std::unexpected(no_such("address"));
  }
  return json_reply(200, json::dump(batch_object(*found, visit)));
}

std::expected<SimulatedReply, Refusal> OpenAiBulk::create(const BulkVisit& visit) {
  const auto body = json::parse(visit.http.body);
  if (!body || body->object() == nullptr) return refuse("the body is no JSON object");
  const auto* input = string_member(*body, "input_file_id");
  const auto* endpoint = string_member(*body, "endpoint");
  const auto* completion_window = string_member(*body, "completion_window");
  const auto* metadata = member(*body, "metadata");
  const auto* file = input == nullptr ? nullptr : files_.find(*input);
  if (file == nullptr) return refuse("'input_file_id' names no file", "input_file_id");
  if (file->purpose != "batch") return refuse("the file's purpose is not batch", "input_file_id");
  const auto address = endpoint == nullptr ? std::nullopt : find_address(*endpoint, dialect_);
  if (!address || address->vectors || !endpoint->starts_with("/v1/")) {
    return refuse("the simulated model knows no such 'endpoint' for batches", "endpoint");
  }
  if (completion_window == nullptr || *completion_window != "24h") {
    return refuse("'completion_window' must be 24h", "completion_window");
  }
  if (auto checked = check_metadata(metadata); !checked) return std::unexpected(checked.error());
  auto read = read_input(file->content, *endpoint);
  Batch batch{.id = fmt::format("batch_simulated_{:06}", batches_.size() + 1),
              .endpoint = *endpoint,
              .input_file = *input,
              .metadata = metadata == nullptr ? json::Value() : *metadata,
              .model = read.model,
              .created = visit.now,
              .errors = std::move(read.errors),
              .output_file = {},
              .error_file = {}};
  auto reply = batch_object(batch, visit);
  for (auto& [name, value] : *reply.object()) {
    if (name == "status") value = "validating";
    if (name == "errors") value = json::Value();
  }
  if (batch.errors.empty()) {
    BulkJob job;
    job.wire = &address->wire;
    job.path = *endpoint;
    job.lines = std::move(read.lines);
    batch.job = &engine_.create(std::move(job), visit.now);
  }
  batches_.push_back(std::move(batch));
  return json_reply(200, json::dump(reply));
}

std::expected<SimulatedReply, Refusal> OpenAiBulk::list(const BulkVisit& visit) {
  const auto limit = query_limit(visit.http.url, usual_page, longest_page);
  if (!limit) return std::unexpected(limit.error());
  const auto after = query_member(visit.http.url, "after");
  auto next = batches_.rbegin();
  if (after) {
    next =
        std::find_if(next, batches_.rend(), [&](const Batch& each) { return each.id == *after; });
    if (next == batches_.rend()) return refuse("'after' names no batch", "after");
    ++next;
  }
  json::Array data;
  for (; next != batches_.rend() && data.size() < *limit; ++next) {
    make_files(*next);
    data.push_back(batch_object(*next, visit));
  }
  const auto id_of = [](const json::Value& batch) { return *batch.find("id"); };
  json::Object page{{"object", "list"},
                    {"first_id", data.empty() ? json::Value() : id_of(data.front())},
                    {"last_id", data.empty() ? json::Value() : id_of(data.back())},
                    {"has_more", next != batches_.rend()}};
  page.emplace_back("data", std::move(data));
  return json_reply(200, json::dump(std::move(page)));
}

OpenAiBulk::Input OpenAiBulk::read_input(std::string_view content,
                                         std::string_view endpoint) const {
  Input input;
  std::unordered_set<std::string> ids;
  std::int64_t number = 0;
  for (const auto text : text::lines(content)) {
    ++number;
    if (text::trim(text).empty()) continue;
    auto error = read_line(text, endpoint, input);
    if (!error && !ids.insert(input.lines.back().custom_id).second) {
      error = LineError{"duplicate_custom_id", "the custom_id stands in an earlier line", {}};
    }
    if (!error) continue;
    error->line = number;
    input.errors.push_back(*std::move(error));
  }
  if (number == 0) input.errors.push_back({"empty_file", "the file holds no request", 0});
  if (input.lines.size() > most_lines) {
    input.errors.push_back({"too_many_requests", "a batch holds 50,000 requests at most", 0});
  }
  return input;
}

/// Adds the line to `input`, unless something is wrong with it.
std::optional<OpenAiBulk::LineError> OpenAiBulk::read_line(std::string_view text,
                                                           std::string_view endpoint,
                                                           Input& input) {
  const auto line = json::parse(text);
  if (!line || line->object() == nullptr)
    return LineError{"invalid_json_line", "no JSON object", {}};
  const auto* id = string_member(*line, "custom_id");
  const auto* method = string_member(*line, "method");
  const auto* url = string_member(*line, "url");
  const auto* body = member(*line, "body");
  if (id == nullptr || id->empty()) {
    return LineError{"missing_required_parameter", "'custom_id' is missing", {}};
  }
  if (method == nullptr || *method != "POST") return LineError{"invalid_method", "not POST", {}};
  if (url == nullptr || *url != endpoint) {
    return LineError{"invalid_url", "the url is not the batch's endpoint", {}};
  }
  const auto* model = body == nullptr ? nullptr : string_member(*body, "model");
  if (model == nullptr) return LineError{"missing_required_parameter", "'model' is missing", {}};
  if (input.model.empty()) input.model = *model;
  if (*model != input.model) {
    return LineError{"mismatched_model", "the lines of a file must name one model", {}};
  }
  if (const auto stream = flag_member(*body, "stream"); !stream || *stream) {
    return LineError{"invalid_request", "'stream' is not supported in a batch", {}};
  }
  input.lines.push_back({*id, json::dump(*body)});
  return std::nullopt;
}

void OpenAiBulk::make_files(Batch& batch) {
  if (batch.has_files || batch.job == nullptr || !batch.job->ended) return;
  batch.has_files = true;
  auto [output, errors] = openai_results(*batch.job);
  const auto keep = [&](std::string content, std::string_view what) {
    if (content.empty()) return std::string();
    auto name = fmt::format("{}_{}.jsonl", batch.id, what);
    return files_.add(std::move(name), "batch_output", std::move(content), *batch.job->ended);
  };
  batch.output_file = keep(std::move(output), "output");
  batch.error_file = keep(std::move(errors), "error");
  batch.job->results = {};
}

json::Value OpenAiBulk::batch_object(const Batch& batch, const BulkVisit& visit) const {
  const auto* job = batch.job;
  json::Value errors;
  json::Array list;
  for (const auto& [code, message, line] : batch.errors) {
    list.emplace_back(json::Object{{"code", code},
                                   {"message", "simulated model: " + message},
                                   {"param", json::Value()},
                                   {"line", line}});
  }
  if (!list.empty()) errors = json::Object{{"object", "list"}, {"data", std::move(list)}};
  const auto status = job == nullptr ? "failed" : status_of(*job);
  const auto at = [&](std::string_view when) {
    const bool now = status == when && job != nullptr;
    return time_or_null(visit, now ? job->ended : std::nullopt);
  };
  return json::Object{
      {"id", batch.id},
      {"object", "batch"},
      {"endpoint", batch.endpoint},
      {"model", batch.model},
      {"errors", std::move(errors)},
      {"input_file_id", batch.input_file},
      {"completion_window", "24h"},
      {"status", status},
      {"output_file_id", text_or_null(batch.output_file)},
      {"error_file_id", text_or_null(batch.error_file)},
      {"created_at", unix_seconds(visit.calendar(batch.created))},
      {"in_progress_at",
       time_or_null(visit, job == nullptr ? std::nullopt : std::optional(job->created))},
      {"expires_at", unix_seconds(visit.calendar(batch.created) + window)},
      {"finalizing_at", at("completed")},
      {"completed_at", at("completed")},
      {"failed_at",
       time_or_null(visit, batch.errors.empty() ? std::nullopt : std::optional(batch.created))},
      {"expired_at", at("expired")},
      {"cancelling_at", time_or_null(visit, job == nullptr ? std::nullopt : job->canceled)},
      {"cancelled_at", at("cancelled")},
      {"request_counts", counts_object(job)},
      {"usage", usage_object(job == nullptr ? Usage{} : job->usage)},
      {"metadata", batch.metadata}};
}

}  // namespace sheaf::simulate
