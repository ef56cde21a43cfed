// The values that answers give: right ones, wrong ones, and how they are printed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "answer/extract.hpp"
#include "core/random.hpp"
#include "task/task.hpp"

namespace sheaf::simulate {

/// Values of one task as plain text: a number's digits, a choice, a letter, "true" or "false", a
/// text with LF for CR and CRLF. Empty is no value. Immutable; any thread.
class AnswerValues {
 public:
  explicit AnswerValues(const task::Task& task);

  /// The value of a gold text; empty when it cannot be read. `choices`: the row's own list.
  std::string read(std::string_view gold, std::span<const std::string> choices) const;
  /// A value without any gold, each as likely as the others. `choices`: length of the row's list.
  std::string any(Random random, std::uint8_t choices) const;
  /// A value that is not `value`: another choice, the other boolean, a number near it; nullopt when
  /// there is no other.
  std::optional<std::string> other(std::string_view value, Random random,
                                   std::uint8_t choices) const;

  /// As a model prints it: "18", "(b)", "yes".
  std::string printed(std::string_view value) const;
  /// As Python writes it: 18, "b", True.
  std::string literal(std::string_view value) const;
  /// The number it is, if the type is number and it is an integer of at most 15 digits.
  std::optional<std::int64_t> small_integer(std::string_view value) const;
  /// As a result file gives it: 18, "b", true. By what the value is, not by reading it back.
  std::string json(std::string_view value) const;
  /// What a client reads from a whole answer, as JSON; "null" when nothing.
  std::string reading(std::string_view text, std::span<const std::string> choices) const;
  /// Whether `sentence` names no value of the task, nor one of `choices`.
  bool names_none(std::string_view sentence, std::span<const std::string> choices) const;

  task::AnswerType type() const { return type_; }
  bool lettered() const { return lettered_; }

 private:
  task::AnswerType type_;
  bool lettered_ = false;             ///< The choices are a column.
  std::vector<std::string> choices_;  ///< The task's own.
  bool says_yes_ = false;             ///< Exemplars say yes and no for true and false.
  answer::Extractor extractor_;
};

}  // namespace sheaf::simulate
