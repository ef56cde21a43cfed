#include "eval/prediction.hpp"

#include <algorithm>
#include <string>
#include <utility>
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

task::Task of_size_one(task::Task task) {
  task.batch.size = 1;
  return task;
}

}  // namespace

Predictor::Predictor(const task::Task& task, tokens::Counter counter)
    : task_(of_size_one(task)),
      format_(task::make_format(task_)),
      builder_(task_, *format_),
      counter_(std::move(counter)) {}

void Predictor::add(const format::SampleText& sample) {
  ++samples_;
  indexed_size_ += size_of(format_->contexts({&sample, 1}, format::Keys::indexed) + "\n");
  plain_size_ += size_of(format_->contexts({&sample, 1}, format::Keys::plain) + "\n");
}

std::int64_t Predictor::size_of(std::string_view text) const {
  return counter_.counts() ? counter_.text_tokens(text) : std::ssize(text);
}

std::int64_t Predictor::shared_size(int batch_size) {
  auto size = counter_.message(builder_.closing_line(batch_size));
  for (const auto& message : builder_.prefix(batch_size)) size += counter_.message(message.text);
  return counter_.counts() ? counter_.expected_input_tokens(size) : size.bytes;
}

/// What b = 1 was billed over what was measured there scales every size: the whole of it where
/// bytes were measured, what the tokenizer did not foresee where tokens were.
plan::PromptShape Predictor::shape(int batch_size, const SingleUsage& single) {
  const auto count = static_cast<double>(samples_);
  const double tokens_per_unit = single.input_tokens * count / static_cast<double>(single_size());
  const bool plain = batch_size == 1;
  const std::vector<std::string> one(1, "x");
  // Its key stands behind each label, and a line break behind each answer.
  const auto key = size_of(format_->answers(one, format::Keys::indexed) + "\n") -
                   size_of(format_->answers(one, format::Keys::plain));
  plan::PromptShape found;
  found.shared = tokens_per_unit * static_cast<double>(shared_size(batch_size));
  found.sample = tokens_per_unit * static_cast<double>(plain ? plain_size_ : indexed_size_) / count;
  found.answer = single.output_tokens + (plain ? 0 : tokens_per_unit * static_cast<double>(key));
  return found;
}

double Predictor::prefix_price(int batch_size, const plan::PromptShape& shape,
                               double cached_tokens) const {
  if (shape.shared <= 0) return 1;
  const double share = std::min(1.0, cached_tokens * batch_size / shape.shared);
  const double cached = static_cast<double>(task_.price->base.cached_input.picos) /
                        static_cast<double>(task_.price->base.input.picos);
  return 1 - share * (1 - cached);
}

Prediction Predictor::at(int batch_size, const SingleUsage& single, double cached_tokens) {
  const auto exemplars = std::ssize(task_.exemplars);
  const auto k = static_cast<double>(exemplars);
  const double b = batch_size;
  Prediction found;
  found.mark = mark_of(exemplars, batch_size);
  if (found.mark.empty() && task_.isolate_column && batch_size > 1) {
    found.mark = "isolation groups make more calls";
  }
  found.efficiency = plan::token_efficiency(k, b);
  found.equal_length_saving = plan::equal_length_saving(k, b);
  const double length = std::max(1.0, single.output_tokens);
  found.time_saving = 1 / plan::time_ratio(k, b, length);
  if (samples_ == 0) return found;
  const auto alone = shape(1, single);
  const auto batched = shape(batch_size, single);
  const auto saving = [&](const plan::PriceRatios& at_one, const plan::PriceRatios& here) {
    return plan::total_cost(alone, at_one, samples_, 1) /
           plan::total_cost(batched, here, samples_, batch_size);
  };
  found.token_saving = saving({}, {});
  if (!task_.price || task_.price->base.input.picos == 0) return found;
  const double output = static_cast<double>(task_.price->base.output.picos) /
                        static_cast<double>(task_.price->base.input.picos);
  found.usd_saving = saving({output, prefix_price(1, alone, single.cached_tokens)},
                            {output, prefix_price(batch_size, batched, cached_tokens)});
  return found;
}

}  // namespace sheaf::eval
