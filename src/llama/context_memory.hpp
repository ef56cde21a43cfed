// How many tokens a model can hold in memory at once.
#pragma once

#include <cstdint>

#include <sheaf/error.hpp>

#include "llama/model.hpp"

namespace sheaf::llama {

/// Bytes that each token takes in the model's memory.
std::uint64_t cell_bytes(const Model& model);

/// Tokens for so many sequences of `context` each, or as many as three quarters of the free memory
/// hold: sequences that find no room wait for each other. Error (unavailable): not even one of them
/// has room.
Expected<std::uint32_t> context_cells(const Model& model, int sequences, int context);
/// The same where so many bytes are free.
Expected<std::uint32_t> context_cells(std::uint64_t cell_bytes, int sequences, int context,
                                      std::uint64_t free_bytes);

}  // namespace sheaf::llama
