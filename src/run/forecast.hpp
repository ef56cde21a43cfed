// The forecast: what a run would send at each batch size, from rendered prompts. No request is
// sent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/plan.hpp>

#include "core/fingerprint_table.hpp"
#include "format/batch_format.hpp"
#include "prompt/prompt_builder.hpp"
#include "run/intake.hpp"
#include "run/text_requests.hpp"
#include "task/task.hpp"

namespace sheaf::run {

/// Adds up samples, then forecasts any number of batch sizes. Memory: 8 bytes a distinct sample, as
/// many where vectors are asked for, and one counter an isolation group. Single-threaded; borrows
/// task and format.
class Forecast {
 public:
  Forecast(const task::Task& task, const format::BatchFormat& format, bool dedup);

  void add(const Arrival& arrival);
  std::int64_t rows() const { return rows_; }
  std::int64_t samples() const { return samples_; }

  /// What vectors would take at every size above 1; nullopt where no endpoint is asked for any.
  std::optional<PlanVectors> vectors() const;
  /// With vectors: requests, tokens, cost and limit-bound time at this batch size; savings are left
  /// at 1.
  PlanLine at(int batch_size);
  /// One whole prompt for the first rows at this batch size, as the model would see it; "" without
  /// rows.
  std::string first_prompt(int batch_size);

  /// Mean tokens of one answer: as the exemplars are, else half the task's cap.
  std::int64_t answer_tokens() const;

 private:
  std::int64_t prefix_bytes(int batch_size);
  void add_text(const format::SampleText& sample);
  void add_vectors(PlanLine& line) const;

  const task::Task& task_;
  const format::BatchFormat& format_;
  prompt::PromptBuilder builder_;
  bool dedup_;
  FingerprintSet seen_;
  std::int64_t rows_ = 0;
  std::int64_t samples_ = 0;
  std::int64_t indexed_bytes_ = 0;  ///< Of all samples, with a key on each label.
  std::int64_t plain_bytes_ = 0;
  std::map<std::string, std::int64_t> groups_;  ///< Isolation value -> samples.
  FingerprintSet texts_;                        ///< To have vectors.
  TextRequests text_requests_;
  PlanVectors vectors_;
  std::int64_t text_bytes_ = 0;
  std::vector<format::SampleText> first_;  ///< The first rows of the first group.
  std::string first_isolate_;
};

}  // namespace sheaf::run
