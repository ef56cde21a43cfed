// What one request per row would cost, by every way to send it. Pure arithmetic.
#pragma once

#include <cstdint>

#include <sheaf/run.hpp>

#include "task/task.hpp"

namespace sheaf::run {

/// Fills the costs of a baseline whose requests and tokens are told; without a price none. Each
/// request begins with the same `prefix_tokens`. Flex and bulk prices count where the task's prices
/// are the catalog's, caches where its model is asked at its own provider and keeps such a prefix.
/// What a cache gives back is an assumption: of marked prefixes all but the first, of automatic
/// caches 9 of 10, in bulk jobs 6 of 10.
void price_unpacked(Baseline& baseline, const task::Task& task, std::int64_t prefix_tokens);

}  // namespace sheaf::run
