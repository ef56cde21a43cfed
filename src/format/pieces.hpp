// The text behind each key, as one would read it: without what belongs to the layout.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/batch_format.hpp"
#include "format/label_scanner.hpp"
#include "format/reply_keys.hpp"

namespace sheaf::format {

struct Piece {
  std::string text;  ///< Trimmed, escapes undone.
  /// What stands behind the text and may or may not belong to it, with the line breaks before it.
  std::string tail;
  /// It goes on over further lines that are not indented as the format indents them: one of them
  /// may be another answer, printed without its key.
  bool loose_lines = false;
  RunOn run_on = RunOn::no;  ///< Of the last answer.
  /// A code fence stands in it that is not closed, or what may be one: of programs only.
  bool open_fence = false;
};

/// One piece for each boundary, in order; empty for fields' labels. `body` has LF only.
///
/// Left out are: code fences that hold keys; headings and lead-ins ("Next one:") that stand
/// directly before a key; rules at an answer's end; emphasis that was opened before a key.
///
/// A reply's last answer may have an epilogue behind it. Where there is more than one sample
/// (`size` > 1), its tail is what follows a blank line, a rule or the closing fence; and its
/// further lines that are not indented, where no other answer has such lines.
std::vector<Piece> cut_pieces(std::string_view body, std::span<const Boundary> boundaries,
                              const LabelScanner& scanner, int size);

}  // namespace sheaf::format
