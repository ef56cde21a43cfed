// Samples' own words in a reply: a key that stands in a sample's text, and a text that is one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/batch_format.hpp"
#include "format/label_scanner.hpp"

namespace sheaf::format {

/// The words of a text, alike in case and width; what stands between them is left out.
using Words = std::vector<std::u32string>;

/// The answer keys that stand in the samples' own texts: where a reply prints one of these, it may
/// be quoting a sample. In a single's text, "A:" at the start of a line is key 1.
class QuotedKeys {
 public:
  QuotedKeys(std::span<const SampleText> samples, const LabelScanner& scanner);

  bool has(int key) const;
  /// Whether `text`, as it stands behind `key`, may be a sample's: one of their first lines with
  /// words starts with the words of the other.
  bool quotes(int key, std::string_view text) const;

 private:
  void add(std::string_view text, const LabelScanner& scanner);
  void add(const Mark& mark, Words line);

  std::vector<bool> keys_;
  std::vector<std::vector<Words>> lines_;  ///< By key, the first line behind it that has words.
};

/// Whether `text` shows a field of `sample` again, whole or in part, alone or with more behind it:
/// compared by words, without case and punctuation. A text without words may always be an
/// echo, and so may any text where the sample is not known (it has no fields).
bool echoes(std::string_view text, const SampleText& sample);

}  // namespace sheaf::format
