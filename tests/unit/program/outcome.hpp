// An outcome in one line, for the tests of programs.
#pragma once

#include <string>
#include <string_view>

#include "program/program.hpp"

namespace sheaf::program::test {

/// The value as str() has it, or the kind of failure: "!steps".
inline std::string outcome(std::string_view source, const Limits& limits = {}) {
  const auto result = run(source, limits);
  if (result) return result->text;
  constexpr const char* kinds[] = {"!syntax", "!unsupported", "!error",   "!steps",
                                   "!depth",  "!memory",      "!no_value"};
  return kinds[static_cast<std::size_t>(result.error().kind)];
}

inline std::string what(std::string_view source) {
  const auto result = run(source);
  return result ? "value " + result->text : result.error().what;
}

}  // namespace sheaf::program::test
