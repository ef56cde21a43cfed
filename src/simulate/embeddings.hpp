// The simulated model's vectors: requests for them, and what they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/model_request.hpp"
#include "simulate/token_counter.hpp"

namespace sheaf::simulate {

/// Dimensions of a vector where the request names none, and the most that it may name.
inline constexpr std::int64_t default_dimensions = 256;
inline constexpr std::int64_t most_dimensions = 4096;
/// OpenAI's bounds: texts of one request, tokens of one text.
inline constexpr std::size_t most_texts = 2048;
inline constexpr std::int64_t most_text_tokens = 8192;

struct EmbeddingsRequest {
  std::vector<std::string> texts;
  std::int64_t dimensions = default_dimensions;
  bool base64 = false;
  std::int64_t input_tokens = 0;
};

/// Reads a body. Refuses as OpenAI does: no text, an empty one, too many or too long ones.
std::expected<EmbeddingsRequest, Refusal> read_embeddings_request(std::string_view body,
                                                                  TokenCounter& counter);

/// The vector of a text, of unit length: its words and their neighbours, hashed. Texts that share
/// words have similar vectors; the meaning of words is not known. The same on every machine.
std::vector<float> vector_of(std::string_view text, std::int64_t dimensions);

/// The reply, in OpenAI's shape.
std::string embeddings_body(const EmbeddingsRequest& request);

}  // namespace sheaf::simulate
