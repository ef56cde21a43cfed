#include "simulate/spoil.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"
#include "format/fences.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::string_view indent = "    ";
constexpr std::array<std::string_view, 3> openings{
    "Sure, here is what was asked for.",
    "Here are the answers:",
    "Certainly! The samples were read one by one.",
};

/// The sentences and lines of a text.
std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto line = text.find('\n');
    const auto stop = text.find(". ");
    const auto end = std::min({line, stop == text.npos ? stop : stop + 1, text.size()});
    const auto sentence = text::trim(text.substr(0, end));
    if (!sentence.empty()) out.emplace_back(sentence);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// Further down, or as an item of a list has it.
std::string broken_program(std::string_view text, bool indented) {
  if (!indented) return fmt::format("\n\n{}", text);
  return fmt::format("\n  {}", fmt::join(text::lines(text), "\n  "));
}

}  // namespace

Spoiler::Spoiler(Reply reply, const format::BatchFormat& format, const AnswerWriter& writer,
                 Random random)
    : reply_(reply), format_(format), writer_(writer), random_(random), answers_(reply.answers) {
  set_lines();
}

std::optional<Spoiler::Spoiled> Spoiler::spoil(ContentFault fault) {
  auto text = spoiled_text(fault);
  if (!text) return std::nullopt;
  return Spoiled{*std::move(text), std::move(answers_)};
}

Spoiler::Text Spoiler::spoiled_text(ContentFault fault) {
  switch (fault) {
    case ContentFault::drop:
      return drop();
    case ContentFault::swap:
      return swap();
    case ContentFault::duplicate:
      return duplicate();
    case ContentFault::conflict:
      return conflict();
    case ContentFault::renumber:
      return renumber();
    case ContentFault::preamble:
      return preamble();
    case ContentFault::echo:
      return echo();
    case ContentFault::multi_line:
      return multi_line();
    case ContentFault::refuse:
      return refuse();
    case ContentFault::prose:
      return prose();
    case ContentFault::mislabel:
      return mislabel();
    case ContentFault::cut:
    case ContentFault::block:
      break;
  }
  return std::nullopt;
}

Spoiler::Text Spoiler::drop() {
  lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(any_line()));
  return printed();
}

Spoiler::Text Spoiler::swap() {
  if (lines_.size() < 2) return std::nullopt;
  const auto one = any_line();
  std::swap(lines_[one], lines_[other_line(one)]);
  return printed();
}

Spoiler::Text Spoiler::duplicate() { return repeated(lines_[any_line()]); }

Spoiler::Text Spoiler::conflict() {
  const auto line = any_line();
  const auto contrary = rewritten(line, Manner::contrary);
  if (contrary.text.empty() || contrary.text == answers_[line].text) return std::nullopt;
  return repeated({lines_[line].key, behind_label(contrary.text)});
}

Spoiler::Text Spoiler::renumber() {
  if (reply_.batch.keys == format::Keys::plain) return std::nullopt;
  const auto kinds = lines_.size() < 2 ? 2U : 3U;
  const auto kind = random_.below(kinds);
  if (kind == 2) {
    const auto line = any_line();
    lines_[line].key = lines_[other_line(line)].key;
    return printed();
  }
  for (Line& line : lines_) line.key = kind == 0 ? line.key - 1 : line.key + 1;
  return printed();
}

std::string Spoiler::preamble() {
  const auto opening = openings[random_.below(openings.size())];
  // A blank line would stop a completion at once.
  const auto kind = reply_.api == Api::completions ? 0 : random_.below(4);
  switch (kind) {
    case 1:
      return fmt::format("{}\n\n{}", opening, printed());
    case 2:
      return fmt::format("{}\n```\n{}\n```", opening, printed());
    case 3:
      return fmt::format("<think>\n{}\n</think>\n\n{}", opening, printed());
    default:
      return fmt::format("{}\n{}", opening, printed());
  }
}

std::string Spoiler::echo() {
  const bool apart = reply_.api != Api::completions && random_.below(2) == 0;
  return fmt::format("{}{}{}", reply_.batch.contexts, apart ? "\n\n" : "\n", printed());
}

