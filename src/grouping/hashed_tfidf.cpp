#include "grouping/hashed_tfidf.hpp"

#include <cmath>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/hash.hpp"
#include "core/text.hpp"

namespace sheaf::grouping {
namespace {

using Feature = std::uint64_t;

bool is_ascii_word(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether a letter or digit, as far as blocks of Unicode tell: punctuation has blocks of its own.
bool is_word(char32_t c) {
  if (c < 0x80) return is_ascii_word(c);
  const bool is_mark = c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c < 0x2E80) ||
                       (c >= 0x3000 && c < 0x3040) || (c >= 0xFE10 && c < 0xFE70) ||
                       (c >= 0xFF00 && c < 0xFF66) || c >= 0x1F000;
  return (!is_mark || (c >= 0x20000 && c < 0x32000)) && !text::is_space(c);
}

/// Scripts that write no spaces: kana, Han; Thai, Lao, Khmer, Burmese.
bool stands_alone(char32_t c) {
  return (c >= 0x2E80 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || c >= 0x20000 ||
         (c >= 0x0E00 && c < 0x0F00) || (c >= 0x1000 && c < 0x10A0) || (c >= 0x1780 && c < 0x1800);
}

char32_t lower(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if (c >= 0x391 && c <= 0x3A9) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  return c;
}

/// Calls `take` with the hash of each word, and of each pair of neighbours.
template <class Take>
void for_each_feature(std::string_view text, Take take) {
  std::string word;
  Feature before = 0;
  const auto end_word = [&] {
    if (word.empty()) return;
    const auto hash = hash64(word);
    take(hash);
    if (before != 0) take(hash64(word, before));
    before = hash;
    word.clear();
  };
  while (!text.empty()) {
    const auto [raw, length] = text::decode_front(text);
    text.remove_prefix(length);
    const auto c = lower(text::narrow(raw));
    if (!is_word(c) || stands_alone(c)) end_word();
    if (is_word(c)) text::append_utf8(word, c);
    if (stands_alone(c)) end_word();
  }
  end_word();
}

using Counts = std::unordered_map<Feature, std::uint32_t>;

Counts count_features(std::string_view text) {
  Counts counts;
  for_each_feature(text, [&](Feature feature) { ++counts[feature]; });
  return counts;
}

}  // namespace

Vectors hashed_tfidf(std::span<const std::string> texts, std::size_t dimensions) {
  Counts texts_with;
  for (const auto& text : texts) {
    for (const auto& [feature, count] : count_features(text)) ++texts_with[feature];
  }
  std::vector<float> values(texts.size() * dimensions);
  const auto all = static_cast<double>(texts.size());
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const auto numbers = std::span(values).subspan(row * dimensions, dimensions);
    for (const auto& [feature, count] : count_features(texts[row])) {
      const double idf = std::log((1 + all) / (1 + texts_with.at(feature))) + 1;
      const double weight = (1 + std::log(count)) * idf;
      const bool negative = (feature >> 63) != 0;
      numbers[feature % dimensions] += static_cast<float>(negative ? -weight : weight);
    }
  }
  return {dimensions, std::move(values)};
}

}  // namespace sheaf::grouping
