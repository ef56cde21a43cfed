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

/// Reads values for one task. Compiles the pattern once. Immutable after construction; any thread.
class Extractor {
 public:
  /// Precondition: the rule was checked by task::load (a bad pattern cannot reach here).
  explicit Extractor(const task::AnswerRule& rule);
  ~Extractor();
  Extractor(Extractor&&) noexcept;
  Extractor& operator=(Extractor&&) noexcept;

  /// The value of an answer. `choices`: the row's own list, empty unless choices are a column.
  /// A number is a JSON number when its digits survive a double, else a string; a choice and a
  /// letter are strings; a boolean is a JSON boolean; text is a string.
  std::expected<json::Value, Unreadable> read(std::string_view text,
                                              std::span<const std::string> choices) const;
  /// A gold value: the same rule, without marker and pattern.
  std::expected<json::Value, Unreadable> read_gold(std::string_view text,
                                                   std::span<const std::string> choices) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether two values of one task are the same answer: numbers by value ("2" = "2.0"), all else
/// exactly.
bool same_answer(const json::Value& a, const json::Value& b);

/// Checks a pattern: RE2 syntax and exactly one group. The error says what to do.
std::expected<void, std::string> check_pattern(const std::string& pattern);

}  // namespace sheaf::answer
