// How requests share a prompt, as the runner sees it: one alone is its own body, byte for byte,
// and its answer all that came; several are one packed body, and an answer is its part of the
// reply.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "format/batch_format.hpp"

namespace sheaf::requests {

/// What packing of a file's requests is bounded by, in tokens.
struct PackingLimits {
  std::int64_t answer = 1;                  ///< The largest cap of a request that may be packed.
  std::optional<std::int64_t> most_output;  ///< That a prompt may ask for.
};

/// The labels of a request as the runner's sample, in order: its path, its body's bytes, and its
/// last user message, empty where it goes alone.
inline constexpr std::array<const char*, 3> sample_labels{"Path", "Body", "Text"};

std::unique_ptr<format::BatchFormat> make_request_format(PackingLimits limits);

}  // namespace sheaf::requests
