#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.hpp"
#include "eval/report.hpp"

namespace sheaf::eval {
namespace {

using Line = std::vector<std::string>;

std::string aligned(const std::vector<Line>& lines) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], line[i].size());
    }
  }
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto room = widths[i] - line[i].size();
      out += "  " + std::string(room, ' ') + line[i];
    }
    out += '\n';
  }
  return out;
}

std::string percent(double share) { return fmt::format("{:.1f}%", 100 * share); }

std::string interval(const std::optional<statistics::Proportion>& found) {
  if (!found) return "-";
  return fmt::format("{} ({:.1f}-{:.1f}){}", percent(found->rate), 100 * found->low,
                     100 * found->high, found->approximate ? "~" : "");
}

/// A loss as the gain that it is not, in points; never "-0.0".
std::string points(double loss) { return fmt::format("{:+.1f}", 0.0 - 100 * loss); }

/// b = 1 is not set against itself.
std::string loss(const SizeReport& size) {
  if (!size.against_single) return size.batch_size == 1 ? "" : "-";
  const auto& found = size.against_single->loss;
  return fmt::format("{} ({} to {})", points(found.difference), points(found.high),
                     points(found.low));
}

std::string loss_below(const SizeReport& size) {
  if (!size.against_single) return size.batch_size == 1 ? "" : "-";
  return fmt::format("{:.1f}", 100 * size.against_single->loss.loss_bound);
}

std::string predicted(const SizeReport& size) {
  if (!size.predicted) return "-";
  const auto& found = *size.predicted;
  return fmt::format("{:.2f}x{}", found.usd_saving.value_or(found.token_saving),
                     found.mark.empty() ? "" : "*");
}

std::string dollars_per_thousand(const std::optional<double>& usd) {
  return usd ? fmt::format("${:.4g}", 1000 * *usd) : "-";
}

std::string saving(double single, double here) {
  return single > 0 && here > 0 ? fmt::format("{:.2f}x", single / here) : "-";
}

struct Counts {
  std::int64_t doubtful = 0;
  std::int64_t failed = 0;
};

Counts counts_of(const SizeReport& size) {
  Counts counts;
  for (const auto* cell : size.cells) {
    const auto& rates = cell->measures.rates;
    counts.doubtful += rates.missing.count + rates.doubtful.count + rates.truncated.count;
    counts.failed += rates.failed.count;
  }
  return counts;
}

/// What the marks in `lines` mean, a line each.
std::string legend(const std::vector<Line>& lines) {
  const auto any = [&](auto&& is_marked) {
    return std::ranges::any_of(
        lines, [&](const Line& line) { return std::ranges::any_of(line, is_marked); });
  };
  std::string out;
  if (any([](const std::string& cell) { return cell.starts_with("> "); })) {
    out += "  > the size to use\n";
  }
  if (any([](const std::string& cell) { return cell.ends_with('~'); })) {
    out += fmt::format("  ~ the interval is approximate: there are fewer than {} batches\n",
                       statistics::enough_batches);
  }
  if (any([](const std::string& cell) { return cell == "-"; })) out += "  - not known\n";
  return out;
}

/// What `*` means, at each size that has it.
std::string prediction_marks(const Variant& variant) {
  std::string out;
  for (const auto& size : variant.sizes) {
    const bool marked = !size.cells.empty() && size.predicted && !size.predicted->mark.empty();
    if (!marked) continue;
    out += fmt::format("  * the prediction at b = {} may be off: {}\n", size.batch_size,
                       size.predicted->mark);
  }
  return out;
}

std::string table(const Variant& variant) {
  std::vector<Line> lines{{"b", "first pass", "final", "against b=1, points", "loss below",
                           "tokens a row", "per 1,000 rows", "saving", "predicted", "requests",
                           "ms a row", "doubts", "failed"}};
  const auto& single = variant.sizes.front();
  for (const auto& size : variant.sizes) {
    if (size.cells.empty()) {
      lines.push_back({fmt::format("{}", size.batch_size), "not complete"});
      continue;
    }
    const bool is_best = variant.recommended && variant.recommended->size == size.batch_size;
    const auto counts = counts_of(size);
    const bool priced = single.usd_per_row && size.usd_per_row;
    lines.push_back({fmt::format("{}{}", is_best ? "> " : "", size.batch_size),
                     interval(size.first_pass), interval(size.final_answers), loss(size),
                     loss_below(size), fmt::format("{:.1f}", size.tokens_per_row),
                     dollars_per_thousand(size.usd_per_row),
                     priced ? saving(*single.usd_per_row, *size.usd_per_row)
                            : saving(single.tokens_per_row, size.tokens_per_row),
                     predicted(size), fmt::format("{:.3f}", size.requests_per_row),
                     fmt::format("{:.1f}", size.ms_per_row), fmt::format("{}", counts.doubtful),
                     fmt::format("{}", counts.failed)});
  }
  return aligned(lines) + legend(lines) + prediction_marks(variant);
}

std::string cell_lines(const Cell& cell) {
  const auto& measures = cell.measures;
  std::vector<Line> lines{{"rows", fmt::format("{}", measures.rows)},
                          {"answered", fmt::format("{}", measures.answered)},
                          {"failed", fmt::format("{}", measures.rows - measures.answered)},
                          {"first pass", interval(measures.first_pass)},
                          {"final", interval(measures.final_answers)}};
  if (cell.bill_known) {
    lines.push_back({"tokens a row", fmt::format("{:.1f}", tokens_per_row(cell))});
    lines.push_back({"per 1,000 rows", dollars_per_thousand(usd_per_row(cell))});
  }
  return aligned(lines) + legend(lines);
}

}  // namespace

std::string report_text(const ReportData& data) {
  std::string out;
  const auto safe = [](std::string_view line) { return text::display_safe(line, 2000); };
  for (const auto& variant : data.variants) {
    out += fmt::format("{}: {}, {}, {} grouping\n\n", safe(data.title),
                       variant.simulated ? "the simulated model" : safe(variant.model),
                       variant.format, variant.grouping);
    out += table(variant);
    if (variant.noise) {
      out += fmt::format("  b = 1 once more: {}\n", sentence(*variant.noise));
    }
    out += fmt::format("\n{}\n\n", safe(variant.sentence));
  }
  if (data.variants.empty()) {
    for (const auto& cell : data.cells) {
      out += fmt::format("{}\n{}\n", safe(cell.name), cell_lines(cell));
    }
  }
  if (data.comparison) {
    out += fmt::format("{} against {}, first answers: {}\n", safe(data.cells[1].name),
                       safe(data.cells[0].name), sentence(*data.first_pass_comparison));
    out += fmt::format("{} against {}, in the end: {}\n\n", safe(data.cells[1].name),
                       safe(data.cells[0].name), sentence(*data.comparison));
  }
  for (const auto& note : data.notes) out += fmt::format("- {}\n", safe(note));
  return out;
}

}  // namespace sheaf::eval
