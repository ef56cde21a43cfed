#include "format/pieces.hpp"

#include <algorithm>
#include <cstddef>
#include <ranges>

#include "core/text.hpp"
#include "format/escape.hpp"
#include "format/line_kinds.hpp"

namespace sheaf::format {
namespace {

using Lines = std::vector<std::string_view>;

bool is_loose(std::string_view line) { return !is_blank(line) && !is_indented(line); }

/// The regions of a reply: [0] is the preamble, [i + 1] what follows boundary i.
class Regions {
 public:
  Regions(std::string_view body, std::span<const Boundary> boundaries) : boundaries_(boundaries) {
    std::size_t begin = 0;
    for (const Boundary& boundary : boundaries) {
      add(body, begin, boundary.begin);
      begin = boundary.end;
    }
    add(body, begin, body.size());
  }

  Lines& of(std::size_t boundary) { return regions_[boundary + 1]; }

  void drop_wrapping_fences() {
    bool open = false;
    for (std::size_t region = 0; region < regions_.size(); ++region) {
      open = drop_fences(region, open);
    }
  }

  void drop_lead_ins() {
    for (std::size_t region = 1; region < regions_.size(); ++region) {
      Lines& lines = regions_[region];
      const bool last = region + 1 == regions_.size();
      while (lines.size() > 1 && (last ? ends_with_rule(lines) : ends_with_lead_in(lines))) {
        lines.pop_back();
      }
    }
  }

  /// Takes off the last answer what may not belong to it.
  Lines take_tail() {
    if (boundaries_.empty() || !boundaries_.back().answers()) return {};
    Lines& lines = regions_.back();
    const std::size_t first = first_said(lines);
    std::size_t cut = std::min({parting_at(lines), fence_end_, lines.size()});
    if (!others_run_on()) cut = std::min(cut, loose_at(lines, first));
    if (cut <= first) return {};
    Lines tail(lines.begin() + static_cast<std::ptrdiff_t>(cut), lines.end());
    lines.resize(cut);
    return tail;
  }

  /// How the last answer's lines, without its tail, compare with those of the others.
  RunOn run_on() const {
    const std::size_t last = loose_count(regions_.back());
    if (boundaries_.empty() || !boundaries_.back().answers() || last == 0) return RunOn::no;
    for (std::size_t i = 0; i + 1 < boundaries_.size(); ++i) {
      if (boundaries_[i].answers() && loose_count(regions_[i + 1]) < last) {
        return RunOn::beyond_others;
      }
    }
    return RunOn::like_others;
  }

 private:
  void add(std::string_view body, std::size_t begin, std::size_t end) {
    regions_.push_back(text::lines(body.substr(begin, end - begin)));
  }

  bool starts_with_code(std::size_t region) const {
    return region > 0 && !regions_[region].empty() &&
           text::trim(regions_[region][0]).starts_with("```");
  }

  /// Removes the fences of one region that pair with those of another. `open` tells whether a fence
  /// of an earlier region is open at its start; returns whether one is at its end.
  bool drop_fences(std::size_t region, bool open) {
    Lines& lines = regions_[region];
    std::vector<std::size_t> wrapping;
    std::size_t opener = 0;
    bool code = !open && starts_with_code(region);
    for (std::size_t i = region == 0 ? 0 : 1; i < lines.size(); ++i) {
      if (!is_fence(lines[i])) continue;
      if (open && region + 1 == regions_.size()) {
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
        fence_end_ = i;
        return false;
      }
      if (open) {
        wrapping.push_back(i);
      } else {
        opener = i;
        code = !code;
      }
      open = false;
    }
    const bool unclosed = code && (opener > 0 || (region == 0 && !lines.empty()));
    if (unclosed) wrapping.push_back(opener);
    for (const std::size_t line : std::views::reverse(wrapping)) {
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line));
    }
    return unclosed || open;
  }

  static bool ends_with_rule(const Lines& lines) {
    return parts_paragraphs(lines.back()) || is_rule(lines.back());
  }

  static bool ends_with_lead_in(const Lines& lines) {
    if (ends_with_rule(lines) || is_heading(lines.back())) return true;
    return is_lead_in(lines.back()) && parts_paragraphs(lines[lines.size() - 2]);
  }

