// The words that announce a value in a reasoned answer, and the text behind them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <re2/re2.h>

namespace sheaf::answer {

/// Finds "The answer is" however its case, inner spaces and markdown stand. Immutable; any thread.
class Marker {
 public:
  /// A blank marker is never found.
  explicit Marker(std::string_view words);

  /// The text behind the last marker, up to the end of its paragraph (the next one's, when the
  /// marker ends its own), trimmed, a colon in front and the marker's own bold or italic signs
  /// removed; nullopt without a marker. Linear in the size of `text`. Borrows `text`.
  std::optional<std::string_view> text_behind(std::string_view text) const;
  /// How often it stands in `text`. Linear in its size.
  int count(std::string_view text) const;

 private:
  struct Place {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  std::optional<Place> find(std::string_view text, std::size_t from) const;

  std::unique_ptr<RE2> pattern_;
};

/// How every RE2 here is made: UTF-8, silent, at most 8 MiB of memory.
RE2::Options re2_options();

}  // namespace sheaf::answer
