// What one attempt counts for: in the spending, and in a rate-limit window. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "store/checkpoint.hpp"

namespace sheaf::store {

/// Adds what an attempt spent. Sums stop at the largest number instead of wrapping.
void count(Spending& spending, const Attempt& attempt);

/// The attempt's part of Checkpoint::recent_tokens; nullopt when it has none.
std::optional<std::pair<std::int64_t, std::int64_t>> recent_of(const Attempt& attempt,
                                                               AttemptKind kind,
                                                               std::int64_t since_unix_ms,
                                                               std::int64_t now_unix_ms);

/// Attempts from `next` on ask `model`; nothing changes where it is empty, or asked already.
void note_model(std::vector<ModelSince>& models, const std::string& model, AttemptNo next);

}  // namespace sheaf::store
