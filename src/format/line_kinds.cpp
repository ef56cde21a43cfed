#include "format/line_kinds.hpp"

#include <algorithm>
#include <cstddef>

#include "core/text.hpp"
#include "format/escape.hpp"

namespace sheaf::format {

bool is_blank(std::string_view line) { return text::trim(line).empty(); }

bool is_indented(std::string_view line) { return line.starts_with(continuation); }

bool parts_paragraphs(std::string_view line) { return is_blank(line) && !is_indented(line); }

bool is_fence(std::string_view line) {
  if (is_indented(line)) return false;
  const std::string_view text = text::trim(line);
  if (text.starts_with("~~~")) return true;
  const std::size_t ticks = std::min(text.find_first_not_of('`'), text.size());
  return ticks >= 3 && text.find('`', ticks) == std::string_view::npos;
}

bool is_rule(std::string_view line) {
  const std::string_view text = text::trim(line);
  return !is_indented(line) && text.size() >= 3 &&
         text.find_first_not_of(text.front()) == text.npos &&
         std::string_view("-*_=").contains(text.front());
}

bool is_heading(std::string_view line) {
  const std::string_view text = text::trim(line);
  const std::size_t title = std::min(text.find_first_not_of('#'), text.size());
  return !is_indented(line) && title > 0 && text.substr(title).starts_with(' ');
}

bool is_lead_in(std::string_view line) {
  const std::string_view text = text::trim(line);
  const std::size_t last = text.find_last_not_of("*_ ");
  return !is_indented(line) && last != text.npos && text[last] == ':';
}

}  // namespace sheaf::format
