// The members of a prompt as few bytes: each number's difference from the one before, zigzag, in
// groups of seven bits, lowest first. Neighbours take one byte each.
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
