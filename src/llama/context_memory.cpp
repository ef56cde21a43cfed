#include "llama/context_memory.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>
#include <llama.h>

#include "llama/memory.hpp"

namespace sheaf::llama {
namespace {

/// Bytes of a number in the cells: llama.cpp keeps them as halves.
constexpr std::uint64_t number_bytes = 2;
constexpr std::uint64_t megabyte = 1'000'000;

std::uint64_t head_length(const llama_model* model, const char* which) {
  std::array<char, 64> text{};
  const auto name = [&](const char* key) {
    return llama_model_meta_val_str(model, key, text.data(), text.size()) > 0
               ? std::string(text.data())
               : std::string();
  };
  const auto digits =
      name(fmt::format("{}.attention.{}_length", name("general.architecture"), which).c_str());
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error == std::errc{} && length > 0) return length;
  const auto heads = std::max(llama_model_n_head(model), 1);
  return static_cast<std::uint64_t>(llama_model_n_embd(model) / heads);
}

}  // namespace

std::uint64_t cell_bytes(const Model& model) {
  const auto* handle = model.handle();
  const auto heads = static_cast<std::uint64_t>(std::max(llama_model_n_head_kv(handle), 1)) *
                     static_cast<std::uint64_t>(std::max(llama_model_n_layer(handle), 1));
  return heads * (head_length(handle, "key") + head_length(handle, "value")) * number_bytes;
}

Expected<std::uint32_t> context_cells(std::uint64_t cell_bytes, int sequences, int context,
                                      std::uint64_t free_bytes) {
  const auto one = static_cast<std::uint64_t>(context);
  const auto most = free_bytes / 4 * 3 / std::max<std::uint64_t>(cell_bytes, 1);
  if (most < one) {
    return fail(ErrorCode::unavailable,
                fmt::format("texts of {} tokens take {} MB of memory, and {} MB are free; lower "
                            "model.context_tokens",
                            context, one * cell_bytes / megabyte, free_bytes / megabyte));
  }
  return static_cast<std::uint32_t>(std::min(one * static_cast<std::uint64_t>(sequences), most));
}

Expected<std::uint32_t> context_cells(const Model& model, int sequences, int context) {
  return context_cells(cell_bytes(model), sequences, context, memory_room().bytes);
}

}  // namespace sheaf::llama
