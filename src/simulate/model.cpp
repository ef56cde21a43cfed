#include "simulate/model.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "simulate/response_body.hpp"

namespace sheaf::simulate {
namespace {

/// The path of a URL or of a request target, without a query.
std::string_view path_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != url.npos) {
    const auto path = url.find('/', scheme + 3);
    url = path == url.npos ? std::string_view("/") : url.substr(path);
  }
  return url.substr(0, url.find('?'));
}

const std::string* find_header(const HttpRequest& request, std::string_view name) {
  const auto found = std::ranges::find_if(request.headers, [name](const Header& header) {
    return text::equals_fold_ascii(header.name, name);
  });
  return found == request.headers.end() ? nullptr : &found->value;
}

/// An address that takes requests for the model.
struct Address {
  std::string_view path;
  std::optional<Api> api;  ///< None: it gives vectors.
};

constexpr std::array addresses{Address{"/v1/chat/completions", Api::chat},
                               Address{"/v1/completions", Api::completions},
                               Address{"/v1/embeddings", std::nullopt}};

const Address* find_address(std::string_view path) {
  const auto* found = std::ranges::find(addresses, path, &Address::path);
  return found == addresses.end() ? nullptr : found;
}

bool any_wire_fault(const SimulateOptions& options) {
  return std::ranges::any_of(wire_faults,
                             [&](const auto& kind) { return rate(options, kind.fault) > 0; });
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
      tally_(options.sample_stats ? Tally::Log::on : Tally::Log::off) {}

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
  const auto path = path_of(request.url);
  const bool is_get = request.method == "GET";
  if (path == "/v1/models" && is_get) return json_reply(200, models_body());
  if (path == "/stats" && is_get) return json_reply(200, stats_json(now, connections));
  const auto* asked = find_address(path);
  if (asked == nullptr && path != "/v1/models" && path != "/stats") {
    return refusal_reply({.status = 404, .message = "there is no such address"});
  }
  if (asked == nullptr || request.method != "POST") {
    return refusal_reply({.status = 405, .message = "this address takes another method"});
  }
  auto reply = asked->api ? complete(*asked->api, request, now) : embed(request, now);
  reply.headers.push_back({"x-request-id", fmt::format("simulated-request-{}", ++requests_)});
  tally_.count_response(reply.status);
  if (!asked->api) tally_.count_embeddings_response();
  return reply;
}

std::string Model::stats_json(Time now, const Connections& connections) {
  const InFlight in_flight{limits_.in_flight(now), limits_.peak_in_flight()};
  return tally_.json({.index = index_,
                      .nonces = options_.nonce ? &answers_ : nullptr,
                      .rows = rows_,
                      .in_flight = in_flight,
                      .connections = connections});
}

SimulatedReply Model::complete(Api api, const HttpRequest& request, Time now) {
  if (const auto refusal = refused_key(request)) return refusal_reply(*refusal);
  const auto read = read_request(api, request.body, *counter_);
  if (!read) return refusal_reply(read.error());
  const auto most_output = read->max_tokens.value_or(options_.max_output_tokens.value_or(0));
  return limited(limits_, now, read->prompt.tokens + most_output,
                 [&] { return admitted(*read, request.body); });
}

SimulatedReply Model::embed(const HttpRequest& request, Time now) {
  if (const auto refusal = refused_key(request)) return refusal_reply(*refusal);
  const auto read = read_embeddings_request(request.body, *counter_);
  if (!read) return refusal_reply(read.error());
  const auto served = [&]() -> Outcome {
    tally_.count_embeddings(std::ssize(read->texts), read->input_tokens);
    auto reply = json_reply(200, embeddings_body(*read));
    reply.first = reply.delay = writing_time(0);
    return {std::move(reply), read->input_tokens};
  };
  return limited(embedding_limits_, now, read->input_tokens,
                 [&] { return delivered(request.body, served); });
}

SimulatedReply Model::limited(AccountLimits& limits, Time now, std::int64_t tokens,
                              const std::function<Outcome()>& answered) {
  const auto ticket = limits.admit(now, tokens);
  SimulatedReply reply;
  if (ticket) {
    auto outcome = answered();
    reply = std::move(outcome.reply);
    limits.finish(*ticket, now + reply.delay + reply.stall, outcome.tokens);
  } else {
    reply = limited_reply(ticket.error());
  }
  std::ranges::move(limits.headers(now), std::back_inserter(reply.headers));
  return reply;
}

Model::Outcome Model::admitted(const ModelRequest& request, std::string_view body) {
  if (const auto refusal = too_long(request)) return {refusal_reply(*refusal)};
  const auto understood = understand(request);
  if (!understood) return {refusal_reply(understood.error())};
  return delivered(body, [&] { return served(request, *understood); });
}

Model::Outcome Model::delivered(std::string_view body, const std::function<Outcome()>& served) {
  const auto fault = draw_wire_fault(body);
  if (!fault) return served();
  tally_.count(*fault);
  if (auto reply = reply_in_place(*fault, draws_.of(Purpose::fault_shape, {hash64(body)}))) {
    return {*std::move(reply)};
  }
  auto outcome = served();
  spoil_delivery(outcome.reply, *fault, Millis(options_.stall_ms));
  return outcome;
}

