#include "tokens/character_class.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/text.hpp"

namespace sheaf::tokens {
namespace {

constexpr char32_t end_of_unicode = 0x110000;

// Each: where a run of characters of one class begins, times 8, plus the class.
constexpr std::array<std::uint32_t, 3191> runs{
#include "tokens/character_runs.inc"
};

constexpr char32_t begin_of(std::uint32_t run) { return run >> 3; }
constexpr CharacterClass kind_of(std::uint32_t run) {
  return static_cast<CharacterClass>(run & 7U);
}

std::vector<CharacterClass> spread() {
  std::vector<CharacterClass> table(end_of_unicode);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto end = i + 1 < runs.size() ? begin_of(runs[i + 1]) : end_of_unicode;
    std::fill(table.begin() + begin_of(runs[i]), table.begin() + end, kind_of(runs[i]));
  }
  return table;
}

}  // namespace

CharacterClass class_of(char32_t code_point) {
  static const auto table = spread();
  return code_point < table.size() ? table[code_point] : CharacterClass::other;
}

Character character_beyond_ascii(std::string_view text, std::size_t at) {
  const auto decoded = text::decode_front(text.substr(at, 4));
  return {class_of(decoded.value), decoded.length};
}

}  // namespace sheaf::tokens
