// The bulk jobs that a checkpoint waits for, as `inspect` tells of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "core/json.hpp"
#include "core/money.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::run {

/// A job with requests that have no end.
struct WaitingJob {
  store::BulkJobNo number = 0;  ///< 0: requests of no job, which never left.
  store::BulkJob job;
  std::size_t requests = 0;
  std::size_t samples = 0;
  Money reserved;
};

Expected<std::vector<WaitingJob>> waiting_jobs(store::Checkpoint& store);

/// A line each.
std::string waiting_jobs_text(const std::vector<WaitingJob>& jobs);
json::Value waiting_jobs_json(const std::vector<WaitingJob>& jobs);

}  // namespace sheaf::run
