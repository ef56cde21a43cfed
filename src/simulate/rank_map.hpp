// The tokens of an encoding, as the simulated model reads them from this build's tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sheaf/error.hpp>

namespace sheaf::simulate {

/// Finds by a string_view what is kept by a string.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

/// A token's bytes, and its rank: the lower, the sooner it is merged.
using RankMap = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;

/// The ranks in `packed`, an encoder of npm's package `tiktoken` as tokens::embedded_table gives
/// it. Fails with ErrorCode::usage where there is none, or a damaged one; `encoding` stands in the
/// message.
Expected<RankMap> read_rank_map(std::string_view encoding, std::string_view packed);

/// The ranks of "o200k_base" or "cl100k_base" in this build, read at the first call and shared. Any
/// thread.
Expected<std::shared_ptr<const RankMap>> rank_map_of(std::string_view encoding);

}  // namespace sheaf::simulate
