// Long stretches of bytes that need no look.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sheaf {

/// Sixteen bytes that are compared at once (GCC's and Clang's vector extension).
using ByteBlock [[gnu::vector_size(16)]] = std::uint8_t;

/// Bytes of `text` before the first for which `telling` holds. `telling` is asked of a byte and of
/// a block of them: only comparisons with numbers, joined by & and |.
template <class Telling>
std::size_t run_before(std::string_view text, Telling telling) {
  std::size_t at = 0;
  for (; at + sizeof(ByteBlock) <= text.size(); at += sizeof(ByteBlock)) {
    ByteBlock block;
    std::memcpy(&block, text.data() + at, sizeof block);
    const auto found = telling(block);
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), &found, sizeof halves);
    if ((halves[0] | halves[1]) != 0) break;
  }
  while (at < text.size() && !telling(static_cast<std::uint8_t>(text[at]))) ++at;
  return at;
}

}  // namespace sheaf
