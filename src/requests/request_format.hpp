// How requests share a prompt, as the runner sees it: one alone is its own body, byte for byte,
// and its answer all that came; several are one packed body, and an answer is its part of the
// reply.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "format/batch_format.hpp"
#include "requests/request.hpp"

namespace sheaf::requests {

/// What packing of a file's requests is bounded by, in tokens.
struct PackingLimits {
  std::int64_t answer = 1;                  ///< The largest cap of a request that may be packed.
  std::optional<std::int64_t> most_output;  ///< That a prompt may ask for.
};

/// A request as the runner's sample; `text` is its last user message, empty where it goes alone.
format::SampleText request_sample(const Request& request, const std::string& text);

/// The labels of such a sample, in order.
inline constexpr std::array<const char*, 3> sample_labels{"Path", "Body", "Text"};

std::unique_ptr<format::BatchFormat> make_request_format(PackingLimits limits);

}  // namespace sheaf::requests
