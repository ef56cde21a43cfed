#include "run/text_requests.hpp"

namespace sheaf::run {

std::string_view beginning(std::string_view text, std::int64_t most_bytes) {
  auto size = static_cast<std::size_t>(most_bytes);
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

bool TextRequests::begins_one(std::int64_t bytes) {
  const bool begins = texts_ == 0 || texts_ == most_texts || bytes_ + bytes > most_request_bytes;
  if (begins) {
    texts_ = 0;
    bytes_ = 0;
  }
  ++texts_;
  bytes_ += bytes;
  return begins;
}

}  // namespace sheaf::run
