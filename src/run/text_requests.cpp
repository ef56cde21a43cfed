#include "run/text_requests.hpp"

namespace sheaf::run {

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
