// One answer's text -> its value, by the task's rule. The same rule reads gold values.
#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "task/task.hpp"

namespace sheaf::answer {

/// Why a text has no value: a sentence fragment for the result's `detail` ("names two choices: bug,
/// billing").
struct Unreadable {
  std::string detail;
};

class ProgramReader;

/// Reads values for one task. Compiles the pattern once. Immutable after construction; any thread.
class Extractor {
 public:
  /// Precondition: the rule was checked by task::load (a bad pattern cannot reach here).
  explicit Extractor(const task::AnswerRule& rule);
  ~Extractor();
  Extractor(Extractor&&) noexcept;
  Extractor& operator=(Extractor&&) noexcept;

  /// The value of an answer. It stands where the pattern's group is (the last match), else behind
  /// the last marker up to the end of that paragraph, else anywhere in the answer; how it reads
  /// there is said in number.hpp, choice.hpp and boolean.hpp, and text is trimmed. A number is a
  /// JSON number when its digits survive a double, else a string; a choice is a string as the task
  /// writes it, or the letter where `choices` are the row's own list (else it is empty); a boolean
  /// is a JSON boolean; text is a string. Any bytes may come: malformed UTF-8 reads as U+FFFD.
  /// Linear in the size of `text`, save for a pattern: each of its matches may look at the whole
  /// text, and there may be 10,000. Where answers are programs, the value is the program's, and
  /// the rest holds for the text outside its fence, if the task wants that read.
  std::expected<json::Value, Unreadable> read(std::string_view text,
                                              std::span<const std::string> choices) const;
  /// A gold value: the same rule, without marker and pattern.
  std::expected<json::Value, Unreadable> read_gold(std::string_view text,
                                                   std::span<const std::string> choices) const;

  /// Whether the marker stands in `text`, or the pattern matches there.
  bool announces(std::string_view text) const;
  /// Whether `text` may be more than one sample's answer: it announces a value more than once, or
  /// holds numbers or booleans that differ where the value stands. (Two choices are refused by
  /// `read`, and a text may hold anything.)
  bool names_several(std::string_view text) const;
  /// Whether the value of `text` is the text as it stands, so that nothing in it can contradict
  /// itself: type text, and no announcement.
  bool takes_all(std::string_view text) const;

  /// What runs the answers' programs; nullptr where they are texts. The three above say nothing of
  /// programs.
  const ProgramReader* programs() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether two values of one task are the same answer: numbers by value (2 = 2.0, and so for
/// strings that hold a number too long for a double), all else exactly.
bool same_answer(const json::Value& a, const json::Value& b);

/// Checks a pattern: RE2 syntax and exactly one group. The error says what to do.
std::expected<void, std::string> check_pattern(const std::string& pattern);

}  // namespace sheaf::answer
