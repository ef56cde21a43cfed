#include "run/forecast.hpp"

#include <algorithm>
#include <optional>
#include <utility>

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
                   const tokens::Counter& counter, const std::vector<int>& sizes, bool dedup,
                   const plan::ModelLimits& limits)
    : task_(task), format_(format), counter_(counter), builder_(task, format), dedup_(dedup) {
  for (const int size : sizes) {
    Packing packing(task, format, builder_, counter, limits, size);
    plan::Packer packer(packing.bounds(), packing.open());
    sizes_.try_emplace(size, std::move(packing), std::move(packer), FirstPrompts(counter));
  }
}

void Forecast::expect(const AnswerLengths& lengths) {
  lengths_ = lengths;
  // Of the exemplars each packing knows by itself.
  const bool were_bought = lengths.repaired.has_value();
  for (auto& [size, of_size] : sizes_) {
    if (!were_bought || !of_size.packing.learns()) continue;
    of_size.packing.learn_before(output_lengths(lengths, envelope(size)));
    of_size.packer.set_bounds(of_size.packing.bounds());
  }
}

/// The answers of all that was planned, as they are expected.
void Forecast::learn(int size, OfSize& of_size) {
  auto lengths = lengths_;
  lengths.count = std::exchange(of_size.unlearned, 0);
  of_size.packing.learn(output_lengths(lengths, envelope(size)));
  of_size.packing.renew();
  of_size.packer.set_bounds(of_size.packing.bounds());
  take_closed(of_size);
}

void Forecast::add(const Arrival& arrival) {
  ++rows_;
  for (auto& [size, of_size] : sizes_) {
    of_size.packer.pass_row();
    take_closed(of_size);
  }
  if (dedup_ && !seen_.insert(arrival.key.low)) return;
  ++samples_;
  const auto& sample = arrival.row.sample;
  add_text(sample);
  if (first_.empty()) first_isolate_ = arrival.row.isolate;
  const auto wanted = std::min(most_shown, static_cast<std::size_t>(task_.batch.size));
  if (first_.size() < wanted && arrival.row.isolate == first_isolate_) first_.push_back(sample);
  held_.emplace(samples_, Held{context_of(sample), sizes_.size()});
  const auto bytes = std::ssize(format_.contexts({&sample, 1}, format::Keys::plain));
  for (auto& [size, of_size] : sizes_) {
    pack(of_size, arrival, bytes);
    if (of_size.packing.is_due()) learn(size, of_size);
  }
}

void Forecast::pack(OfSize& of_size, const Arrival& arrival, std::int64_t bytes) {
  std::optional<std::int64_t> tokens;
  if (counter_.counts()) tokens = held_.at(samples_).context.inside.tokens;
  const auto weight = of_size.packing.weigh(arrival.row.sample, bytes, tokens);
  of_size.packer.add(samples_, arrival.row.isolate, weight);
  of_size.packing.planned();
  ++of_size.unlearned;
  const bool is_short = take_closed(of_size);
  of_size.is_cut = of_size.is_cut || (is_short && !of_size.packer.bounds().counts_alone());
}

bool Forecast::take_closed(OfSize& of_size) {
  bool is_short = false;
  while (const auto batch = of_size.packer.next()) {
    is_short = is_short || std::ssize(*batch) < of_size.packer.bounds().count;
    count(of_size, *batch);
  }
  return is_short;
}

void Forecast::count(OfSize& of_size, const std::vector<plan::SampleHandle>& batch) {
  const auto samples = static_cast<int>(batch.size());
  const auto& fixed = around(samples);
  auto size = fixed.all;
  for (const auto handle : batch) {
    const auto found = held_.find(handle);
    const auto& context = found->second.context;
    const bool is_last = handle == batch.back();
    size += !is_last ? context.inside : (samples == 1 ? context.alone : context.last);
    if (--found->second.sizes == 0) held_.erase(found);
  }
  of_size.prompts.add(samples, size, builder_.group_size(samples), fixed.shared);
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

const Forecast::Around& Forecast::around(int samples) {
  const auto [found, is_new] = around_.try_emplace(samples);
  auto& fixed = found->second;
  if (!is_new) return fixed;
  for (const auto& message : builder_.prefix(samples)) {
    fixed.shared += counter_.message(message.text);
  }
  const bool completes = task_.model.api == Api::completions;
  auto end = counter_.message(completes ? format_.primed(builder_.keys(samples))
                                        : builder_.closing_line(samples));
  // The batch's own message in chat; of completions the prefix is part of it.
  end.messages = completes ? 0 : 1;
  fixed.all = fixed.shared;
  fixed.all += end;
  fixed.all += longer_keys(samples);
  return fixed;
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

plan::Traffic Forecast::traffic(int batch_size) {
  auto& of_size = sizes_.at(batch_size);
  of_size.packer.finish();
  take_closed(of_size);
  return of_size.prompts.traffic(batch_size);
}

Forecast::Cut Forecast::cut(int batch_size) const {
  const auto& of_size = sizes_.at(batch_size);
  if (!of_size.is_cut) return Cut::none;
  return of_size.packing.learns() ? Cut::by_lengths : Cut::by_tokens;
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
