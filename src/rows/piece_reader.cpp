#include "rows/piece_reader.hpp"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::rows {
namespace {

/// As find_first_of, which calls memchr for every byte; this one does for every one of `marks`.
std::size_t first_of(std::string_view marks, std::string_view text) {
  std::size_t first = text.npos;
  for (const char mark : marks) {
    const std::size_t at = text.substr(0, first).find(mark);
    if (at != text.npos) first = at;
  }
  return first;
}

}  // namespace

PieceReader::PieceReader(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(std::make_unique_for_overwrite<char[]>(capacity)) {}

/// Moves what is left to the front and reads behind it; false at the end or when the buffer is
/// full.
Expected<bool> PieceReader::refill() {
  if (error_) return std::unexpected(*error_);
  const std::size_t kept = rest_.copy(buffer_.get(), rest_.size());
  rest_ = std::string_view(buffer_.get(), kept);
  if (ended_ || kept == capacity) return false;
  auto size = source_->read(std::span(buffer_.get(), capacity).subspan(kept));
  if (!size) {
    error_ = std::move(size.error());
    return std::unexpected(*error_);
  }
  ended_ = *size == 0;
  filled_ += *size;
  rest_ = std::string_view(buffer_.get(), kept + *size);
  return !ended_;
}

Expected<std::string_view> PieceReader::peek(std::size_t count) {
  while (rest_.size() < count) {
    const auto more = refill();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  return rest_.substr(0, count);
}

Expected<std::string_view> PieceReader::next(std::string_view ends) {
  if (rest_.empty()) {
    const auto more = refill();
    if (!more) return std::unexpected(more.error());
  }
  const std::size_t end = first_of(ends, rest_);
  const std::string_view piece = rest_.substr(0, end == std::string_view::npos ? end : end + 1);
  rest_.remove_prefix(piece.size());
  return piece;
}

Expected<void> PieceReader::skip_byte_order_mark(const std::string& name) {
  const auto first = peek(1);
  if (!first) return std::unexpected(first.error());
  if (*first != "\xef" && *first != "\xff" && *first != "\xfe") return {};
  const auto mark = peek(3);
  if (!mark) return std::unexpected(mark.error());
  if (mark->starts_with("\xff\xfe") || mark->starts_with("\xfe\xff")) {
    return fail(ErrorCode::usage,
                fmt::format("{} is UTF-16 text; save it as UTF-8", text::display_safe(name, 400)));
  }
  if (*mark == "\xef\xbb\xbf") rest_.remove_prefix(mark->size());
  return {};
}

bool PieceReader::waits() const {
  const auto text = rest_.find_first_not_of("\r\n");
  const bool has_line = text != rest_.npos && first_of("\n\r", rest_.substr(text)) != rest_.npos;
  return !has_line && !ended_ && !error_ && source_->waits();
}

std::optional<double> PieceReader::fraction() const {
  const auto read = source_->fraction();
  if (!read || filled_ == 0) return read;
  return *read * static_cast<double>(filled_ - rest_.size()) / static_cast<double>(filled_);
}

}  // namespace sheaf::rows
