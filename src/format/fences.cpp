#include "format/fences.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/text.hpp"
#include "format/escape.hpp"

namespace sheaf::format {
namespace {

constexpr std::size_t shortest_fence = 3;
constexpr std::size_t most_indentation = 3;
/// Begins and ends what stands in a fence's place: no text of UTF-8 has it.
constexpr char stand_in = '\xFF';
constexpr std::string_view replacement = "\uFFFD";

std::size_t run_length(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of(text[at], at);
  return (end == text.npos ? text.size() : end) - at;
}

bool makes_fences(char c) { return c == '`' || c == '~'; }

/// What opens a fence: its character and how often it stands there.
struct Opener {
  char mark = '`';
  std::size_t length = 0;
};

/// `text` starts with the fence.
std::optional<Opener> opener_at_front(std::string_view text) {
  if (text.empty() || !makes_fences(text.front())) return std::nullopt;
  const std::size_t length = run_length(text, 0);
  if (length < shortest_fence) return std::nullopt;
  const bool inline_code = text.front() == '`' && text.find('`', length) != text.npos;
  return inline_code ? std::nullopt : std::optional(Opener{text.front(), length});
}

/// `line` without its indentation; nullopt where that is too deep.
std::optional<std::string_view> unindented(std::string_view line) {
  const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
  return spaces > most_indentation ? std::nullopt : std::optional(line.substr(spaces));
}

bool closes(std::string_view line, const Opener& opener) {
  const auto text = unindented(line);
  if (!text || text->empty() || text->front() != opener.mark) return false;
  const std::size_t length = run_length(*text, 0);
  return length >= opener.length && text->find_first_not_of(" \t", length) == text->npos;
}

/// Where in `line` a fence may open behind an answer's key.
std::size_t behind_key(std::string_view line, const LabelScanner& scanner) {
  const std::size_t fence = std::min(line.find("```"), line.find("~~~"));
  if (fence == line.npos || fence == 0) return line.npos;
  const std::vector<Mark> marks = scanner.scan(line.substr(0, fence));
  if (marks.empty() || !marks.back().answer || marks.back().escaped) return line.npos;
  return text::trim(line.substr(marks.back().end, fence - marks.back().end)).empty() ? fence
                                                                                     : line.npos;
}

/// One walk over the lines of a text.
class Walk {
 public:
  Walk(std::string_view text, const LabelScanner* scanner) : text_(text), scanner_(scanner) {}

  std::vector<Fence> run() {
    for (std::size_t begin = 0; begin < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      see_line(begin, end);
      begin = end + 1;
    }
    if (opener_) close(text_.size(), text_.size(), false);
    return std::move(fences_);
  }

 private:
  void see_line(std::size_t begin, std::size_t end) {
    const std::string_view line = text_.substr(begin, end - begin);
    if (opener_) {
      if (closes(line, *opener_)) close(begin, end, true);
      return;
    }
    if (const auto plain = unindented(line)) opener_ = opener_at_front(*plain);
    std::size_t at = 0;
    if (!opener_ && scanner_ != nullptr) {
      at = behind_key(line, *scanner_);
      if (at != line.npos) opener_ = opener_at_front(line.substr(at));
    }
    if (!opener_) return;
    begin_ = begin + at;
    code_ = std::min(end + 1, text_.size());
  }

  void close(std::size_t line, std::size_t end, bool closed) {
    fences_.push_back({.begin = begin_,
                       .end = end,
                       .code = text_.substr(code_, std::max(line, code_) - code_),
                       .closed = closed});
    opener_.reset();
  }

  std::string_view text_;
  const LabelScanner* scanner_;
  std::optional<Opener> opener_;
  std::size_t begin_ = 0;
  std::size_t code_ = 0;
  std::vector<Fence> fences_;
};

/// Calls `see` with the byte of each run of "`" or "~" that is long enough for a fence and has no
/// backslash before it.
template <typename See>
void for_each_run(std::string_view text, See see) {
  for (std::size_t at = text.find_first_of("`~"); at != text.npos;
       at = text.find_first_of("`~", at)) {
    const std::size_t length = run_length(text, at);
    const bool escaped = at > 0 && text[at - 1] == '\\';
    if (length >= shortest_fence && !escaped) see(at);
    at += length;
  }
}

void append_without_stand_ins(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == stand_in) {
      out.append(replacement);
    } else {
      out.push_back(c);
    }
  }
}

