// Numbers and texts one after the other, in as few bytes as they need. A number is written zigzag
// (0, -1, 1, -2 are 0, 1, 2, 3) in groups of seven bits, lowest first, the high bit set on all but
// the last; a text is the number of its bytes, then the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sheaf::store {

void pack_number(std::string& out, std::int64_t number);
void pack_text(std::string& out, std::string_view text);

/// Reads what was packed, in the same order. Once something is not as it was packed, it and
/// everything after it is 0 or empty, and `is_sound` is false.
class Unpacker {
 public:
  /// `bytes` must outlive the reader and the texts that it gives.
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  std::int64_t number();
  std::string_view text();
  /// Exactly so many bytes, without their number.
  std::string_view bytes(std::size_t count);
  std::string_view rest() const { return rest_; }
  bool is_sound() const { return sound_; }
  bool at_end() const { return rest_.empty(); }

 private:
  void fail();

  std::string_view rest_;
  bool sound_ = true;
};

}  // namespace sheaf::store
