#include "eval/prediction.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "plan/cost_model.hpp"

namespace sheaf::eval {
namespace {

std::string_view mark_of(std::int64_t exemplars, int batch_size) {
  switch (plan::exemplar_groups(exemplars, batch_size)) {
    case plan::ExemplarGroups::even:
      return {};
    case plan::ExemplarGroups::last_shorter:
      return "last exemplar group is shorter";
    case plan::ExemplarGroups::none_full:
      break;
  }
  return "no exemplar group shows so many answers";
}

}  // namespace

Predictor::Predictor(const task::Task& task)
    : task_(task), format_(task::make_format(task)), builder_(task, *format_) {}

void Predictor::add(const format::SampleText& sample) {
  ++samples_;
  indexed_bytes_ += std::ssize(format_->contexts({&sample, 1}, format::Keys::indexed)) + 1;
  plain_bytes_ += std::ssize(format_->contexts({&sample, 1}, format::Keys::plain)) + 1;
}

std::int64_t Predictor::shared_bytes(int batch_size) {
  std::int64_t bytes = 0;
  for (const auto& message : builder_.prefix(batch_size)) bytes += std::ssize(message.text);
  if (task_.model.api != Api::completions && batch_size > 1) {
    bytes += std::ssize(format_->closing_line(batch_size));
  }
  return bytes;
}

std::int64_t Predictor::input_bytes(int batch_size) {
  const auto calls = (samples_ + batch_size - 1) / batch_size;
  const bool plain = batch_size == 1 && builder_.keys(1) == format::Keys::plain;
  return calls * shared_bytes(batch_size) + (plain ? plain_bytes_ : indexed_bytes_);
}

/// Tokens are told for b = 1 alone; bytes of prompts at any size turn into them in that proportion.
plan::PromptShape Predictor::shape(int batch_size, const SingleUsage& single) {
  const auto count = static_cast<double>(samples_);
  const double tokens_per_byte = single.input_tokens * count / static_cast<double>(input_bytes(1));
  const bool plain = batch_size == 1 && builder_.keys(1) == format::Keys::plain;
  const std::vector<std::string> one(1, "x");
  // Its key stands behind each label, and a line break behind each answer.
  const auto key = format_->answers(one, format::Keys::indexed).size() -
                   format_->answers(one, format::Keys::plain).size() + 1;
  plan::PromptShape found;
  found.shared = tokens_per_byte * static_cast<double>(shared_bytes(batch_size));
  found.sample =
      tokens_per_byte * static_cast<double>(plain ? plain_bytes_ : indexed_bytes_) / count;
  found.answer = single.output_tokens + (plain ? 0 : tokens_per_byte * static_cast<double>(key));
  return found;
}

Prediction Predictor::at(int batch_size, const SingleUsage& single, bool cached) {
  const auto exemplars = std::ssize(task_.exemplars);
  const auto k = static_cast<double>(exemplars);
  const double b = batch_size;
  Prediction found;
  found.mark = mark_of(exemplars, batch_size);
  found.efficiency = plan::token_efficiency(k, b);
  found.equal_length_saving = plan::equal_length_saving(k, b);
  const double length = std::max(1.0, single.output_tokens);
  found.time_saving = 1 / plan::time_ratio(k, b, length);
  if (samples_ == 0) return found;
  const auto saving = [&](const plan::PriceRatios& prices) {
    return plan::total_cost(shape(1, single), prices, samples_, 1) /
           plan::total_cost(shape(batch_size, single), prices, samples_, batch_size);
  };
  found.token_saving = saving({});
  if (!task_.price || task_.price->input.picos == 0) return found;
  const auto input = static_cast<double>(task_.price->input.picos);
  plan::PriceRatios prices;
  prices.output = static_cast<double>(task_.price->output.picos) / input;
  if (cached) prices.cached_prefix = static_cast<double>(task_.price->cached_input.picos) / input;
  found.usd_saving = saving(prices);
  return found;
}

}  // namespace sheaf::eval
