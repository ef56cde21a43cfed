#include "answer/choice.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "answer/letters.hpp"
#include "answer/marker.hpp"
#include "core/text.hpp"

namespace sheaf::answer {
namespace {

constexpr std::size_t most_letters = 26;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Spaces of any kind match each other; both sides are flat, so each run is one.
std::string with_plain_spaces(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

struct ChoiceReader::Mentions {
  explicit Mentions(std::size_t size) : covered(size, false) {}
  std::vector<bool> covered;         ///< Bytes that belong to a choice's text.
  std::vector<const Name*> texts;    ///< Each once.
  std::vector<std::size_t> letters;  ///< Each once.
  bool denied = false;               ///< One of them: "not billing".
};

ChoiceReader::ChoiceReader(std::span<const std::string> choices, Shown shown)
    : choices_(choices.begin(), choices.end()), shown_(shown) {
  for (std::size_t i = 0; i < choices_.size(); ++i) add_name(choices_[i], i);
  std::ranges::sort(names_, [](const Name& a, const Name& b) {
    return std::pair(b.shown.size(), a.choices.front()) <
           std::pair(a.shown.size(), b.choices.front());
  });
}

void ChoiceReader::add_name(const std::string& choice, std::size_t index) {
  const FlatText flat(choice);
  auto folded = with_plain_spaces(flat.folded);
  if (folded.empty()) return;
  const bool is_a_letter = shown_ == Shown::letters && folded.size() == 1 && is_letter(folded[0]);
  if (is_a_letter) return;
  for (auto& name : names_) {
    const bool same =
        name.folded == folded ||
        (name.pattern && RE2::FullMatch(with_plain_spaces(flat.shown), *name.pattern));
    if (same) {
      name.choices.push_back(index);
      return;
    }
  }
  Name name{with_plain_spaces(flat.shown), std::move(folded), {index}, nullptr};
  if (!is_ascii(name.shown)) {
    name.pattern = std::make_unique<RE2>("(?i)" + RE2::QuoteMeta(name.shown), re2_options());
  }
  names_.push_back(std::move(name));
}

std::expected<std::size_t, Unreadable> ChoiceReader::read(const FlatText& text, Place place) const {
  Mentions mentions(text.shown.size());
  find_texts(text, place, mentions);
  if (shown_ == Shown::letters) find_letters(text, place, mentions);
  auto chosen = judge(mentions);
  if (chosen && mentions.denied) {
    return std::unexpected(Unreadable{"denies the choice it names"});
  }
  return chosen;
}

void ChoiceReader::find_texts(const FlatText& text, Place place, Mentions& mentions) const {
  FlatText one_line = text;
  std::ranges::replace(one_line.shown, '\n', ' ');
  std::ranges::replace(one_line.folded, '\n', ' ');
  for (const auto& name : names_) find_text(name, one_line, place, mentions);
}

void ChoiceReader::find_text(const Name& name, const FlatText& text, Place place,
                             Mentions& mentions) const {
  const re2::StringPiece input(text.shown.data(), text.shown.size());
  const auto next = [&](std::size_t from) -> std::pair<std::size_t, std::size_t> {
    if (!name.pattern) return {text.folded.find(name.folded, from), name.folded.size()};
    re2::StringPiece found;
    if (!name.pattern->Match(input, from, input.size(), RE2::UNANCHORED, &found, 1)) {
      return {std::string::npos, 0};
    }
    return {static_cast<std::size_t>(found.data() - input.data()), found.size()};
  };
  bool named = false;
  for (auto [begin, size] = next(0); begin != std::string::npos;
       std::tie(begin, size) =
           next(begin + text::decode_front(text.shown.substr(begin, 4)).length)) {
    const auto end = begin + size;
    // A longer name that overlaps this one covers one of its ends.
    if (mentions.covered[begin] || mentions.covered[end - 1]) continue;
    if (!is_whole_word(text.shown, begin, end)) continue;
    if (size == 1 && may_be_word(text.shown, begin, place)) continue;
    std::fill_n(mentions.covered.begin() + static_cast<std::ptrdiff_t>(begin), size, true);
    named = true;
    if (!denial_before(text, begin).empty()) mentions.denied = true;
  }
  if (named) mentions.texts.push_back(&name);
}

void ChoiceReader::find_letters(const FlatText& text, Place place, Mentions& mentions) const {
  const auto count = std::min(choices_.size(), most_letters);
  std::vector<bool> seen(count, false);
  const auto add = [&](auto is_named) {
    for (std::size_t i = 0; i < text.folded.size(); ++i) {
      const auto letter = text.folded[i];
      if (letter < 'a' || mentions.covered[i]) continue;
      const auto index = static_cast<std::size_t>(letter - 'a');
      if (index >= count || seen[index] || !is_named(text.shown, i, place)) continue;
      seen[index] = true;
      if (!denial_before(text, i).empty()) mentions.denied = true;
      mentions.letters.push_back(index);
    }
  };
  add(names_choice);
  if (mentions.letters.empty()) return;
  const FlatText own(choices_[mentions.letters.front()]);
  add([&](std::string_view shown, std::size_t i, Place at) {
    return text.folded.substr(i, 1) != own.folded && may_name_choice(shown, i, at);
  });
}

std::expected<std::size_t, Unreadable> ChoiceReader::judge(const Mentions& mentions) const {
  if (mentions.letters.empty()) return judge_texts(mentions);
  const auto letter = mentions.letters.front();
  if (mentions.letters.size() > 1) return std::unexpected(two(letter, mentions.letters[1]));
  for (const auto* name : mentions.texts) {
    if (std::ranges::find(name->choices, letter) == name->choices.end()) {
      return std::unexpected(two(letter, name->choices.front()));
    }
  }
  return letter;
}

std::expected<std::size_t, Unreadable> ChoiceReader::judge_texts(const Mentions& mentions) const {
  if (mentions.texts.empty()) return std::unexpected(Unreadable{"names no choice"});
  const auto& first = mentions.texts.front()->choices;
  if (mentions.texts.size() > 1) {
    return std::unexpected(two(first.front(), mentions.texts[1]->choices.front()));
  }
  if (first.size() > 1) {
    return std::unexpected(Unreadable{fmt::format("names a text that two choices share: {}, {}",
                                                  label(first[0]), label(first[1]))});
  }
  return first.front();
}

std::string ChoiceReader::label(std::size_t index) const {
  auto text = text::display_safe(choices_[index], 60);
  if (shown_ == Shown::labels) return text;
  return fmt::format("({}) {}", static_cast<char>('a' + index), text);
}

Unreadable ChoiceReader::two(std::size_t first, std::size_t second) const {
  return {fmt::format("names two choices: {}, {}", label(first), label(second))};
}

}  // namespace sheaf::answer
