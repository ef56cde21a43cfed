#include "simulate/piece_pattern.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/text.hpp"

namespace sheaf::simulate {
namespace {

// tiktoken 0.14, tiktoken_ext/openai_public.py; of cl100k_base without the marks that forbid to
// give back, which change no match.
constexpr std::string_view o200k_base =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view cl100k_base =
    R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s+$|\s*[\r\n]|\s+(?!\S)|\s)";

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};
/// White_Space of Unicode, which has been the same since 6.3.
constexpr std::array white_space{
    Range{0x9, 0xD},       Range{0x20, 0x20},     Range{0x85, 0x85},     Range{0xA0, 0xA0},
    Range{0x1680, 0x1680}, Range{0x2000, 0x200A}, Range{0x2028, 0x2029}, Range{0x202F, 0x202F},
    Range{0x205F, 0x205F}, Range{0x3000, 0x3000}};

bool is_white_space(char32_t character) {
  return std::ranges::any_of(white_space, [character](const Range& range) {
    return character >= range.first && character <= range.last;
  });
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// The same for RE2, whose \s is that of ASCII, and which knows no lookahead: `first` looks ahead.
std::string for_re2(std::string_view published) {
  std::string spaces;
  for (const auto [first, last] : white_space) {
    spaces += fmt::format(R"(\x{{{:X}}}-\x{{{:X}}})", first, last);
  }
  std::string pattern(published);
  replace_all(pattern, R"((?!\S))", "");
  replace_all(pattern, R"([^\s)", "[^" + spaces);
  replace_all(pattern, R"(\s)", "[" + spaces + "]");
  return pattern;
}

RE2::Options options() {
  RE2::Options options;
  // Room for the states of every script: without, RE2 forgets them and begins anew.
  options.set_max_mem(std::int64_t{64} << 20);
  return options;
}

std::string_view last_character(std::string_view text) {
  auto at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80) --at;
  return text.substr(at);
}

}  // namespace

PiecePattern::PiecePattern(std::string_view encoding)
    : pattern_(std::make_unique<RE2>(for_re2(encoding == "o200k_base" ? o200k_base : cl100k_base),
                                     options())) {
  assert(pattern_->ok());
}

PiecePattern::~PiecePattern() = default;

std::string_view PiecePattern::first(std::string_view text) const {
  re2::StringPiece found;
  pattern_->Match({text.data(), text.size()}, 0, text.size(), RE2::ANCHOR_START, &found, 1);
  const auto piece = text.substr(0, std::max<std::size_t>(found.size(), 1));
  if (piece.size() == text.size() || piece.ends_with('\r') || piece.ends_with('\n')) return piece;
  const auto last = last_character(piece);
  if (last.size() == piece.size() || !is_white_space(text::decode_front(last).value)) return piece;
  // \s+(?!\S): the run's last one goes with what follows.
  return piece.substr(0, piece.size() - last.size());
}

}  // namespace sheaf::simulate