std::string Spoiler::multi_line() {
  const bool is_text = writer_.values().type() == task::AnswerType::text;
  const bool by_sentence = random_.below(2) == 0 && !is_text;
  const bool indented = random_.below(2) == 0;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    lines_[i].body = broken(answers_[i], by_sentence, indented);
  }
  return printed();
}

std::string Spoiler::refuse() {
  const auto line = any_line();
  answers_[line] = rewritten(line, Manner::refusal);
  set_lines();
  return printed();
}

std::string Spoiler::prose() {
  for (std::size_t i = 0; i < answers_.size(); ++i) answers_[i] = rewritten(i, Manner::prose);
  set_lines();
  return printed();
}

Spoiler::Text Spoiler::mislabel() {
  if (lines_.size() < 2) return std::nullopt;
  if (random_.below(2) == 0) {
    const auto one = any_line();
    std::swap(lines_[one].body, lines_[other_line(one)].body);
    return printed();
  }
  const auto skipped = random_.below(lines_.size() - 1);
  lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(skipped));
  for (std::size_t i = 0; i < lines_.size(); ++i) lines_[i].key = i + 1;
  return printed();
}

std::size_t Spoiler::other_line(std::size_t line) {
  const auto drawn = static_cast<std::size_t>(random_.below(lines_.size() - 1));
  return drawn < line ? drawn : drawn + 1;
}

/// With `line` once more: directly before or behind its key's, or at the end.
std::string Spoiler::repeated(Line line) {
  const auto own = std::ranges::find(lines_, line.key, &Line::key) - lines_.begin();
  const auto size = static_cast<std::ptrdiff_t>(lines_.size());
  const std::array places{own, own + 1, size};
  lines_.insert(lines_.begin() + places[random_.below(places.size())], std::move(line));
  return printed();
}

std::string Spoiler::encoded(const std::string& text) const {
  const auto line = format_.answers({&text, 1}, format::Keys::plain);
  const auto label = format_.primed(format::Keys::plain).size();
  return std::string(text::trim(std::string_view(line).substr(label)));
}

/// With the space or, before a fence, the line break that stands behind the label.
std::string Spoiler::behind_label(const std::string& text) const {
  const auto line = format_.answers({&text, 1}, format::Keys::plain);
  const auto behind = std::string_view(line).substr(format_.primed(format::Keys::plain).size());
  return (behind.starts_with('\n') ? "\n" : " ") + std::string(text::trim(behind));
}

/// The answer on the lines below its label, or each of its sentences on a line.
std::string Spoiler::broken(const WrittenAnswer& answer, bool sentence_by_sentence,
                            bool indented) const {
  if (!format::find_fences(answer.text).empty()) return broken_program(answer.text, indented);
  const std::string_view lead(answer.text.data(), answer.text.size() - answer.closing.size());
  if (!sentence_by_sentence || lead.empty()) {
    const auto text = encoded(answer.text);
    const bool needs_indent = indented || text.find('\n') != text.npos;
    return fmt::format("\n{}{}", needs_indent ? indent : "", text);
  }
  std::vector<std::string> lines;
  for (const auto& sentence : sentences(lead)) lines.push_back(encoded(sentence));
  lines.push_back(encoded(answer.closing));
  return fmt::format(" {}", fmt::join(lines, indented ? "\n    " : "\n"));
}

WrittenAnswer Spoiler::rewritten(std::size_t line, Manner manner) const {
  return writer_.write(reply_.samples[line], reply_.askings[line], manner);
}

void Spoiler::set_lines() {
  lines_.clear();
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    lines_.push_back({i + 1, behind_label(answers_[i].text)});
  }
}

std::string Spoiler::printed() const {
  std::string out;
  for (const Line& line : lines_) {
    if (!out.empty()) out.push_back('\n');
    out += reply_.batch.keys == format::Keys::plain
               ? fmt::format("{}:{}", reply_.label, line.body)
               : fmt::format("{}[{}]:{}", reply_.label, line.key, line.body);
  }
  return out;
}

}  // namespace sheaf::simulate
