// Reading a report in which anything may be missing.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace sheaf::report {

/// The member at a dotted path; null where there is none.
const json::Value& at(const json::Value& value, std::string_view path);
/// The elements at a dotted path; empty where there is no array.
const json::Array& list(const json::Value& value, std::string_view path);
std::optional<double> real(const json::Value& value, std::string_view path);
bool is_true(const json::Value& value, std::string_view path);

/// The shortest decimal that reads back as `value`; null for nullopt and what is not finite.
json::Value number(std::optional<double> value);
/// nullopt where a part is unknown or the divisor is 0.
std::optional<double> quotient(std::optional<double> value, std::optional<double> divisor);

/// Appends the members at `paths`.
void append_fields(json::Array& row, const json::Value& value,
                   std::initializer_list<std::string_view> paths);

/// A batch size of a variant, all its repeats together.
struct Size {
  json::Value variant;  ///< its name
  json::Value data;     ///< as docs/report-format.md has a size
  bool recommended = false;
};

/// The sizes of all variants; where a report has no variants, each run stands as a size alone.
std::vector<Size> sizes(const json::Value& report);

/// The run of that name; null where there is none.
const json::Value& run_named(const json::Value& report, const json::Value& name);

}  // namespace sheaf::report
