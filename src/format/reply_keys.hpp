// Which of a reply's marks are keys: where one answer ends and the next one starts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "format/batch_format.hpp"
#include "format/label_scanner.hpp"

namespace sheaf::format {

/// Text stands from `end` to the next boundary's `begin`, in bytes of the reply's body.
struct Boundary {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<Interval> keys;  ///< Empty: a field's label, whose text is an echo and no answer.
  bool doubted = false;        ///< A list or range, or a way of writing keys that is not trusted.
  Place place = Place::line_start;
  std::string closer;  ///< Emphasis that the text has to close (see Mark).

  bool answers() const { return !keys.empty(); }
  bool names_only(int key) const { return keys.size() == 1 && keys.front() == Interval{key, key}; }
};

struct KeyChoice {
  std::vector<Boundary> boundaries;
  std::vector<Mark> rest;  ///< Marks that are not keys but may name one, in order.
  bool any_key = false;
  bool from_fields = false;  ///< Field labels stand for the answer label: echoes must be ruled out.
  /// A single's reply says something, then shows a sample, then answers: it may be that sample's.
  bool said_before_field = false;
};

/// An answer key at the start of a line that is written without colon or without brackets.
bool is_other_writing(const Mark& mark);

/// In order of preference:
/// 1. bracketed answer keys with a colon, anywhere in a line (and, for a single, "A:" at the start
///    of a line, which is key 1);
/// 2. answer keys written otherwise ("A[1] - ", "A1:", "A(1):") at the start of a line: trusted
///    only when all are written alike and are 1..size, each once, and those without any sign
///    ("A[1] x") only where nothing else stands in the reply, since such writings also occur in
///    prose;
/// 3. field keys, when the reply has no answer label at all;
/// 4. for a single: the whole reply.
KeyChoice choose_keys(std::vector<Mark> marks, std::string_view body, int size, Keys keys);

}  // namespace sheaf::format
