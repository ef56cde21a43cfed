// Any bytes as CSV and as TSV: the same rows however the bytes come, each with the header's
// columns. The first byte is the size of the pieces; odd: TSV.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "require.hpp"
#include "rows_in_pieces.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sheaf;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto delimiter = (data[0] & 1) != 0 ? rows::Delimiter::tab : rows::Delimiter::comma;
  const auto whole = rows::read_delimited(fuzz::input(bytes, bytes.size() + 1), delimiter);
  const auto cut = rows::read_delimited(fuzz::input(bytes, 1U + data[0] / 2 % 17), delimiter);
  fuzz::require(whole.has_value() == cut.has_value());
  if (!whole) {
    fuzz::require(!whole.error().message.empty() && whole.error().message == cut.error().message);
    return 0;
  }
  fuzz::require(!(*whole)->columns().empty() && (*whole)->columns() == (*cut)->columns());
  fuzz::require(fuzz::all_rows(**whole) == fuzz::all_rows(**cut));
  return 0;
}
