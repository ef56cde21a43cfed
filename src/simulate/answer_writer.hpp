// Writes what the simulated model has to say about one sample.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/simulate.hpp>

#include "core/json.hpp"
#include "simulate/answer_values.hpp"
#include "simulate/draws.hpp"
#include "simulate/sample_index.hpp"
#include "simulate/voice.hpp"
#include "task/task.hpp"

namespace sheaf::simulate {

/// How an answer is given.
enum class Manner {
  plain,
  prose,     ///< The value in a sentence, without the marker.
  refusal,   ///< Words of refusal that name no value.
  contrary,  ///< Another value than `plain` gives.
};

/// One answer, not yet escaped. `text` is all of it; `closing` is what it ends with, value
/// included.
struct WrittenAnswer {
  std::string text;
  std::string closing;
  std::string meant;  ///< The value, as JSON; "null" where none is given.
};

/// What the index keeps of a row, with texts of its own.
struct RowRecord {
  std::string id;
  std::string value;
  std::string voice;
  std::string voice_reading;
  std::uint8_t choices = 0;
  std::uint8_t refusals = 0;
  KnownSample view() const { return {id, value, voice, voice_reading, choices, refusals}; }
};

/// Every answer is a function of the seed, the sample, its batch size, its position and how often
/// it was asked. Immutable; any thread.
class AnswerWriter {
 public:
  AnswerWriter(const task::Task& task, const SimulateOptions& options);

  /// What is worth keeping of a row.
  RowRecord prepare(const task::RenderedRow& row, std::string id, const json::Value& fields) const;

  /// The answer; for `contrary` it is empty where a task knows no other value.
  WrittenAnswer write(const KnownSample& sample, const Asking& asking, Manner manner) const;

  /// The word that stands for an id in its answers: letters only, so that it is no value.
  std::string nonce(std::string_view id) const;

  double accuracy(int size, int position) const;
  bool reasons() const { return reasons_; }
  const AnswerValues& values() const { return values_; }

 private:
  struct Said;
  std::string value_of(const KnownSample& sample, const Asking& asking) const;
  std::string right_value(const KnownSample& sample, const Asking& asking) const;
  Said say(const KnownSample& sample, const Asking& asking, const std::string& value,
           bool prose) const;
  WrittenAnswer write_one(const KnownSample& sample, const std::string& value, const Asking& asking,
                          Manner manner) const;
  std::string voices_of(const task::RenderedRow& row, const std::string& gold,
                        const json::Value& fields) const;
  Voice choose_voice(const std::vector<Voice>& voices, const Asking& asking) const;
  WrittenAnswer refuse(const KnownSample& sample, const Asking& asking) const;
  WrittenAnswer finished(Said said, const std::string& value, std::string_view id) const;
  std::string reasoning(const Asking& asking) const;
  std::string program(const Asking& asking, std::string_view value) const;
  std::string marker_sentence(std::string_view value) const;

  SimulateOptions options_;
  Draws draws_;
  AnswerValues values_;
  std::string marker_;
  std::vector<std::string> voices_;  ///< Columns, where there are several.
  bool reasons_ = false;
  bool programs_ = false;
  std::vector<std::string_view> sentences_;  ///< That name no value.
  std::string_view prose_front_;
};

}  // namespace sheaf::simulate
