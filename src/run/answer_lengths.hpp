// How long answers are: from the exemplars, or from answers that were bought.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "format/batch_format.hpp"
#include "plan/output_lengths.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// Tokens of an answer's own text, what the format adds to it apart.
struct AnswerLengths {
  double mean = 0;
  double deviation = 0;            ///< Of one answer.
  std::int64_t count = 0;          ///< Answers whose lengths are known; 0: none, `mean` is a guess.
  std::optional<double> repaired;  ///< Share of the samples that were asked again.
  std::optional<double> reasoning;  ///< Tokens a request.
  double reasoning_deviation = 0;   ///< Of one request.
  std::int64_t replies = 0;         ///< That told it.
  std::string source;               ///< For people: "12 exemplars".
};

/// Texts as long as answers may be: the exemplars', else the task's choices; else none.
std::vector<std::string> example_answers(const task::Task& task);

/// Of those; without any a guess of half the task's cap.
AnswerLengths lengths_of_examples(const task::Task& task, const tokens::Counter& counter);

/// What the format adds to each answer of a batch of `size`, in tokens, as it writes them.
double envelope_tokens(const task::Task& task, const format::BatchFormat& format, format::Keys keys,
                       const tokens::Counter& counter, int size);

/// Of whole replies whose usage was told; nullopt where there is none. `envelope` is that of a
/// batch of so many.
Expected<std::optional<AnswerLengths>> lengths_of_replies(
    store::Checkpoint& store, const std::function<double(int)>& envelope);

/// As a packer learns them: as many, with this mean and deviation, `envelope` included.
plan::OutputLengths output_lengths(const AnswerLengths& lengths, double envelope);

}  // namespace sheaf::run
