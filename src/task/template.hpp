// Templates over a row's columns, expanded in a single pass: what a field contains is never
// expanded again.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/json.hpp"

namespace sheaf::task {

/// A parsed template: "Ticket {{id}}: {{body.text}}". Immutable.
class Template {
 public:
  struct Problem {
    std::size_t offset = 0;  ///< Byte in the template.
    std::string reason;
  };

  /// `{{ name }}` with optional inner spaces; a dotted name reaches nested JSON; "{{{{" writes
  /// "{{". Refused: an unclosed "{{", an empty name, a brace or line break in a name.
  static std::expected<Template, Problem> parse(std::string_view text);

  /// Strings as they are, numbers by their digits, booleans true/false, null as "", arrays and
  /// objects as compact JSON. An absent column is the error: its name.
  std::expected<std::string, std::string> expand(const json::Value& fields) const;

  /// The columns it names, in order of first use.
  std::vector<std::string> columns() const;
  const std::string& source() const { return source_; }

 private:
  struct Column {
    std::string path;
  };
  std::string source_;
  std::vector<std::variant<std::string, Column>> parts_;
};

/// How a cell shows as text (see Template::expand).
std::string cell_text(const json::Value& value);

}  // namespace sheaf::task
