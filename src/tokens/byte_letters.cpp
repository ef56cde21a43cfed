#include "tokens/byte_letters.hpp"

#include <array>

#include "core/text.hpp"

namespace sheaf::tokens {
namespace {

constexpr bool is_own_letter(int byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr int no_byte = -1;

/// By letter.
constexpr auto bytes = [] {
  std::array<int, 0x144> table{};
  table.fill(no_byte);
  std::size_t next = 0x100;
  for (int byte = 0; byte < 0x100; ++byte) {
    table[is_own_letter(byte) ? static_cast<std::size_t>(byte) : next++] = byte;
  }
  return table;
}();

}  // namespace

std::optional<std::string> bytes_of_letters(std::string_view letters) {
  std::string out;
  while (!letters.empty()) {
    const auto letter = text::decode_front(letters);
    letters.remove_prefix(letter.length);
    if (letter.value >= bytes.size() || bytes[letter.value] == no_byte) return std::nullopt;
    out += static_cast<char>(bytes[letter.value]);
  }
  return out;
}

}  // namespace sheaf::tokens
