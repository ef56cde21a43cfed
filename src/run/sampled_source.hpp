// A random sample of the rows, in input order: for trying a task on a few before paying for all.
#pragma once

#include <cstdint>
#include <memory>

#include "rows/row.hpp"

namespace sheaf::run {

/// Reads all of `source` at the first call and keeps `count` rows drawn by `seed` (reservoir
/// sampling, Vitter 1985, algorithm R), in memory. Bad rows are passed on where they stand.
std::unique_ptr<rows::RowSource> sample_rows(std::unique_ptr<rows::RowSource> source,
                                             std::int64_t count, std::uint64_t seed);

}  // namespace sheaf::run
