// What every usage that was read must satisfy, whatever the reply claims.
#pragma once

#include <optional>

#include "core/exchange.hpp"
#include "require.hpp"

namespace sheaf::fuzz {

inline void require_possible(const std::optional<Usage>& usage) {
  if (!usage) return;
  require(usage->input_tokens >= 0 && usage->output_tokens >= 0);
  require(usage->cached_input_tokens >= 0 && usage->cached_input_tokens <= usage->input_tokens);
  require(usage->cache_write_tokens >= 0 &&
          usage->cached_input_tokens + usage->cache_write_tokens <= usage->input_tokens);
  require(usage->reasoning_tokens >= 0 && usage->reasoning_tokens <= usage->output_tokens);
}

}  // namespace sheaf::fuzz
