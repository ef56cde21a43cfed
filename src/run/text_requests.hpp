// How texts that are to have vectors are put into requests.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sheaf::run {

/// Texts of one request: so many, and so many bytes, which no tokenizer makes more tokens of than
/// OpenAI takes at once (300,000).
inline constexpr std::size_t most_texts = 128;
inline constexpr std::int64_t most_request_bytes = 250'000;
/// Of a longer text its beginning is embedded: 8,192 tokens are the most that OpenAI takes.
inline constexpr std::int64_t most_text_bytes = 8'000;

/// Fills one request after the other with texts in their order.
class TextRequests {
 public:
  /// Whether a text of so many bytes (at most `most_text_bytes`) begins a request.
  bool begins_one(std::int64_t bytes);

 private:
  std::size_t texts_ = 0;  ///< Of the request that is being filled.
  std::int64_t bytes_ = 0;
};

}  // namespace sheaf::run
