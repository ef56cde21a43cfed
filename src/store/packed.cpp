#include "store/packed.hpp"

#include <utility>

namespace sheaf::store {

void pack_number(std::string& out, std::int64_t number) {
  const auto sign = number < 0 ? ~std::uint64_t{0} : std::uint64_t{0};
  auto rest = (static_cast<std::uint64_t>(number) << 1) ^ sign;
  for (; rest >= 0x80; rest >>= 7) out.push_back(static_cast<char>(rest | 0x80));
  out.push_back(static_cast<char>(rest));
}

void pack_text(std::string& out, std::string_view text) {
  pack_number(out, std::ssize(text));
  out.append(text);
}

void Unpacker::fail() {
  sound_ = false;
  rest_ = {};
}

std::int64_t Unpacker::number() {
  std::uint64_t value = 0;
  int shift = 0;
  for (std::size_t i = 0; i < rest_.size() && shift <= 63; ++i, shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_[i]);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) != 0) continue;
    rest_.remove_prefix(i + 1);
    return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
  }
  fail();
  return 0;
}

std::string_view Unpacker::bytes(std::size_t count) {
  if (count > rest_.size()) {
    fail();
    return {};
  }
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::string_view Unpacker::text() {
  const auto count = number();
  if (!std::in_range<std::size_t>(count)) {
    fail();
    return {};
  }
  return bytes(static_cast<std::size_t>(count));
}

}  // namespace sheaf::store
