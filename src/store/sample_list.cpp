#include "store/sample_list.hpp"

#include "store/packed.hpp"

namespace sheaf::store {

std::string pack(std::span<const SampleNo> samples) {
  std::string bytes;
  std::uint64_t before = 0;
  for (const auto sample : samples) {
    const auto number = static_cast<std::uint64_t>(sample);
    pack_number(bytes, static_cast<std::int64_t>(number - before));
    before = number;
  }
  return bytes;
}

std::optional<std::vector<SampleNo>> unpack(std::string_view bytes) {
  std::vector<SampleNo> samples;
  Unpacker unpacker(bytes);
  std::uint64_t before = 0;
  while (!unpacker.at_end()) {
    before += static_cast<std::uint64_t>(unpacker.number());
    samples.push_back(static_cast<SampleNo>(before));
  }
  if (!unpacker.is_sound()) return std::nullopt;
  return samples;
}

}  // namespace sheaf::store
