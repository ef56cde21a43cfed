#include "format/pieces.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <ranges>

#include "core/text.hpp"
#include "format/escape.hpp"
#include "format/line_kinds.hpp"

namespace sheaf::format {
namespace {

using Lines = std::vector<std::string_view>;

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

  void drop_epilogue() {
    if (regions_.size() < 3 || !boundaries_.back().answers()) return;
    bool others = false;
    for (std::size_t i = 0; i + 1 < boundaries_.size(); ++i) {
      if (!boundaries_[i].answers()) continue;
      if (epilogue_at(of(i))) return;
      others |= !std::ranges::all_of(of(i), is_blank);
    }
    const auto cut = epilogue_at(regions_.back());
    if (others && cut) regions_.back().resize(*cut);
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
      if (open) {
        wrapping.push_back(i);
        if (region + 1 == regions_.size()) lines.resize(i + 1);
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

  /// The first line that parts a paragraph from an unindented one after it.
  static std::optional<std::size_t> epilogue_at(const Lines& lines) {
    bool text = false;
    std::optional<std::size_t> parting;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (text && parts_paragraphs(lines[i])) {
        if (!parting) parting = i;
      } else if (!is_blank(lines[i])) {
        if (parting && !is_indented(lines[i])) return parting;
        parting.reset();
        text = true;
      }
    }
    return std::nullopt;
  }

  std::span<const Boundary> boundaries_;
  std::vector<Lines> regions_;
};

bool is_loose(std::string_view line) { return !is_blank(line) && !is_indented(line); }

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
                              const LabelScanner& scanner) {
  Regions regions(body, boundaries);
  std::vector<Piece> pieces(boundaries.size());
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    pieces[i].loose_lines = has_loose_lines(regions.of(i));
  }
  regions.drop_wrapping_fences();
  regions.drop_lead_ins();
  regions.drop_epilogue();
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    if (!boundaries[i].answers()) continue;
    Lines& lines = regions.of(i);
    close_emphasis(lines, boundaries[i].closer);
    if (!lines.empty()) pieces[i].text = text::trim(unescape_answer(joined(lines), scanner));
  }
  return pieces;
}

}  // namespace sheaf::format
