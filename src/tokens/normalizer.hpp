// What a tokenizer does to a text before it cuts it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sheaf::tokens {

/// Unicode's canonical composition (NFC), as PyPI's `tokenizers` 0.23 has it: of characters that
/// came after Unicode 9.0 none is composed or moved. `text` is well-formed UTF-8. n log n.
std::string composed(std::string_view text);

struct Compose {};
/// Puts `text` before what is not empty.
struct Prepend {
  std::string text;
};
/// Each `from`, from the left, becomes `to`.
struct Replace {
  std::string from;  ///< Not empty.
  std::string to;
};

/// Steps, one after the other. Immutable; any thread.
class Normalizer {
 public:
  using Step = std::variant<Compose, Prepend, Replace>;

  explicit Normalizer(std::vector<Step> steps = {}) : steps_(std::move(steps)) {}
  /// `text`, or a view of `storage`, which holds what it became.
  std::string_view apply(std::string_view text, std::string& storage) const;
  bool is_empty() const { return steps_.empty(); }

 private:
  std::vector<Step> steps_;
};

}  // namespace sheaf::tokens
