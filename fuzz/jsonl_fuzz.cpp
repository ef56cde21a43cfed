// Any bytes as JSON Lines: the same rows however the bytes come. The first byte is the size of the
// pieces.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "require.hpp"
#include "rows_in_pieces.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sheaf;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = rows::read_jsonl(fuzz::input(bytes, bytes.size() + 1));
  const auto cut = rows::read_jsonl(fuzz::input(bytes, 1U + data[0] % 17));
  fuzz::require(fuzz::all_rows(*whole) == fuzz::all_rows(*cut));
  return 0;
}
