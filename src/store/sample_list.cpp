#include "store/sample_list.hpp"

#include <cstdint>

namespace sheaf::store {

std::string pack(std::span<const SampleNo> samples) {
  std::string bytes;
  std::uint64_t before = 0;
  for (const auto sample : samples) {
    const auto difference = static_cast<std::uint64_t>(sample) - before;
    before = static_cast<std::uint64_t>(sample);
    auto rest = (difference << 1) ^ (0 - (difference >> 63));
    for (; rest >= 0x80; rest >>= 7) bytes.push_back(static_cast<char>(rest | 0x80));
    bytes.push_back(static_cast<char>(rest));
  }
  return bytes;
}

std::optional<std::vector<SampleNo>> unpack(std::string_view bytes) {
  std::vector<SampleNo> samples;
  std::uint64_t before = 0;
  std::uint64_t rest = 0;
  int shift = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (shift > 63) return std::nullopt;
    rest |= std::uint64_t{byte & 0x7FU} << shift;
    shift += 7;
    if ((byte & 0x80U) != 0) continue;
    before += (rest >> 1) ^ (0 - (rest & 1));
    samples.push_back(static_cast<SampleNo>(before));
    rest = 0;
    shift = 0;
  }
  if (shift != 0) return std::nullopt;
  return samples;
}

}  // namespace sheaf::store
