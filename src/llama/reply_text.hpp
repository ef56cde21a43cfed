// A reply's text while it grows, until a stop sequence ends it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sheaf::llama {

/// Single-threaded.
class ReplyText {
 public:
  /// No stop is empty.
  explicit ReplyText(std::vector<std::string> stops);

  /// Adds a token's bytes. True: a stop sequence is complete, so that the text ends before it, and
  /// nothing more may be added.
  bool add(std::string_view piece);
  const std::string& text() const { return text_; }

 private:
  std::vector<std::string> stops_;
  std::size_t longest_ = 0;
  std::string text_;
};

}  // namespace sheaf::llama
