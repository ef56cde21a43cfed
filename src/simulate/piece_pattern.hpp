// The regular expressions by which OpenAI's encodings split a text, as published.
#pragma once

#include <memory>
#include <string_view>

namespace re2 {
class RE2;
}

namespace sheaf::simulate {

/// Finds the pieces of a text; no token reaches over two of them. A letter, mark or number that is
/// newer than RE2's Unicode (15.0 in Debian 12; tiktoken 0.14 has 16.0) passes for a sign.
/// Immutable; any thread.
class PiecePattern {
 public:
  /// Precondition: `encoding` is "o200k_base" or "cl100k_base".
  explicit PiecePattern(std::string_view encoding);
  ~PiecePattern();

  /// The piece that `text` begins with, never empty. A byte that is not UTF-8 is one of its own.
  /// Precondition: `text` is not empty.
  std::string_view first(std::string_view text) const;

 private:
  std::unique_ptr<const re2::RE2> pattern_;
};

}  // namespace sheaf::simulate
