// The task, the rows and the model that every policy is run against. Every row's right answer is a
// number that no other row has, so that an answer on the wrong row shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "answer/extract.hpp"
#include "core/exchange.hpp"
#include "format/batch_format.hpp"
#include "prompt/prompt_builder.hpp"
#include "provider/provider.hpp"
#include "rows/row.hpp"
#include "simulate/model.hpp"
#include "task/task.hpp"

namespace sheaf::bench {

struct Conditions {
  std::size_t rows = 0;
  double fault_rate = 0;  ///< Share of replies that a content fault befalls, each kind alike.
  std::uint64_t seed = 0;
};

inline constexpr std::size_t batch_size = 16;

/// What is asked, and what is right.
class Problem {
 public:
  explicit Problem(std::size_t rows);

  const task::Task& task() const { return task_; }
  const format::BatchFormat& format() const { return *format_; }
  const answer::Extractor& extractor() const { return extractor_; }
  const provider::Provider& provider() const { return provider_; }
  std::size_t rows() const { return samples_.size(); }
  const format::SampleText& sample(std::size_t row) const { return samples_[row]; }
  /// A new stream of all rows; their ids are their positions from 0.
  std::unique_ptr<rows::RowSource> source() const;

  /// Whose right answer a value is; nullopt: nobody's.
  std::optional<std::size_t> owner(const std::string& value) const;

 private:
  task::Task task_;
  std::unique_ptr<format::BatchFormat> format_;
  answer::Extractor extractor_;
  provider::OpenAi provider_;
  std::vector<format::SampleText> samples_;
  std::unordered_map<std::string, std::size_t> owners_;
};

/// The simulated model with content faults from a seed: the same batch asked for the same time gets
/// the same reply, whoever asks. Counts what it is asked.
class FaultyModel {
 public:
  FaultyModel(const Problem& problem, const Conditions& conditions);

  /// The reply to a prompt of these rows, in the prompt that all policies share.
  Completion ask(std::span<const std::size_t> rows);
  /// The reply to a request of any bytes.
  HttpResponse answer(const HttpRequest& request);

  std::int64_t requests() const { return requests_; }
  std::int64_t tokens() const { return tokens_; }

 private:
  const Problem& problem_;
  prompt::PromptBuilder builder_;
  std::unique_ptr<simulate::Model> model_;
  std::int64_t requests_ = 0;
  std::int64_t tokens_ = 0;
};

}  // namespace sheaf::bench
