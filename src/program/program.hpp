// Runs a model's program: a closed subset of Python, the same outcome on every run.
// Nothing of the host can be reached: no file, no process, no network, no clock, no import but
// math. docs/programs.md says which Python; docs/decisions/0010 why it is an interpreter of our
// own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace sheaf::program {

/// What a program may use. The first that is exceeded ends it, at the same point on every machine;
/// none of them is a time.
struct Limits {
  /// A statement or a call is a step; long work inside one (a sort, a copy, a product of long
  /// integers, a wide expression) is charged in proportion.
  std::int64_t steps = 100'000;
  /// Calls of the program's functions within each other.
  int depth = 64;
  /// What its values hold at one time.
  std::int64_t memory_bytes = std::int64_t{8} << 20;
  /// The longest integer. Integers are exact up to here and never wrap.
  std::size_t integer_bits = 4096;
  std::size_t source_bytes = std::size_t{64} << 10;
};

enum class Kind { boolean, integer, real, text };

/// The value of a program.
struct Result {
  Kind kind = Kind::text;
  /// As Python's str() prints it: True or False, all digits of an integer, the shortest decimal of
  /// a double ("2.0", "1e+16", "inf", "nan"), a string's own characters. Valid UTF-8.
  std::string text;
  friend bool operator==(const Result&, const Result&) = default;
};

enum class FailureKind {
  syntax,       ///< not Python
  unsupported,  ///< Python, but not of the subset
  error,        ///< the program raised an exception, as Python would have
  steps,
  depth,
  memory,
  no_value,  ///< it ended well, but without a value of one of the four kinds
};

struct Failure {
  FailureKind kind = FailureKind::error;
  /// The line of the program, from 1; 0 where no one line is meant.
  int line = 0;
  /// One display-safe sentence that names the line: "ZeroDivisionError at line 3: division by
  /// zero".
  std::string what;
  friend bool operator==(const Failure&, const Failure&) = default;
};

/// The value of `ans` at the end, else what `solution()`, else `solver()` returns: whichever of the
/// two the program defines at top level, without required parameters. Whatever the bytes of
/// `source`, it ends within `limits`, throws nothing and gives the same outcome every time. Each
/// call stands alone: any thread may make it.
std::expected<Result, Failure> run(std::string_view source, const Limits& limits = {});

}  // namespace sheaf::program
