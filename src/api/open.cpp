#include "api/open.hpp"

#include <utility>

#include "run/sampled_source.hpp"

namespace sheaf::api {

Expected<std::unique_ptr<rows::RowSource>> open_source(const std::string& path,
                                                       std::optional<std::int64_t> limit,
                                                       std::optional<std::int64_t> sample,
                                                       std::uint64_t seed, rows::ReadDigest* seen) {
  if (limit && sample) {
    return fail(ErrorCode::usage, "--limit and --sample exclude each other; use one of them");
  }
  if ((limit && *limit < 1) || (sample && *sample < 1)) {
    return fail(ErrorCode::usage, "--limit and --sample take a number from 1");
  }
  auto source = rows::open_rows(path, seen);
  if (!source || !sample) return source;
  return run::sample_rows(std::move(*source), *sample, seed);
}

}  // namespace sheaf::api
