#include "answer/marker.hpp"

#include <algorithm>

#include "answer/words.hpp"
#include "core/text.hpp"

namespace sheaf::answer {
namespace {

constexpr std::string_view emphasis = "*_";

std::string pattern_of(std::string_view words) {
  std::string pattern = "(?i)";
  bool first = true;
  while (!(words = text::trim(words)).empty()) {
    std::size_t size = 0;
    while (size < words.size()) {
      const auto [c, length] = text::decode_front(words.substr(size));
      if (text::is_space(c)) break;
      size += length;
    }
    if (!first) pattern += R"([\s\pZ*_]+)";
    first = false;
    const auto word = words.substr(0, size);
    pattern += RE2::QuoteMeta({word.data(), word.size()});
    words.remove_prefix(size);
  }
  return first ? std::string() : pattern;
}

bool is_emphasis(char c) { return emphasis.find(c) != std::string_view::npos; }

// "The answer isn't" does not hold "The answer is".
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  const auto joined = [](char32_t a, char32_t b) { return joins_words(a) && joins_words(b); };
  return !joined(code_point_before(text, begin), code_point_at(text, begin)) &&
         !joined(code_point_before(text, end), code_point_at(text, end));
}

std::string_view emphasis_before(std::string_view text, std::size_t offset) {
  auto begin = offset;
  while (begin > 0 && is_emphasis(text[begin - 1])) --begin;
  return text.substr(begin, offset - begin);
}

bool take(std::string_view& text, std::string_view wanted) {
  if (wanted.empty() || !text.starts_with(wanted)) return false;
  text.remove_prefix(wanted.size());
  return true;
}

void take_colon(std::string_view& text) {
  const auto behind = text::trim(text);
  const auto [c, length] = text::decode_front(behind);
  if (text::narrow(c) != ':') return;
  text = text.substr(static_cast<std::size_t>(behind.data() - text.data()) + length);
}

// Up to the first blank line.
std::string_view first_paragraph(std::string_view text) {
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
    const auto line_end = text.find('\n', end + 1);
    const auto line = text.substr(
        end + 1, line_end == std::string_view::npos ? std::string_view::npos : line_end - end - 1);
    if (text::trim(line).empty()) return text.substr(0, end);
  }
  return text;
}

}  // namespace

RE2::Options re2_options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingUTF8);
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  return options;
}

Marker::Marker(std::string_view words) {
  const auto pattern = pattern_of(words);
  if (!pattern.empty()) pattern_ = std::make_unique<RE2>(pattern, re2_options());
}

std::optional<Marker::Place> Marker::find(std::string_view text, std::size_t from) const {
  if (pattern_ == nullptr || !pattern_->ok()) return std::nullopt;
  const re2::StringPiece input(text.data(), text.size());
  re2::StringPiece found;
  while (pattern_->Match(input, from, text.size(), RE2::UNANCHORED, &found, 1)) {
    const auto begin = static_cast<std::size_t>(found.data() - text.data());
    const auto end = begin + found.size();
    if (stands_alone(text, begin, end)) return Place{begin, end};
    from = begin + text::decode_front(text.substr(begin)).length;
  }
  return std::nullopt;
}

int Marker::count(std::string_view text) const {
  int places = 0;
  for (auto place = find(text, 0); place; place = find(text, place->end)) ++places;
  return places;
}

std::optional<std::string_view> Marker::text_behind(std::string_view text) const {
  std::optional<Place> last;
  for (auto place = find(text, 0); place; place = find(text, place->end)) last = place;
  if (!last) return std::nullopt;
  const auto opened = emphasis_before(text, last->begin);
  auto rest = text.substr(last->end);
  bool closed = take(rest, opened);
  take_colon(rest);
  closed = closed || take(rest, opened);
  rest = text::trim(first_paragraph(text::trim(rest)));
  if (!closed && !opened.empty() && rest.ends_with(opened)) rest.remove_suffix(opened.size());
  return text::trim(rest);
}

}  // namespace sheaf::answer
