#include "run/packing.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace sheaf::run {
namespace {

/// Samples planned before answers of this call are first looked at; then four times as many as
/// before each time.
constexpr std::int64_t first_due = 64;

std::optional<std::int64_t> without(std::optional<std::int64_t> limit, std::int64_t tokens) {
  if (limit) limit = std::max<std::int64_t>(1, *limit - tokens);
  return limit;
}

}  // namespace

Packing::Packing(const task::Task& task, const format::BatchFormat& format,
                 prompt::PromptBuilder& builder, tokens::Counter counter, plan::ModelLimits limits,
                 int batch_size)
    : task_(task),
      format_(format),
      builder_(builder),
      batch_size_(batch_size),
      counter_(std::move(counter)),
      limits_{without(limits.context, task.model.reasoning_tokens), limits.input,
              without(limits.output, task.model.reasoning_tokens)},
      costs_(costs()),
      learns_(batch_size > 1 && plan::output_binds(batch_size, costs_.answer, limits_)),
      waits_(task.batch.grouping == grouping::Kind::sequential) {
  if (learns_) learn_exemplars();
  used_ = stored_;
  due_ = std::max(first_due, 3 * used_.count());
  const auto rooms = bounds().input;
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    fair_share_ = std::min(fair_share_, rooms[i] / static_cast<std::int64_t>(i + 1));
  }
}

plan::PromptCosts Packing::costs() {
  plan::PromptCosts costs{.input = {}, .answer = builder_.output_cap(1)};
  if (!limits_.bounds_input()) return costs;
  const int size = batch_size_;
  // Larger batches have the same exemplars before them, in one group.
  const auto last = std::max<std::int64_t>(2, std::ssize(task_.exemplars));
  for (int samples = 1; samples <= size; ++samples) {
    costs.input.push_back(samples > last ? costs.input.back() : input_cost(samples));
  }
  return costs;
}

std::int64_t Packing::input_cost(int samples) {
  tokens::PromptSize size;
  for (const auto& message : builder_.prefix(samples)) size += counter_.message(message.text);
  const bool completes = task_.model.api == Api::completions;
  // The longest of all sizes' closing lines.
  auto own = counter_.message("\n\n" + (completes ? format_.primed(builder_.keys(samples))
                                                  : builder_.closing_line(batch_size_)));
  if (completes) own.messages = 0;
  size += own;
  return counter_.input_tokens(size);
}

plan::Bounds Packing::bounds() const {
  return plan::bounds_of(batch_size_, limits_, costs_, used_);
}

plan::Packer::Options Packing::open() const {
  constexpr std::size_t most_open_rows = 16384;
  const auto batches = most_open_rows / static_cast<std::size_t>(batch_size_);
  return {.open_batches = std::clamp<std::size_t>(batches, 16, 1024)};
}

plan::Weight Packing::weigh(const format::SampleText& sample, std::int64_t bytes,
                            std::optional<std::int64_t> tokens) {
  plan::Weight weight;
  if (batch_size_ == 1) return weight;
  if (learns_) weight.output = std::min(used_.expected(bytes), costs_.answer);
  if (limits_.bounds_input()) weight.input = input_of(sample, bytes, tokens);
  return weight;
}

std::int64_t Packing::input_of(const format::SampleText& sample, std::int64_t bytes,
                               std::optional<std::int64_t> tokens) {
  if (!keys_known_) measure_keys(sample);
  if (!counter_.counts()) return counter_.input_tokens({bytes + key_bytes_, 0, 0});
  counts_samples_ = counts_samples_ || bytes + key_bytes_ > fair_share_;
  if (!counts_samples_) return bytes + key_bytes_;
  if (tokens) return *tokens + key_tokens_;
  const auto context = format_.contexts({&sample, 1}, format::Keys::indexed) + "\n";
  return counter_.message(context).tokens + key_tokens_;
}

void Packing::measure_keys(const format::SampleText& sample) {
  keys_known_ = true;
  auto blank = sample;
  for (auto& field : blank.fields) field.text.clear();
  const auto of_copies = [&](int copies) {
    const std::vector samples(static_cast<std::size_t>(copies), blank);
    return counter_.message(format_.contexts(samples, format::Keys::indexed));
  };
  const int size = batch_size_;
  auto last = of_copies(size);
  last -= of_copies(size - 1);
  auto second = of_copies(2);
  second -= of_copies(1);
  key_bytes_ = last.bytes - std::ssize(format_.contexts({&blank, 1}, format::Keys::plain));
  key_tokens_ = last.tokens - second.tokens;
}

std::int64_t Packing::output_cap(int samples) const {
  return plan::output_cap(samples, costs_.answer, limits_);
}

std::optional<std::int64_t> Packing::most_output(const tokens::PromptSize& prompt) const {
  auto most = limits_.output;
  if (limits_.context) {
    const auto left = std::max<std::int64_t>(0, *limits_.context - counter_.input_tokens(prompt));
    most = std::min(most.value_or(left), left);
  }
  return most;
}

void Packing::learn_exemplars() {
  for (const auto& exemplar : task_.exemplars) {
    const auto context = format_.contexts({&exemplar.sample, 1}, format::Keys::plain);
    const auto answer = format_.answers({&exemplar.answer, 1}, format::Keys::indexed);
    stored_.add(counter_.text_tokens(answer) + 1, std::ssize(context));
  }
}

/// As told where it was asked for once; its text's where the replies of several requests are in
/// what was told.
std::int64_t Packing::answer_tokens(const store::SampleRecord& settled) const {
  const auto told = settled.usage.output_tokens - settled.usage.reasoning_tokens;
  if (settled.requests == 1 && told > 0) return told;
  return counter_.text_tokens(settled.text) + format_.overhead_tokens_per_answer();
}

void Packing::learn_stored(const store::SampleRecord& settled, std::int64_t bytes) {
  if (learns_ && !settled.text.empty()) stored_.add(answer_tokens(settled), bytes);
}

void Packing::learn(const store::SampleRecord& settled, std::int64_t bytes) {
  if (learns_ && !settled.text.empty()) answered_.add(answer_tokens(settled), bytes);
}

void Packing::learn_before(const plan::OutputLengths& lengths) {
  if (!learns_) return;
  stored_.add(lengths);
  renew();
}

void Packing::learn(const plan::OutputLengths& lengths) { answered_.add(lengths); }

void Packing::planned() {
  ++planned_;
  ++all_planned_;
}

void Packing::renew() {
  used_ = stored_;
  if (!begins()) used_.add(answered_);
  planned_ = 0;
  due_ = std::max({first_due, 3 * used_.count(), 3 * all_planned_});
}

}  // namespace sheaf::run
