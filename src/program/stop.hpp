// The two ways a program ends early. Both are thrown, and never leave run().
#pragma once

#include <string>
#include <string_view>

#include "program/program.hpp"
#include "program/value.hpp"

namespace sheaf::program {

/// An end that the program itself cannot catch: a limit, or something outside the subset.
struct Stopped {
  FailureKind kind;
  std::string what;
};

/// A class of Python exceptions.
struct ErrorType {
  std::string_view name;
  const ErrorType* parent;

  bool is(const ErrorType& other) const {
    const auto* type = this;
    while (type != nullptr && type != &other) type = type->parent;
    return type != nullptr;
  }
};

/// A Python exception on its way: an `Error` object.
struct Raised {
  Value error;
};

namespace errors {
inline constexpr ErrorType base{"BaseException", nullptr};
inline constexpr ErrorType exception{"Exception", &base};
inline constexpr ErrorType arithmetic{"ArithmeticError", &exception};
inline constexpr ErrorType zero_division{"ZeroDivisionError", &arithmetic};
inline constexpr ErrorType overflow{"OverflowError", &arithmetic};
inline constexpr ErrorType assertion{"AssertionError", &exception};
inline constexpr ErrorType attribute{"AttributeError", &exception};
inline constexpr ErrorType lookup{"LookupError", &exception};
inline constexpr ErrorType index{"IndexError", &lookup};
inline constexpr ErrorType key{"KeyError", &lookup};
inline constexpr ErrorType name{"NameError", &exception};
inline constexpr ErrorType unbound_local{"UnboundLocalError", &name};
inline constexpr ErrorType runtime{"RuntimeError", &exception};
inline constexpr ErrorType not_implemented{"NotImplementedError", &runtime};
inline constexpr ErrorType stop_iteration{"StopIteration", &exception};
inline constexpr ErrorType type{"TypeError", &exception};
inline constexpr ErrorType value{"ValueError", &exception};
inline constexpr ErrorType import{"ImportError", &exception};
}  // namespace errors

}  // namespace sheaf::program
