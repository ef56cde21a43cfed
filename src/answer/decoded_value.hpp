// The value of a decoded answer: read where it is certain which text belongs to the key.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "answer/extract.hpp"
#include "core/json.hpp"
#include "format/batch_format.hpp"

namespace sheaf::answer {

/// A value and the text that it was read from.
struct DecodedValue {
  json::Value value;
  std::string text;
};

/// Why an answer has no value.
struct NoValue {
  /// A sentence fragment behind "the answer".
  std::string detail;
  /// What was read where the key's text is certain, so that another rule can read it; else empty.
  std::string text;
};

/// The value of `decoded.answers[i]`. Where a tail stands behind its text, whatever the tail is
/// must not matter: if one of the two announces a value and the other does not, that value counts;
/// else the text alone and the text with its tail must give the same. In a reply that lacks a key,
/// an answer that names several values may be two samples', and a free text may be where the key
/// behind it is missing. Where further lines may hold an epilogue, there must be no several values.
/// A program gives its value whatever stands around its fence, but for a second fence, and in a
/// reply that lacks a key, a second assignment of its value; where it gives none and the task wants
/// the text outside the fence read, all of the above holds for that.
/// Precondition: the answer is ok or duplicate-same.
std::expected<DecodedValue, NoValue> read_decoded(const Extractor& extractor,
                                                  const format::Decoded& decoded, std::size_t i,
                                                  std::span<const std::string> choices);

}  // namespace sheaf::answer
