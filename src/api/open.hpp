// What several public functions open in the same way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sheaf/error.hpp>

#include "rows/row.hpp"

namespace sheaf::api {

/// The rows of `path`, or a random sample of them. A limit and a sample together are refused.
/// `seen` as for open_rows.
Expected<std::unique_ptr<rows::RowSource>> open_source(const std::string& path,
                                                       std::optional<std::int64_t> limit,
                                                       std::optional<std::int64_t> sample,
                                                       std::uint64_t seed,
                                                       rows::ReadDigest* seen = nullptr);

}  // namespace sheaf::api
