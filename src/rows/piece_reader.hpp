// Bytes in pieces that end where lines end, in a buffer of fixed size.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>

#include "rows/byte_source.hpp"

namespace sheaf::rows {

/// Cuts a ByteSource into pieces. Views are valid until the next call. Once an Error is given, it
/// is given again by every later call that needs more bytes. Single-threaded.
class PieceReader {
 public:
  explicit PieceReader(std::unique_ptr<ByteSource> source);

  /// The next bytes, up to and including the first one that is in `ends`; a piece without such an
  /// end is one that did not fit the buffer, or the last. Empty at the end of the source.
  Expected<std::string_view> next(std::string_view ends);
  /// The next `count` bytes without taking them; fewer at the end. `count` is at most `capacity`.
  Expected<std::string_view> peek(std::size_t count);
  /// Takes a UTF-8 byte-order mark, where one is next. Error for the mark of UTF-16.
  Expected<void> skip_byte_order_mark(const std::string& name);
  /// Whether the rest of the next line has yet to be written by another process.
  bool waits() const;
  /// Share of the file taken from here so far; an estimate where it is packed.
  std::optional<double> fraction() const;

  static constexpr std::size_t capacity = std::size_t{256} * 1024;

 private:
  /// Moves what is left to the front and reads behind it; false at the end or when full.
  Expected<bool> refill();

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<char[]> buffer_;
  std::string_view rest_;
  std::size_t filled_ = 0;  ///< Bytes taken from the source.
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace sheaf::rows
