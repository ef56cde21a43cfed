// A GGUF file of a few hundred kilobytes: a model with random weights that takes any text.
#pragma once

#include <cstdint>
#include <string>

namespace sheaf::testing {

/// A token a byte (0 to 255), then `<s>` and `</s>`, which ends an answer. What the model says is
/// noise, and the same for the same members.
struct TinyGguf {
  /// Other than as a llama written are "mamba", which keeps a state and no cells, and "lfm2", whose
  /// layers keep a state and cells in turn.
  std::string architecture = "llama";
  std::string chat_template{};  ///< `tokenizer.chat_template`; none where empty.
  std::uint32_t width = 32;     ///< `embedding_length`, a multiple of `heads`.
  std::uint32_t layers = 2;
  std::uint32_t heads = 4;
  std::uint32_t heads_of_keys = 2;  ///< `head_count_kv`; divides `heads`.
  std::uint32_t inner_width = 64;   ///< `feed_forward_length`
  std::uint32_t context = 512;      ///< `context_length`, in tokens.
  std::uint64_t seed = 1;           ///< Of the weights.
  bool tokenizer = true;            ///< Whether it has one.

  /// The whole file.
  std::string bytes() const;
};

}  // namespace sheaf::testing
