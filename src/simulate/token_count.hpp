// Tokens as the simulated model counts them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sheaf::simulate {

inline constexpr std::int64_t bytes_per_token = 4;

/// A quarter of the bytes, rounded up.
constexpr std::int64_t tokens_of(std::size_t bytes) {
  return (static_cast<std::int64_t>(bytes) + bytes_per_token - 1) / bytes_per_token;
}

}  // namespace sheaf::simulate
