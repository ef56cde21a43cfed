// Answers to keys: exactly one status for each key 1..size, by what is printed and by nothing else.
#pragma once

#include <span>
#include <string_view>

#include "format/echo.hpp"
#include "format/pieces.hpp"
#include "format/reply_keys.hpp"

namespace sheaf::format {

/// What alignment looks at; borrowed for the call.
struct PrintedAnswers {
  const KeyChoice& choice;
  std::span<const Piece> pieces;  ///< One for each boundary of `choice`.
  const QuotedKeys& quoted;
  std::string_view answer_label;
  int size = 0;
  ReplyEnd end = ReplyEnd::complete;
};

Decoded align(const PrintedAnswers& printed);

}  // namespace sheaf::format
