#include "tokens/pre_tokenizer.hpp"

#include <algorithm>

namespace sheaf::tokens {

std::size_t end_of_text(std::string_view text, std::size_t) { return text.size(); }

std::size_t end_behind_space(std::string_view text, std::size_t at) {
  const auto space = text.find(' ', at);
  return space == std::string_view::npos ? text.size() : space + 1;
}

std::size_t end_before_space_mark(std::string_view text, std::size_t at) {
  return std::min(text.find(space_mark, at + 1), text.size());
}

std::string_view PreTokenizer::marked(std::string_view section, bool is_first,
                                      std::string& storage) const {
  if (!marks_spaces) return section;
  const bool before =
      mark_before == MarkBefore::always || (is_first && mark_before == MarkBefore::first);
  std::string marked;
  if (before && !section.starts_with(' ') && !section.starts_with(space_mark)) marked = space_mark;
  for (const char c : section) {
    if (c == ' ') {
      marked += space_mark;
    } else {
      marked += c;
    }
  }
  storage = std::move(marked);
  return storage;
}

}  // namespace sheaf::tokens
