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
/// Begins and ends what stands in a fence's place: no text of UTF-8 has it. Twice, it is itself.
constexpr char stand_in = '\xFF';

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

/// Where in `line` stands what may be meant as a fence: an odd one of "`", or "~" behind layout.
std::optional<std::size_t> stray_fence(std::string_view line) {
  std::optional<std::size_t> found;
  bool inline_code = false;
  for_each_run(line, [&](std::size_t at) {
    const bool tildes = line[at] == '~';
    if (tildes && line.find_first_not_of(" \t>|-*+.()0123456789") != at) return;
    if (tildes || !inline_code) found = std::min(found.value_or(at), at);
    if (tildes) return;
    inline_code = !inline_code;
    if (!inline_code) found.reset();
  });
  return found;
}

bool may_hold_fence(std::string_view text) {
  return text.find("```") != text.npos || text.find("~~~") != text.npos;
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
    begin_ = begin;
    code_ = std::min(end + 1, text_.size());
    if (!opener_ && scanner_ != nullptr) see_reply_line(line);
  }

  void see_reply_line(std::string_view line) {
    const std::size_t at = behind_key(line, *scanner_);
    if (at != line.npos) opener_ = opener_at_front(line.substr(at));
    if (opener_) {
      begin_ += at;
    } else if (const auto stray = stray_fence(line)) {
      begin_ += *stray;
      opener_ = Opener{'`', text_.size()};
    }
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

void append_doubled(std::string& out, std::string_view text) {
  for (const char c : text) {
    out.push_back(c);
    if (c == stand_in) out.push_back(c);
  }
}

/// The bytes of `out` that are left when the spaces its last line ends with are taken off.
std::size_t without_indentation(std::string_view out) {
  const std::size_t text = out.find_last_not_of(' ');
  const std::size_t end = text == out.npos ? 0 : text + 1;
  return end == 0 || out[end - 1] == '\n' ? end : out.size();
}

}  // namespace

std::vector<Fence> find_fences(std::string_view text) {
  return may_hold_fence(text) ? Walk(text, nullptr).run() : std::vector<Fence>();
}

std::vector<Fence> find_fences(std::string_view reply, const LabelScanner& scanner) {
  return may_hold_fence(reply) ? Walk(reply, &scanner).run() : std::vector<Fence>();
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

std::size_t thought_line_end(std::string_view text, const LabelScanner& scanner) {
  std::string outside(text);
  for (const Fence& fence : find_fences(text, scanner)) {
    if (!fence.closed) continue;
    outside.replace(fence.begin, fence.end - fence.begin, fence.end - fence.begin, ' ');
  }
  outside.resize(unopened_thought_length(outside));
  const std::string_view thought(outside);
  const std::size_t line = thought.rfind('\n');
  const bool alone =
      text::trim(thought.substr(line + 1)).size() == std::string_view("</think>").size();
  const std::size_t rest = text.find('\n', thought.size());
  const auto behind = text.substr(thought.size(), rest - thought.size());
  return alone && text::trim(behind).empty() ? thought.size() : 0;
}

FencesOut::FencesOut(std::string_view text) {
  std::vector<Fence> fences = find_fences(text);
  std::erase_if(fences, [](const Fence& fence) { return !fence.closed; });
  take_out(text, fences);
}

FencesOut::FencesOut(std::string_view reply, const LabelScanner& scanner) {
  take_out(reply, find_fences(reply, scanner));
}

void FencesOut::take_out(std::string_view text, const std::vector<Fence>& fences) {
  std::size_t copied = 0;
  for (const Fence& fence : fences) {
    append_doubled(text_, text.substr(copied, fence.begin - copied));
    const bool own_line = fence.begin == 0 || text[fence.begin - 1] == '\n';
    const std::string_view indentation = own_line ? continuation : "";
    text_ += fmt::format("{}{}{}{}", indentation, stand_in, blocks_.size(), stand_in);
    blocks_.push_back(
        {std::string(text.substr(fence.begin, fence.end - fence.begin)), fence.closed});
    copied = fence.end;
  }
  append_doubled(text_, text.substr(copied));
}

/// Calls `see` with each block of `part`, or nullptr for a byte that means itself, and where in
/// `part` what stands for it begins and ends.
template <typename See>
void FencesOut::for_each_stand_in(std::string_view part, See see) const {
  for (std::size_t at = part.find(stand_in); at != part.npos; at = part.find(stand_in, at)) {
    const std::size_t end = std::min(part.find(stand_in, at + 1), part.size() - 1);
    std::size_t index = blocks_.size();
    std::from_chars(part.data() + at + 1, part.data() + end, index);
    see(index < blocks_.size() ? &blocks_[index] : nullptr, at, end + 1);
    at = end + 1;
  }
}

std::string FencesOut::restored(std::string_view part) const {
  std::string out;
  std::size_t copied = 0;
  for_each_stand_in(part, [&](const Block* block, std::size_t begin, std::size_t end) {
    out.append(part, copied, begin - copied);
    copied = end;
    if (block == nullptr) return out.push_back(stand_in);
    out.resize(without_indentation(out));
    out.append(block->text);
  });
  return out.append(part, copied);
}

FencesOut::Count FencesOut::count(std::string_view part, const LabelScanner& scanner) const {
  Count count;
  for_each_stand_in(part, [&](const Block* block, std::size_t, std::size_t) {
    if (block == nullptr) return;
    ++(block->closed ? count.closed : count.open);
    count.holds_key |= std::ranges::any_of(
        scanner.scan(block->text), [](const Mark& mark) { return mark.answer && mark.colon; });
  });
  return count;
}

}  // namespace sheaf::format
