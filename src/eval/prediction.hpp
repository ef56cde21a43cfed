// What the formulas say of each batch size, from rendered prompts and the answers seen at b = 1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/exchange.hpp"
#include "format/batch_format.hpp"
#include "plan/cost_model.hpp"
#include "prompt/prompt_builder.hpp"
#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::eval {

/// Measured at b = 1, a sample.
struct SingleUsage {
  double input_tokens = 0;
  double output_tokens = 0;
  double cached_tokens = 0;  ///< Part of the input.
};

struct Prediction {
  double efficiency = 1;           ///< The paper's b / (K + b).
  double equal_length_saving = 1;  ///< The paper's b (K + 1) / (K + b), of tokens.
  double time_saving = 1;          ///< The paper's appendix A; a ratio: it has no seconds.
  std::string_view mark;           ///< Where K and b do not fit; else empty.
  double token_saving = 1;         ///< The general formula, of the lengths rendered.
  std::optional<double> usd_saving;
};

/// Adds up samples, then predicts any batch size against b = 1: each as a run at that size renders
/// it, whatever the task's own size. Parts of prompts are measured in tokens where `counter` counts
/// them, else in bytes. Single-threaded.
class Predictor {
 public:
  Predictor(const task::Task& task, tokens::Counter counter);
  Predictor(const Predictor&) = delete;
  Predictor& operator=(const Predictor&) = delete;

  void add(const format::SampleText& sample);
  std::int64_t samples() const { return samples_; }

  /// The saving of tokens is (E_1 + q + a) / (E_b / b + q + t + a), E_b as rendered at b, with
  /// ceil(N / b) calls; that of money weighs output by its price, and of the shared part as much as
  /// was cached by the price of cached input. `cached_tokens` are those told, a sample.
  Prediction at(int batch_size, const SingleUsage& single, double cached_tokens);

 private:
  /// In tokens or in bytes.
  std::int64_t size_of(std::string_view text) const;
  /// What a prompt is made of besides its samples.
  std::int64_t shared_size(int batch_size);
  /// Of all prompts at b = 1.
  std::int64_t single_size() { return samples_ * shared_size(1) + plain_size_; }
  /// Of the shared part, by what of it was told to be cached, a sample.
  double prefix_price(int batch_size, const plan::PromptShape& shape, double cached_tokens) const;
  plan::PromptShape shape(int batch_size, const SingleUsage& single);

  task::Task task_;  ///< Of batch size 1, so that no prefix is that of a larger one.
  std::unique_ptr<format::BatchFormat> format_;
  prompt::PromptBuilder builder_;
  tokens::Counter counter_;
  std::int64_t samples_ = 0;
  std::int64_t indexed_size_ = 0;  ///< Each with its line break.
  std::int64_t plain_size_ = 0;
};

}  // namespace sheaf::eval
