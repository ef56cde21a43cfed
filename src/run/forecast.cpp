#include "run/forecast.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.hpp"
#include "grouping/kind.hpp"
#include "run/answer_lengths.hpp"
#include "run/arranger.hpp"
#include "run/embedder.hpp"
#include "run/tally.hpp"

namespace sheaf::run {
namespace {

constexpr std::size_t most_shown = 64;

std::string_view name_of(Role role) {
  if (role == Role::system) return "system";
  return role == Role::user ? "user" : "assistant";
}

}  // namespace

Forecast::Forecast(const task::Task& task, const format::BatchFormat& format,
                   const tokens::Counter& counter, const std::vector<int>& sizes, bool dedup)
    : task_(task), format_(format), counter_(counter), builder_(task, format), dedup_(dedup) {
  for (const int size : sizes) ends_[size] = {};
}

void Forecast::add(const Arrival& arrival) {
  ++rows_;
  if (dedup_ && !seen_.insert(arrival.key.low)) return;
  ++samples_;
  const auto& sample = arrival.row.sample;
  add_text(sample);
  auto& group = groups_[arrival.row.isolate];
  ++group.samples;
  group.latest = context_of(sample);
  alone_ += group.latest.alone;
  inside_ += group.latest.inside;
  for (auto& [size, sum] : ends_) {
    if (group.samples % size != 0) continue;
    sum += group.latest.last;
    sum -= group.latest.inside;
  }
  if (first_.empty()) first_isolate_ = arrival.row.isolate;
  const auto wanted = std::min(most_shown, static_cast<std::size_t>(task_.batch.size));
  if (first_.size() < wanted && arrival.row.isolate == first_isolate_) first_.push_back(sample);
}

/// A line end before a key or a closing line, which begins with a letter, always ends a token:
/// so the tokens of a prompt are the sum of its parts'.
Forecast::Context Forecast::context_of(const format::SampleText& sample) const {
  const auto part = [this](std::string text, std::string_view end) {
    auto size = counter_.message(text.append(end));
    size.messages = 0;
    return size;
  };
  const auto end_of = [this](int size) {
    if (task_.model.api == Api::completions) return "\n";
    return builder_.closing_line(size).empty() ? "" : "\n\n";
  };
  const auto indexed = format_.contexts({&sample, 1}, format::Keys::indexed);
  const auto alone = builder_.keys(1) == format::Keys::indexed
                         ? indexed
                         : format_.contexts({&sample, 1}, format::Keys::plain);
  return {part(alone, end_of(1)), part(indexed, "\n"), part(indexed, end_of(2))};
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
  vectors.input_tokens = counter_.estimator().expected_input_tokens(text_bytes_, 0);
  if (task_.price) vectors.cost_usd = to_usd(settings.price * vectors.input_tokens);
  return vectors;
}

Forecast::Batches Forecast::batches(int batch_size) const {
  Batches batches;
  for (const auto& [isolate, group] : groups_) {
    batches[batch_size] += group.samples / batch_size;
    if (group.samples % batch_size != 0) ++batches[static_cast<int>(group.samples % batch_size)];
  }
  return batches;
}

Forecast::Size Forecast::contexts(int batch_size) const {
  if (batch_size == 1) return alone_;
  auto sum = inside_;
  sum += ends_.at(batch_size);
  for (const auto& [isolate, group] : groups_) {
    const auto rest = group.samples % batch_size;
    if (rest == 0) continue;
    sum -= group.latest.inside;
    sum += rest == 1 ? group.latest.alone : group.latest.last;
  }
  return sum;
}

Forecast::Size Forecast::around(int batch_size) {
  Size size;
  for (const auto& message : builder_.prefix(batch_size)) size += counter_.message(message.text);
  const bool completes = task_.model.api == Api::completions;
  auto end = counter_.message(completes ? format_.primed(builder_.keys(batch_size))
                                        : builder_.closing_line(batch_size));
  // The batch's own message in chat; of completions the prefix is part of it.
  end.messages = completes ? 0 : 1;
  size += end;
  return size;
}

/// What the keys of a batch take beyond those of a single digit.
Forecast::Size Forecast::longer_keys(int batch_size) const {
  Size sum;
  if (first_.empty()) return sum;
  const auto of_copies = [this](int copies) {
    const std::vector samples(static_cast<std::size_t>(copies), first_.front());
    return counter_.message(format_.contexts(samples, format::Keys::indexed));
  };
  auto shortest = of_copies(2);
  shortest -= of_copies(1);
  for (int from = 10; from <= batch_size; from *= 10) {
    auto longer = of_copies(from);
    longer -= of_copies(from - 1);
    longer -= shortest;
    const int keys = std::min(batch_size, 10 * from - 1) - from + 1;
    sum += {keys * longer.bytes, 0, keys * longer.tokens};
  }
  return sum;
}

double Forecast::envelope(int batch_size) const {
  return envelope_tokens(task_, format_, builder_.keys(batch_size), counter_, batch_size);
}

/// What requests of full batches begin with; of chat also what frames it.
std::int64_t Forecast::shared_tokens(int batch_size) {
  Size size;
  for (const auto& message : builder_.prefix(batch_size)) size += counter_.message(message.text);
  if (!counter_.counts()) return counter_.expected_input_tokens(size);
  return size.tokens + counter_.frame_tokens(size.messages + 1) - counter_.frame_tokens(1);
}

plan::Traffic Forecast::traffic(int batch_size) {
  plan::Traffic traffic;
  traffic.samples = samples_;
  traffic.batch_size = batch_size;
  traffic.shared_tokens = shared_tokens(batch_size);
  auto size = contexts(batch_size);
  std::int64_t frames = 0;
  for (const auto& [samples, count] : batches(batch_size)) {
    traffic.requests += count;
    if (count == 0) continue;
    if (samples == batch_size) traffic.shared_requests = count;
    auto more = around(samples);
    more += longer_keys(samples);
    frames += count * counter_.frame_tokens(more.messages);
    size += {count * more.bytes, count * more.messages, count * more.tokens};
  }
  traffic.input_tokens =
      counter_.counts() ? size.tokens + frames : counter_.expected_input_tokens(size);
  return traffic;
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
