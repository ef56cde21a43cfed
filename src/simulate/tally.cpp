#include "simulate/tally.hpp"

#include <algorithm>
#include <utility>

#include "core/exchange.hpp"
#include "core/json.hpp"
#include "simulate/model_reply.hpp"

namespace sheaf::simulate {
namespace {

template <class Kinds, class Counts>
void append_faults(json::Object& out, const Kinds& kinds, const Counts& counts) {
  for (const auto& kind : kinds) {
    out.emplace_back(std::string(kind.name), counts[static_cast<std::size_t>(kind.fault)]);
  }
}

json::Object row_counts(const Surroundings& around) {
  return {{"read", around.rows.read},
          {"bad", around.rows.bad},
          {"without_gold", around.rows.without_gold},
          {"distinct", std::int64_t{around.index.size()}}};
}

json::Object bulk_counts(const BulkCounts& bulk) {
  const auto ended = [&](LineEnd end) { return bulk.ends[static_cast<std::size_t>(end)]; };
  return {{"jobs", bulk.jobs},
          {"requests", bulk.requests},
          {"succeeded", ended(LineEnd::succeeded)},
          {"errored", ended(LineEnd::errored)},
          {"canceled", ended(LineEnd::canceled)},
          {"expired", ended(LineEnd::expired)}};
}

}  // namespace

void Tally::count_usage(const Usage& usage) { sheaf::add(usage_, usage); }

void Tally::count_embeddings(std::int64_t texts, std::int64_t tokens) {
  embeddings_.texts += texts;
  embeddings_.tokens += tokens;
  usage_.input_tokens += tokens;
}

int Tally::ask(SampleIndex::Number sample) {
  ++asked_in_all_;
  if (sample >= asked_.size()) asked_.resize(sample + 1);
  return static_cast<int>(++asked_[sample]);
}

int Tally::ask_unknown() {
  ++asked_in_all_;
  return 1;
}

void Tally::record(SampleIndex::Number sample, std::string_view meant) {
  if (log_ == Log::off) return;
  if (sample >= last_.size()) last_.resize(sample + 1);
  logged_.push_back({last_[sample], std::string(meant)});
  last_[sample] = static_cast<std::uint32_t>(logged_.size());
}

std::string Tally::json(const Surroundings& around) const {
  json::Object by_status;
  std::int64_t requests = 0;
  for (const auto& [status, count] : by_status_) {
    by_status.emplace_back(std::to_string(status), count);
    requests += count;
  }
  json::Object faults;
  append_faults(faults, content_faults, content_);
  append_faults(faults, wire_faults, wire_);
  auto out = json::dump(json::Object{
      {"simulated", true},
      {"model", model_name},
      {"rows", row_counts(around)},
      {"requests", requests},
      {"by_status", std::move(by_status)},
      {"tokens", json::Object{{"input", usage_.input_tokens},
                              {"cached_input", usage_.cached_input_tokens},
                              {"cache_write", usage_.cache_write_tokens},
                              {"output", usage_.output_tokens},
                              {"reasoning", usage_.reasoning_tokens}}},
      {"embeddings", json::Object{{"requests", embeddings_.requests},
                                  {"texts", embeddings_.texts},
                                  {"tokens", embeddings_.tokens}}},
      {"bulk", bulk_counts(around.bulk)},
      {"concurrency", json::Object{{"now", around.in_flight.now}, {"peak", around.in_flight.peak}}},
      {"connections", json::Object{{"accepted", around.connections.accepted},
                                   {"open", around.connections.open},
                                   {"peak", around.connections.peak}}},
      {"faults", std::move(faults)},
      {"asked", asked_in_all_},
  });
  if (log_ == Log::off) return out;
  out.pop_back();
  append_samples(out, around);
  out.push_back('}');
  return out;
}

void Tally::append_samples(std::string& out, const Surroundings& around) const {
  out += ",\"samples\":{";
  for (SampleIndex::Number sample = 0; sample < last_.size(); ++sample) {
    if (last_[sample] != 0) append_sample(out, around.index.at(sample).id, sample, around);
  }
  for (std::size_t i = 0; i < around.index.alias_count(); ++i) {
    const auto alias = around.index.alias(i);
    const bool asked = alias.number < last_.size() && last_[alias.number] != 0;
    if (asked) append_sample(out, alias.id, alias.number, around);
  }
  out.push_back('}');
}

void Tally::append_sample(std::string& out, std::string_view id, SampleIndex::Number sample,
                          const Surroundings& around) const {
  if (out.back() != '{') out.push_back(',');
  json::append_string(out, id);
  out += ":{\"asked\":" + std::to_string(asked_[sample]) + ",\"answers\":[";
  append_answers(out, sample);
  out.push_back(']');
  if (around.nonces != nullptr) {
    out += ",\"nonce\":";
    json::append_string(out, around.nonces->nonce(around.index.at(sample).id));
  }
  out.push_back('}');
}

void Tally::append_answers(std::string& out, SampleIndex::Number sample) const {
  std::vector<const Logged*> answers;
  for (auto at = last_[sample]; at != 0; at = logged_[at - 1].previous) {
    answers.push_back(&logged_[at - 1]);
  }
  std::ranges::reverse(answers);
  for (const Logged* answer : answers) {
    if (out.back() != '[') out.push_back(',');
    out += answer->meant;
  }
}

}  // namespace sheaf::simulate
