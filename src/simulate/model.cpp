#include "simulate/model.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "simulate/wire_openai.hpp"
#include "simulate/wires.hpp"

namespace sheaf::simulate {
namespace {

/// Of one request; those of bulk addresses may be larger.
constexpr std::size_t most_body = std::size_t{64} << 20;

/// The path of a URL or of a request target, without a query.
std::string_view path_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != url.npos) {
    const auto path = url.find('/', scheme + 3);
    url = path == url.npos ? std::string_view("/") : url.substr(path);
  }
  return url.substr(0, url.find('?'));
}

}  // namespace

Model::Model(const task::Task& task, const SimulateOptions& options,
             std::unique_ptr<TokenCounter> counter)
    : options_(options),
      format_(task::make_format(task)),
      reader_(task, *format_),
      answers_(task, options),
      counter_(std::move(counter)),
      replies_(task, *format_, answers_, *counter_, options),
      draws_(options.seed),
      limits_({options.requests_per_minute, options.tokens_per_minute, options.concurrency}),
      embedding_limits_(
          {options.requests_per_minute, options.tokens_per_minute, options.concurrency}),
      tally_(options.sample_stats ? Tally::Log::on : Tally::Log::off),
      bulk_(options, [this](const BulkJob& job, const std::string& body, Time at) {
        return answer_line(job, body, at);
      }) {}

Expected<std::unique_ptr<Model>> Model::make(const task::Task& task,
                                             const SimulateOptions& options) {
  const auto checked = check_simulate_options(options);
  if (!checked) return std::unexpected(checked.error());
  auto counter = make_token_counter(options.tokens);
  if (!counter) return std::unexpected(std::move(counter.error()));
  return std::unique_ptr<Model>(new Model(task, options, *std::move(counter)));
}

Expected<std::unique_ptr<Model>> Model::create(const task::Task& task, rows::RowSource& rows,
                                               const SimulateOptions& options) {
  auto model = make(task, options);
  if (!model) return model;
  const auto loaded = (*model)->load(task, rows);
  if (!loaded) return std::unexpected(loaded.error());
  return model;
}

Expected<std::unique_ptr<Model>> Model::create_without_rows(const task::Task& task,
                                                            const SimulateOptions& options) {
  auto kept = options;
  kept.sample_stats = false;
  auto model = make(task, kept);
  if (!model) return model;
  (*model)->has_rows_ = false;
  if (options.voice.empty() && !(*model)->answers_.values().lettered()) return model;
  return fail(ErrorCode::usage,
              "a voice, and choices that stand in a column, need the rows; name their file");
}

Expected<void> Model::load(const task::Task& task, rows::RowSource& rows) {
  rows_name_ = rows.name();
  while (true) {
    auto next = rows.next();
    if (!next) return std::unexpected(std::move(next.error()));
    if (!*next) break;
    ++rows_.read;
    const auto* row = std::get_if<rows::Row>(&**next);
    if (row == nullptr) {
      ++rows_.bad;
      continue;
    }
    const auto added = add(task, *row);
    if (!added) return added;
  }
  if (options_.voice.empty() || has_voice_ || index_.size() == 0) return {};
  return fail(ErrorCode::usage,
              fmt::format("{}: no row has a text in the column '{}', which the simulated model is "
                          "to say; check its voice",
                          rows_name_, text::display_safe(options_.voice, 60)));
}

Expected<void> Model::add(const task::Task& task, const rows::Row& row) {
  const auto rendered = task::render(task, row.fields);
  if (!rendered) {
    ++rows_.bad;
    return {};
  }
  const auto fingerprint = reader_.fingerprint(rendered->sample);
  if (!fingerprint) {
    return fail(ErrorCode::stopped,
                fmt::format("{}: row {} cannot be told apart once it stands in a prompt ({}); "
                            "please report this",
                            rows_name_, row.number, fingerprint.error()));
  }
  auto id = task.id_column ? rendered->id : std::to_string(row.number);
  const auto record = answers_.prepare(*rendered, std::move(id), row.fields);
  has_voice_ = has_voice_ || !record.voice.empty();
  if (record.value.empty() && record.voice.empty()) ++rows_.without_gold;
  index_.add(*fingerprint, record.view());
  return {};
}

SimulatedReply Model::answer(const HttpRequest& request, Time now, const Connections& connections) {
  bulk_.advance(now);
  const auto path = path_of(request.url);
  const auto tail = below_version(path);
  if (const auto* wire = bulk_.wire_of(tail)) {
    return answer_bulk({*wire, request, path, now, request_id()}, tail);
  }
  if (request.body.size() > most_body) return too_large(request.url);
  const bool is_get = request.method == "GET";
  if (path == "/v1/models" && is_get) return json_reply(200, json::dump(models_list()));
  if (path == "/stats" && is_get) return json_reply(200, stats_json(now, connections));
  const auto address = find_address(path, options_.dialect);
  const auto& wire = address ? address->wire : default_wire(options_.dialect);
  if (!address && path != "/v1/models" && path != "/stats") {
    return refusal_reply(wire, {.status = 404, .message = "there is no such address"}, {});
  }
  if (!address || request.method != "POST") {
    return refusal_reply(wire, {.status = 405, .message = "this address takes another method"}, {});
  }
  const Visit visit{wire, request, path, now, request_id()};
  auto reply = address->vectors ? embed(visit) : complete(visit);
  reply.headers.push_back({std::string(wire.request_id_header()), visit.id});
  tally_.count_response(reply.status);
  if (address->vectors) tally_.count_embeddings_response();
  return reply;
}

std::string Model::request_id() { return fmt::format("simulated-request-{}", ++requests_); }

SimulatedReply Model::too_large(std::string_view url) const {
  const auto address = find_address(path_of(url), options_.dialect);
  const auto& wire = address ? address->wire : default_wire(options_.dialect);
  return refusal_reply(wire, {.status = 413, .message = "the request's body is too large"}, {});
}

std::string Model::stats_json(Time now, const Connections& connections) {
  bulk_.advance(now);
  const InFlight in_flight{limits_.in_flight(now), limits_.peak_in_flight()};
  return tally_.json({.index = index_,
                      .nonces = options_.nonce ? &answers_ : nullptr,
                      .rows = rows_,
                      .in_flight = in_flight,
                      .connections = connections,
                      .bulk = bulk_.counts()});
}

}  // namespace sheaf::simulate
