// The value of an answer that is a program in a code fence.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "answer/extract.hpp"
#include "core/json.hpp"
#include "program/program.hpp"
#include "task/task.hpp"

namespace sheaf::answer {

/// How many code fences stand in an answer's text, one that is not closed included.
std::size_t count_fences(std::string_view text);
/// The text without them.
std::string outside_fences(std::string_view text);
/// Whether the programs in `text` set the value more than once, as two samples' programs in one
/// would: assignments to `ans` that are not indented, definitions of `solution` and `solver`.
bool sets_value_often(std::string_view text);

/// Runs the programs of one task. Immutable after construction; any thread.
class ProgramReader {
 public:
  explicit ProgramReader(const task::AnswerRule& rule);

  /// The value of the one program in `text`. What all its lines are indented by does not count.
  /// Refused: no fence, several, one that is not closed, a program that fails or exceeds a limit,
  /// a value that is none of the task's type (docs/task-file.md, "Programs").
  std::expected<json::Value, Unreadable> read(std::string_view text,
                                              std::span<const std::string> choices) const;

  /// The same; where the program gives no value, that of the text outside its fence, if `outside`.
  std::expected<json::Value, Unreadable> read_or_outside(
      std::string_view text, std::span<const std::string> choices) const;
  /// Why there is no value, where neither gives one.
  static std::string neither(const Unreadable& program, std::string_view outside);
  /// Whether the text outside may be read in place of the program.
  bool may_read_outside(std::string_view text) const;

  /// What reads the text outside the fence where the program gives no value; nullptr where such an
  /// answer is a doubt.
  const Extractor* outside() const { return outside_ ? &*outside_ : nullptr; }

 private:
  std::expected<json::Value, Unreadable> value_of(const program::Result& result,
                                                  std::span<const std::string> choices) const;

  task::AnswerRule rule_;
  std::optional<Extractor> outside_;
};

}  // namespace sheaf::answer