Model::Outcome Model::served(const ModelRequest& request, const Understood& understood) {
  BatchAsked asked{
      .api = request.api,
      .batch = understood.batch,
      .samples = {},
      .askings = {},
      .max_tokens = request.max_tokens ? request.max_tokens : options_.max_output_tokens,
      .stops = request.stops};
  const int size = static_cast<int>(understood.samples.size());
  std::vector<std::string> ids;
  for (const auto& sample : understood.batch.samples) {
    if (!has_rows_) ids.push_back(fmt::format("{:016x}{:016x}", sample.high, sample.low));
  }
  for (const auto number : understood.samples) {
    const int position = static_cast<int>(asked.samples.size()) + 1;
    asked.samples.push_back(has_rows_ ? index_.at(number) : KnownSample());
    if (!has_rows_) asked.samples.back().id = ids[asked.askings.size()];
    asked.askings.push_back({.sample = asked.batch.samples[asked.askings.size()],
                             .size = size,
                             .position = position,
                             .time = has_rows_ ? tally_.ask(number) : tally_.ask_unknown()});
  }
  const auto reply = replies_.write(asked);
  if (reply.fault) tally_.count(*reply.fault);
  for (std::size_t i = 0; i < reply.meant.size(); ++i) {
    tally_.record(understood.samples[i], reply.meant[i]);
  }
  const Usage usage{
      .input_tokens = request.prompt.tokens,
      .cached_input_tokens = std::min(cache_.cached_tokens(request.prompt), request.prompt.tokens),
      .output_tokens = counter_->count(reply.text),
      .reasoning_tokens = 0};
  tally_.count_usage(usage);
  const CompletionBody completion{.api = request.api,
                                  .number = ++replies_sent_,
                                  .text = reply.text,
                                  .cut = reply.cut,
                                  .usage = usage};
  auto sent = request.stream ? stream_reply(completion_events(
                                   completion, counter_->pieces(reply.text), request.include_usage))
                             : json_reply(200, completion_body(completion));
  sent.first = writing_time(0);
  sent.delay = writing_time(usage.output_tokens);
  return {std::move(sent), usage.input_tokens + usage.output_tokens};
}

std::expected<Model::Understood, Refusal> Model::understand(const ModelRequest& request) const {
  auto batch = reader_.read(request.api, request.last);
  if (!batch) {
    return std::unexpected(
        Refusal{.message = fmt::format("the prompt is not understood: {}", batch.error())});
  }
  Understood understood{.batch = *std::move(batch), .samples = {}};
  if (!has_rows_) {
    understood.samples.resize(understood.batch.samples.size());
    return understood;
  }
  for (const auto& fingerprint : understood.batch.samples) {
    const auto number = index_.find(fingerprint);
    if (!number) {
      return std::unexpected(
          Refusal{.message = fmt::format("sample {} of the prompt is no row of {}",
                                         understood.samples.size() + 1, rows_name_)});
    }
    understood.samples.push_back(*number);
  }
  return understood;
}

std::optional<Refusal> Model::refused_key(const HttpRequest& request) const {
  if (options_.key.empty()) return std::nullopt;
  const auto* header = find_header(request, "authorization");
  if (header != nullptr && *header == "Bearer " + options_.key) return std::nullopt;
  return Refusal{.status = 401,
                 .message = header == nullptr ? "no key was sent" : "the key is not the right one",
                 .code = "invalid_api_key"};
}

std::optional<Refusal> Model::too_long(const ModelRequest& request) const {
  const auto cap = request.max_tokens.value_or(0);
  if (options_.max_output_tokens && cap > *options_.max_output_tokens) {
    return Refusal{.message = fmt::format("max_tokens is too large: {}. This model supports at "
                                          "most {} completion tokens",
                                          cap, *options_.max_output_tokens),
                   .code = "invalid_value",
                   .param = "max_tokens"};
  }
  if (!options_.context_tokens || request.prompt.tokens + cap <= *options_.context_tokens) {
    return std::nullopt;
  }
  return Refusal{.message = fmt::format("This model's maximum context length is {} tokens. However"
                                        ", you requested {} tokens ({} in the prompt, {} in the "
                                        "completion). Please reduce the length of the prompt",
                                        *options_.context_tokens, request.prompt.tokens + cap,
                                        request.prompt.tokens, cap),
                 .code = "context_length_exceeded",
                 .param = request.api == Api::chat ? "messages" : "prompt"};
}

std::optional<WireFault> Model::draw_wire_fault(std::string_view body) {
  if (!any_wire_fault(options_)) return std::nullopt;
  const auto hash = hash64(body);
  return draw_fault(wire_faults, options_, draws_.of(Purpose::wire_fault, {hash, ++seen_[hash]}));
}

Time Model::writing_time(std::int64_t tokens) const {
  double ms = options_.first_token_ms;
  if (options_.tokens_per_second > 0) {
    ms += static_cast<double>(tokens) * 1000 / options_.tokens_per_second;
  }
  return Time(static_cast<std::int64_t>(ms * 1000));
}

}  // namespace sheaf::simulate
