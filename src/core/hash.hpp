// Fingerprints of bytes: XXH3 (xxHash 0.8, stable across versions and machines), never for
// security.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sheaf {

struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);
Fingerprint hash128(std::string_view bytes);
/// 32 lower-case hexadecimal digits.
std::string to_hex(const Fingerprint& fingerprint);

/// Collects parts so that their boundaries count: ("ab","c") and ("a","bc") differ.
class Hasher {
 public:
  Hasher& add(std::string_view part);
  Hasher& add(std::int64_t number);
  Fingerprint finish() const;

 private:
  std::string bytes_;
};

/// `hash64` (seed 0) of bytes that come in pieces: only their sequence counts, not the cuts.
class StreamHash64 {
 public:
  StreamHash64();
  StreamHash64(StreamHash64&&) noexcept;
  StreamHash64& operator=(StreamHash64&&) noexcept;
  ~StreamHash64();
  void add(std::string_view bytes);
  std::uint64_t value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sheaf
