// How the simulated model serves one request, from its key to its reply.
#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "simulate/model.hpp"

namespace sheaf::simulate {
namespace {

bool any_wire_fault(const SimulateOptions& options) {
  return std::ranges::any_of(wire_faults,
                             [&](const auto& kind) { return rate(options, kind.fault) > 0; });
}

std::expected<json::Value, Refusal> parsed_body(std::string_view body) {
  auto parsed = json::parse(body);
  if (!parsed) {
    return std::unexpected(
        Refusal{.message = fmt::format("the body is not JSON: {} at byte {}", parsed.error().reason,
                                       parsed.error().offset)});
  }
  if (parsed->object() != nullptr) return *std::move(parsed);
  return std::unexpected(Refusal{.message = "the body is no JSON object"});
}

}  // namespace

SimulatedReply Model::answer_bulk(const Visit& visit, std::string_view tail) {
  const auto refusal = refused_key(visit);
  auto reply = refusal ? refusal_reply(visit.wire, *refusal, visit.id)
                       : bulk_.answer(visit.http, tail, visit.now, start_, visit.id);
  reply.headers.push_back({std::string(visit.wire.request_id_header()), visit.id});
  return reply;
}

LineAnswer Model::answer_line(const BulkJob& job, const std::string& body, Time at) {
  const HttpRequest http{"POST", job.path, job.headers, body};
  const Visit visit{*job.wire, http, job.path, at, request_id()};
  const auto refused = [&](const Refusal& refusal) -> LineAnswer {
    auto reply = refusal_reply(visit.wire, refusal, visit.id);
    return {reply.status, std::move(reply.body), {}};
  };
  const auto request = read(visit);
  if (!request) return refused(request.error());
  if (const auto refusal = too_long(visit.wire, *request)) return refused(*refusal);
  const auto understood = understand(*request);
  if (!understood) return refused(understood.error());
  auto outcome = served(visit, *request, *understood);
  return {outcome.reply.status, std::move(outcome.reply.body), outcome.usage};
}

std::expected<ModelRequest, Refusal> Model::read(const Visit& visit) {
  const auto body = parsed_body(visit.http.body);
  if (!body) return std::unexpected(body.error());
  return visit.wire.read({.headers = visit.http.headers,
                          .path = visit.path,
                          .body = *body,
                          .options = options_,
                          .counter = *counter_});
}

SimulatedReply Model::complete(const Visit& visit) {
  const auto refused = [&](const Refusal& refusal) {
    return refusal_reply(visit.wire, refusal, visit.id);
  };
  if (const auto refusal = refused_key(visit)) return refused(*refusal);
  const auto read = this->read(visit);
  if (!read) return refused(read.error());
  const auto most_output = read->max_tokens.value_or(options_.max_output_tokens.value_or(0));
  return limited(visit, limits_, read->prompt.tokens + most_output,
                 [&] { return admitted(visit, *read); });
}

SimulatedReply Model::embed(const Visit& visit) {
  const auto refused = [&](const Refusal& refusal) {
    return refusal_reply(visit.wire, refusal, visit.id);
  };
  if (const auto refusal = refused_key(visit)) return refused(*refusal);
  const auto read = read_embeddings_request(visit.http.body, *counter_);
  if (!read) return refused(read.error());
  const auto served = [&]() -> Outcome {
    tally_.count_embeddings(std::ssize(read->texts), read->input_tokens);
    auto reply = json_reply(200, embeddings_body(*read));
    reply.first = reply.delay = writing_time(0);
    return {std::move(reply), {.input_tokens = read->input_tokens}};
  };
  return limited(visit, embedding_limits_, read->input_tokens,
                 [&] { return delivered(visit, served); });
}

SimulatedReply Model::limited(const Visit& visit, AccountLimits& limits, std::int64_t tokens,
                              const std::function<Outcome()>& answered) {
  const auto ticket = limits.admit(visit.now, tokens);
  SimulatedReply reply;
  if (ticket) {
    auto outcome = answered();
    reply = std::move(outcome.reply);
    limits.finish(*ticket, visit.now + reply.delay + reply.stall,
                  outcome.usage.input_tokens + outcome.usage.output_tokens);
  } else {
    reply = refusal_reply(visit.wire, limit_refusal(ticket.error()), visit.id);
  }
  std::ranges::move(visit.wire.limit_headers(limits.left(visit.now), start_ + visit.now),
                    std::back_inserter(reply.headers));
  return reply;
}

Model::Outcome Model::admitted(const Visit& visit, const ModelRequest& request) {
  if (const auto refusal = too_long(visit.wire, request)) {
    return {refusal_reply(visit.wire, *refusal, visit.id)};
  }
  const auto understood = understand(request);
  if (!understood) return {refusal_reply(visit.wire, understood.error(), visit.id)};
  return delivered(visit, [&] { return served(visit, request, *understood); });
}

Model::Outcome Model::delivered(const Visit& visit, const std::function<Outcome()>& served) {
  const auto fault = draw_wire_fault(visit.http.body);
  if (!fault) return served();
  tally_.count(*fault);
  if (const auto refusal = refusal_in_place(*fault)) {
    return {refusal_reply(visit.wire, *refusal, visit.id)};
  }
  if (*fault == WireFault::html) {
    return {page_reply(draws_.of(Purpose::fault_shape, {hash64(visit.http.body)}))};
  }
  auto outcome = served();
  spoil_delivery(outcome.reply, *fault, Millis(options_.stall_ms));
  return outcome;
}

Model::Outcome Model::served(const Visit& visit, const ModelRequest& request,
                             const Understood& understood) {
  const auto room = room_of(visit.wire, request);
  const auto reasoning =
      std::min(options_.reasoning_tokens, room.tokens.value_or(options_.reasoning_tokens));
  auto asked = asked_batch(request, understood);
  if (room.tokens) asked.max_tokens = *room.tokens - reasoning;
  const auto text = reply_text(asked, understood);
  const auto cached = use_cache(visit, request);
  const Usage usage{.input_tokens = request.prompt.tokens,
                    .cached_input_tokens = std::min(cached.read, request.prompt.tokens),
                    .output_tokens = counter_->count(text.text) + reasoning,
                    .reasoning_tokens = reasoning,
                    .cache_write_tokens = cached.written};
  tally_.count_usage(usage);
  const bool full = text.ended == Ended::at_cap && room.is_context && !text.fault;
  const ModelReply reply{.api = request.api,
                         .number = ++replies_sent_,
                         .text = text.text,
                         .ended = full ? Ended::at_context : text.ended,
                         .stop = text.stop,
                         .usage = usage,
                         .long_write_tokens = cached.long_written};
  auto sent = request.stream ? stream_reply(visit.wire.events(reply, counter_->pieces(text.text),
                                                              request.include_usage))
                             : json_reply(200, json::dump(visit.wire.reply(reply)));
  sent.first = writing_time(0);
  sent.delay = writing_time(usage.output_tokens);
  return {std::move(sent), usage};
}

BatchAsked Model::asked_batch(const ModelRequest& request, const Understood& understood) {
  BatchAsked asked{.api = request.api,
                   .batch = understood.batch,
                   .samples = {},
                   .askings = {},
                   .max_tokens = {},
                   .stops = request.stops};
  const int size = static_cast<int>(understood.samples.size());
  for (const auto number : understood.samples) {
    const auto at = asked.samples.size();
    asked.samples.push_back(has_rows_ ? index_.at(number) : KnownSample());
    if (!has_rows_) asked.samples.back().id = understood.ids[at];
    asked.askings.push_back({.sample = asked.batch.samples[at],
                             .size = size,
                             .position = static_cast<int>(at) + 1,
                             .time = has_rows_ ? tally_.ask(number) : tally_.ask_unknown()});
  }
  return asked;
}

ReplyText Model::reply_text(const BatchAsked& asked, const Understood& understood) {
  if (understood.samples.empty())
    return {.text = {}, .ended = Ended::at_cap, .meant = {}, .fault = {}};
  auto reply = replies_.write(asked);
  if (reply.fault) tally_.count(*reply.fault);
  for (std::size_t i = 0; i < reply.meant.size(); ++i) {
    tally_.record(understood.samples[i], reply.meant[i]);
  }
  return reply;
}

std::expected<Model::Understood, Refusal> Model::understand(const ModelRequest& request) const {
  if (request.max_tokens == 0) return Understood{};
  auto batch = reader_.read(request.api, request.last);
  if (!batch) {
    return std::unexpected(
        Refusal{.message = fmt::format("the prompt is not understood: {}", batch.error())});
  }
  Understood understood{.batch = *std::move(batch), .samples = {}, .ids = {}};
  if (!has_rows_) {
    understood.samples.resize(understood.batch.samples.size());
    for (const auto& sample : understood.batch.samples) {
      understood.ids.push_back(fmt::format("{:016x}{:016x}", sample.high, sample.low));
    }
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

std::optional<Refusal> Model::refused_key(const Visit& visit) const {
  if (options_.key.empty()) return std::nullopt;
  const auto keys = visit.wire.keys(visit.http);
  const bool all_right = std::ranges::all_of(keys, [&](auto key) { return key == options_.key; });
  if (!keys.empty() && all_right) return std::nullopt;
  return Refusal{.status = 401,
                 .message = keys.empty() ? "no key was sent" : "the key is not the right one",
                 .code = "invalid_api_key"};
}

std::optional<Refusal> Model::too_long(const Wire& wire, const ModelRequest& request) const {
  const auto cap = request.max_tokens.value_or(0);
  if (options_.max_output_tokens && cap > *options_.max_output_tokens) {
    return wire.beyond_cap(request, *options_.max_output_tokens);
  }
  if (!options_.context_tokens) return std::nullopt;
  const auto needed = request.prompt.tokens + (wire.ends_at_context() ? 1 : cap);
  if (needed <= *options_.context_tokens) return std::nullopt;
  return wire.beyond_context(request, *options_.context_tokens);
}

Model::Room Model::room_of(const Wire& wire, const ModelRequest& request) const {
  const auto cap = request.max_tokens ? request.max_tokens : options_.max_output_tokens;
  if (!wire.ends_at_context() || !options_.context_tokens) return {cap};
  const auto left = *options_.context_tokens - request.prompt.tokens;
  if (cap && *cap <= left) return {cap};
  return {left, true};
}

CacheUse Model::use_cache(const Visit& visit, const ModelRequest& request) {
  const auto rule = options_.cache.value_or(visit.wire.cache_rule());
  auto& cache = caches_[rule];
  if (!cache) {
    CacheSettings settings{.least_tokens = options_.cache_minimum, .lifetime = {}};
    if (options_.cache_lifetime_s) {
      settings.lifetime = std::chrono::seconds(*options_.cache_lifetime_s);
    }
    cache = make_prefix_cache(rule, settings);
  }
  return cache->use(request, visit.now, visit.now + writing_time(0));
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
