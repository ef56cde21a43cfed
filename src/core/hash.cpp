#include "core/hash.hpp"

#include <utility>

#include <fmt/format.h>
#include <xxhash.h>

namespace sheaf {
namespace {

void append_little_endian(std::string& out, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>((number >> shift) & 0xFF));
  }
}

}  // namespace

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Fingerprint hash128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {.high = hash.high64, .low = hash.low64};
}

std::string to_hex(const Fingerprint& fingerprint) {
  return fmt::format("{:016x}{:016x}", fingerprint.high, fingerprint.low);
}

Hasher& Hasher::add(std::string_view part) {
  constexpr std::size_t room_for_more = 128;
  if (bytes_.capacity() - bytes_.size() < part.size() + room_for_more) {
    bytes_.reserve(2 * bytes_.size() + part.size() + room_for_more);
  }
  bytes_.push_back('s');
  append_little_endian(bytes_, part.size());
  bytes_.append(part);
  return *this;
}

Hasher& Hasher::add(std::int64_t number) {
  bytes_.push_back('n');
  append_little_endian(bytes_, static_cast<std::uint64_t>(number));
  return *this;
}

Fingerprint Hasher::finish() const { return hash128(bytes_); }

struct StreamHash64::State {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> xxh3{XXH3_createState()};
};

StreamHash64::StreamHash64() : state_(std::make_unique<State>()) {
  XXH3_64bits_reset(state_->xxh3.get());
}
StreamHash64::StreamHash64(StreamHash64&&) noexcept = default;
StreamHash64& StreamHash64::operator=(StreamHash64&&) noexcept = default;
StreamHash64::~StreamHash64() = default;

void StreamHash64::add(std::string_view bytes) {
  XXH3_64bits_update(state_->xxh3.get(), bytes.data(), bytes.size());
}

std::uint64_t StreamHash64::value() const { return XXH3_64bits_digest(state_->xxh3.get()); }

}  // namespace sheaf
