#include "run/forecast.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.hpp"
#include "grouping/kind.hpp"
#include "plan/cost_model.hpp"
#include "run/arranger.hpp"
#include "run/embedder.hpp"
#include "run/tally.hpp"
#include "tokens/estimator.hpp"

namespace sheaf::run {
namespace {

constexpr std::size_t most_shown = 64;

std::string_view name_of(Role role) {
  if (role == Role::system) return "system";
  return role == Role::user ? "user" : "assistant";
}

}  // namespace

Forecast::Forecast(const task::Task& task, const format::BatchFormat& format, bool dedup)
    : task_(task), format_(format), builder_(task, format), dedup_(dedup) {}

void Forecast::add(const Arrival& arrival) {
  ++rows_;
  if (dedup_ && !seen_.insert(arrival.key.low)) return;
  ++samples_;
  const auto& sample = arrival.row.sample;
  add_text(sample);
  indexed_bytes_ += std::ssize(format_.contexts({&sample, 1}, format::Keys::indexed)) + 1;
  plain_bytes_ += std::ssize(format_.contexts({&sample, 1}, format::Keys::plain)) + 1;
  ++groups_[arrival.row.isolate];
  if (first_.empty()) first_isolate_ = arrival.row.isolate;
  const auto wanted = std::min(most_shown, static_cast<std::size_t>(task_.batch.size));
  if (first_.size() < wanted && arrival.row.isolate == first_isolate_) first_.push_back(sample);
}

void Forecast::add_text(const format::SampleText& sample) {
  if (!task_.embeddings || !grouping::needs_vectors(task_.batch.grouping)) return;
  const auto whole = text_to_compare(sample);
  if (text::trim(whole).empty()) return;
  if (!texts_.insert(vector_key(task_.embeddings->model, whole).low)) return;
  const auto bytes = std::ssize(text::beginning(whole, most_text_bytes));
  ++vectors_.texts;
  vectors_.requests += text_requests_.begins_one(bytes) ? 1 : 0;
  text_bytes_ += bytes;
}

std::optional<PlanVectors> Forecast::vectors() const {
  if (vectors_.texts == 0) return std::nullopt;
  auto vectors = vectors_;
  const auto& settings = *task_.embeddings;
  vectors.model = settings.model_name;
  vectors.input_tokens = tokens::Estimator().expected_input_tokens(text_bytes_, 0);
  if (task_.price) vectors.cost_usd = to_usd(settings.price * vectors.input_tokens);
  return vectors;
}

void Forecast::add_vectors(PlanLine& line) const {
  const auto more = vectors();
  if (!more) return;
  line.requests += more->requests;
  line.input_tokens += more->input_tokens;
  if (line.cost_usd && more->cost_usd) *line.cost_usd += *more->cost_usd;
  const auto& limits = task_.embeddings->endpoint.limits;
  if (!limits.requests_per_minute && !limits.tokens_per_minute) return;
  // No prompt leaves before all vectors are there.
  line.minutes = line.minutes.value_or(0) +
                 plan::limit_bound_minutes({more->requests, more->input_tokens},
                                           {limits.requests_per_minute, limits.tokens_per_minute});
}

std::int64_t Forecast::prefix_bytes(int batch_size) {
  std::int64_t bytes = 0;
  for (const auto& message : builder_.prefix(batch_size)) bytes += std::ssize(message.text);
  return bytes + std::ssize(builder_.closing_line(batch_size));
}

std::int64_t Forecast::answer_tokens() const {
  if (task_.exemplars.empty()) return std::max<std::int64_t>(1, task_.answer.max_tokens / 2);
  std::int64_t bytes = 0;
  for (const auto& exemplar : task_.exemplars) bytes += std::ssize(exemplar.answer);
  const auto mean = bytes / std::ssize(task_.exemplars);
  return std::max<std::int64_t>(1, tokens::Estimator().expected_input_tokens(mean, 0));
}

PlanLine Forecast::at(int batch_size) {
  PlanLine line;
  line.batch_size = batch_size;
  const tokens::Estimator estimator;
  const bool plain = batch_size == 1 && builder_.keys(1) == format::Keys::plain;
  std::int64_t bytes = plain ? plain_bytes_ : indexed_bytes_;
  std::int64_t messages = 0;
  std::map<int, std::int64_t> batches;
  for (const auto& [isolate, samples] : groups_) {
    batches[batch_size] += samples / batch_size;
    if (samples % batch_size != 0) ++batches[static_cast<int>(samples % batch_size)];
  }
  for (const auto& [size, count] : batches) {
    line.requests += count;
    if (count == 0) continue;
    bytes += count * prefix_bytes(size);
    messages += count * (std::ssize(builder_.prefix(size)) + 1);
  }
  const auto overhead = batch_size == 1 ? 0 : format_.overhead_tokens_per_answer();
  line.input_tokens = estimator.expected_input_tokens(bytes, messages);
  line.output_tokens = samples_ * (answer_tokens() + overhead);
  if (task_.price) {
    line.cost_usd =
        to_usd(task_.price->input * line.input_tokens + task_.price->output * line.output_tokens);
  }
  const auto& limits = task_.limits;
  if (limits.requests_per_minute || limits.tokens_per_minute) {
    line.minutes =
        plan::limit_bound_minutes({line.requests, line.input_tokens + line.output_tokens},
                                  {limits.requests_per_minute, limits.tokens_per_minute});
  }
  if (batch_size > 1) add_vectors(line);
  return line;
}

std::string Forecast::first_prompt(int batch_size) {
  if (first_.empty()) return {};
  const auto size = std::min(static_cast<std::size_t>(batch_size), first_.size());
  const auto prompt =
      builder_.build({first_.data(), size}, builder_.output_cap(static_cast<int>(size)));
  if (task_.model.api == Api::completions) return prompt.messages.front().text;
  std::string text;
  for (const auto& message : prompt.messages) {
    text += fmt::format("--- {}\n{}\n", name_of(message.role), message.text);
  }
  return text;
}

}  // namespace sheaf::run
