// The folder of a sweep: whose it is, and what was bought in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/eval.hpp>

#include "api/sweep_grid.hpp"

namespace sheaf::api {

/// Makes the folder, or sees that it belongs to a sweep over the same rows (the same bytes, limit,
/// sample and seed) whose cells were bought by the same requests. Sizes, repeats and the like may
/// be added. One in which nothing was bought is nobody's: what such a sweep left is removed. Errors
/// are ErrorCode::usage.
Expected<void> claim_folder(const SweepOptions& options, const std::vector<GridCell>& grid);

/// Of all runs in the folder that wrote one, those of earlier calls included, but for the one with
/// these results. ErrorCode::usage: the folder cannot be read.
Expected<std::vector<std::string>> checkpoints_in(const std::string& folder,
                                                  const std::string& but_for);

struct Spent {
  double usd = 0;
  std::int64_t requests = 0;  ///< Those that may have been billed.
};

/// By these runs.
Expected<Spent> spent_in(const std::string& folder, const std::string& but_for);

}  // namespace sheaf::api