/// The bytes of `out` that are left when the spaces its last line ends with are taken off.
std::size_t without_indentation(std::string_view out) {
  const std::size_t text = out.find_last_not_of(' ');
  const std::size_t end = text == out.npos ? 0 : text + 1;
  return end == 0 || out[end - 1] == '\n' ? end : out.size();
}

}  // namespace

std::vector<Fence> find_fences(std::string_view text, const LabelScanner* scanner) {
  if (text.find("```") == text.npos && text.find("~~~") == text.npos) return {};
  return Walk(text, scanner).run();
}

bool holds_stray_fence(std::string_view text) {
  return std::ranges::any_of(text::lines(text), [](std::string_view line) {
    std::size_t ticks = 0;
    bool tildes = false;
    for_each_run(line, [&](std::size_t at) {
      if (line[at] == '`') ++ticks;
      tildes |= line[at] == '~';
    });
    return ticks % 2 == 1 || tildes;
  });
}

std::string escape_stray_fences(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for_each_run(text, [&](std::size_t at) {
    out.append(text, copied, at - copied).push_back('\\');
    copied = at;
  });
  return out.append(text, copied);
}

std::string fenced(std::string_view code) {
  std::size_t length = shortest_fence;
  for (std::size_t at = code.find('`'); at != code.npos; at = code.find('`', at)) {
    const std::size_t run = run_length(code, at);
    length = std::max(length, run + 1);
    at += run;
  }
  const std::string fence(length, '`');
  return fmt::format("{0}python\n{1}\n{0}", fence, code);
}

std::string blank_fences(std::string_view text) {
  std::string out(text);
  for (const Fence& fence : find_fences(text)) {
    if (fence.closed)
      out.replace(fence.begin, fence.end - fence.begin, fence.end - fence.begin, ' ');
  }
  return out;
}

FencesOut::FencesOut(std::string_view text, const LabelScanner* scanner, Fences which) {
  std::size_t copied = 0;
  for (const Fence& fence : find_fences(text, scanner)) {
    if (which == Fences::closed && !fence.closed) continue;
    append_without_stand_ins(text_, text.substr(copied, fence.begin - copied));
    const bool own_line = fence.begin == 0 || text[fence.begin - 1] == '\n';
    const std::string_view indentation = own_line ? continuation : "";
    text_ += fmt::format("{}{}{}{}", indentation, stand_in, blocks_.size(), stand_in);
    blocks_.push_back(
        {std::string(text.substr(fence.begin, fence.end - fence.begin)), fence.closed});
    copied = fence.end;
  }
  append_without_stand_ins(text_, text.substr(copied));
}

/// Calls `see` with each block of `part`, and where in it what stands for the block begins and
/// ends.
template <typename See>
void FencesOut::for_each_stand_in(std::string_view part, See see) const {
  for (std::size_t at = part.find(stand_in); at != part.npos; at = part.find(stand_in, at)) {
    const std::size_t end = std::min(part.find(stand_in, at + 1), part.size() - 1);
    std::size_t index = blocks_.size();
    std::from_chars(part.data() + at + 1, part.data() + end, index);
    if (index < blocks_.size()) see(blocks_[index], at, end + 1);
    at = end + 1;
  }
}

std::string FencesOut::restored(std::string_view part) const {
  std::string out;
  std::size_t copied = 0;
  for_each_stand_in(part, [&](const Block& block, std::size_t begin, std::size_t end) {
    out.append(part, copied, begin - copied);
    out.resize(without_indentation(out));
    out.append(block.text);
    copied = end;
  });
  return out.append(part, copied);
}

bool FencesOut::holds_open_fence(std::string_view part) const {
  bool open = false;
  for_each_stand_in(part,
                    [&](const Block& block, std::size_t, std::size_t) { open |= !block.closed; });
  return open;
}

}  // namespace sheaf::format
