// The members of a prompt in few bytes: each number's difference from the one before, packed.
// Neighbours take one byte each.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/checkpoint.hpp"

namespace sheaf::store {

std::string pack(std::span<const SampleNo> samples);
/// nullopt when the bytes are not such a list.
std::optional<std::vector<SampleNo>> unpack(std::string_view bytes);

}  // namespace sheaf::store
