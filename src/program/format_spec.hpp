// format(value, specification): Python's format mini-language.
#pragma once

#include <string>
#include <string_view>

#include "program/context.hpp"

namespace sheaf::program {

/// What stands after the colon of a replacement field.
struct FormatSpec {
  std::string fill = " ";
  /// '<', '>', '^', '=', or NUL where it is the type's own.
  char align = '\0';
  char sign = '-';
  bool alternate = false;
  /// ',' or '_', or NUL.
  char grouping = '\0';
  int width = 0;
  /// Below 0 where there is none.
  int precision = -1;
  char type = '\0';
};

std::string formatted(Context& context, const Value& value, std::string_view specification);
/// A number by a specification that is already read.
std::string formatted_integer(Context& context, const Value& integral, const FormatSpec& spec);
std::string formatted_real(Context& context, double real, const FormatSpec& spec);
std::string padded(Context& context, std::string text, const FormatSpec& spec, char align);

}  // namespace sheaf::program