  /// The first line that holds a text.
  static std::size_t first_said(const Lines& lines) {
    return static_cast<std::size_t>(std::ranges::find_if_not(lines, is_blank) - lines.begin());
  }

  /// The first line that parts a text from an unindented one after it: blank, or a rule.
  static std::size_t parting_at(const Lines& lines) {
    std::size_t parting = lines.size();
    for (std::size_t i = first_said(lines) + 1; i < lines.size(); ++i) {
      if (parts_paragraphs(lines[i]) || is_rule(lines[i])) {
        parting = std::min(parting, i);
      } else if (!is_blank(lines[i])) {
        if (parting < i && !is_indented(lines[i])) return parting;
        parting = lines.size();
      }
    }
    return lines.size();
  }

  static std::size_t loose_at(const Lines& lines, std::size_t first) {
    std::size_t at = std::min(first + 1, lines.size());
    while (at < lines.size() && !is_loose(lines[at])) ++at;
    return at;
  }

  /// How many further lines are not indented.
  static std::size_t loose_count(const Lines& lines) {
    const std::size_t first = std::min(first_said(lines) + 1, lines.size());
    return static_cast<std::size_t>(std::ranges::count_if(
        lines.begin() + static_cast<std::ptrdiff_t>(first), lines.end(), is_loose));
  }

  /// Whether an answer before the last goes on over loose lines, as the last may then do too.
  bool others_run_on() {
    for (std::size_t i = 0; i + 1 < boundaries_.size(); ++i) {
      const Lines& lines = of(i);
      if (boundaries_[i].answers() && loose_at(lines, first_said(lines)) < lines.size())
        return true;
    }
    return false;
  }

  std::span<const Boundary> boundaries_;
  std::vector<Lines> regions_;
  std::size_t fence_end_ = std::string_view::npos;  ///< Line of the last region behind its fence.
};

/// Further lines that the format would have written otherwise, blank ones included.
bool has_loose_lines(Lines lines) {
  while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
  return lines.size() > 1 && !std::all_of(lines.begin() + 1, lines.end(), is_indented);
}

/// Takes `closer` off the end of the text, or else of its first line.
void close_emphasis(Lines& lines, std::string_view closer) {
  while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
  if (closer.empty() || lines.empty()) return;
  for (std::string_view* line : {&lines.back(), &lines.front()}) {
    const std::string_view trimmed = text::trim_right(*line);
    if (!trimmed.ends_with(closer)) continue;
    *line = trimmed.substr(0, trimmed.size() - closer.size());
    return;
  }
}

/// As it stood behind the text; empty when nothing is said in it.
std::string tail_text(const Lines& lines) {
  if (std::ranges::all_of(lines, is_blank)) return {};
  std::string out;
  for (const std::string_view line : lines) out.append("\n").append(line);
  return std::string(text::trim_right(out));
}

/// The lines as one text, without the indentation when all further lines have it.
std::string joined(const Lines& lines) {
  const bool indented = std::none_of(lines.begin() + 1, lines.end(), is_loose);
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out.push_back('\n');
    const bool cut = i > 0 && indented;
    out.append(lines[i].substr(cut ? std::min(continuation.size(), lines[i].size()) : 0));
  }
  return out;
}

}  // namespace

std::vector<Piece> cut_pieces(std::string_view body, std::span<const Boundary> boundaries,
                              const LabelScanner& scanner, int size) {
  Regions regions(body, boundaries);
  std::vector<Piece> pieces(boundaries.size());
  regions.drop_wrapping_fences();
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    pieces[i].loose_lines = has_loose_lines(regions.of(i));
  }
  regions.drop_lead_ins();
  if (size > 1 && !pieces.empty()) {
    pieces.back().tail = unescape_answer(tail_text(regions.take_tail()), scanner);
  }
  if (!pieces.empty()) pieces.back().run_on = regions.run_on();
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    if (!boundaries[i].answers()) continue;
    Lines& lines = regions.of(i);
    close_emphasis(lines, boundaries[i].closer);
    if (!lines.empty()) pieces[i].text = text::trim(unescape_answer(joined(lines), scanner));
  }
  return pieces;
}

}  // namespace sheaf::format
