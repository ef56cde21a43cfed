// Tokens as providers bill them.
#pragma once

#include <cstdint>

namespace sheaf {

/// cached_input_tokens (read from the provider's prompt cache) and cache_write_tokens (written to
/// it for a fee of their own) are disjoint parts of input_tokens; reasoning_tokens are part of
/// output_tokens.
struct Usage {
  std::int64_t input_tokens = 0;
  std::int64_t cached_input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::int64_t cache_write_tokens = 0;
  friend bool operator==(const Usage&, const Usage&) = default;
};

}  // namespace sheaf
