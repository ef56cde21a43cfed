// What a line of a reply is: text, or layout around it.
#pragma once

#include <string_view>

namespace sheaf::format {

bool is_blank(std::string_view line);
/// Indented as the format indents the further lines of a text.
bool is_indented(std::string_view line);
/// An empty line, but not the four spaces that an empty line inside a text is written as.
bool parts_paragraphs(std::string_view line);
/// "```" or "~~~", with a language or without.
bool is_fence(std::string_view line);
/// "---", "***", "___" or "===".
bool is_rule(std::string_view line);
/// "# Title"
bool is_heading(std::string_view line);
/// Ends with a colon, and so introduces what follows.
bool is_lead_in(std::string_view line);

}  // namespace sheaf::format
