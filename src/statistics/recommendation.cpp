#include "statistics/recommendation.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace sheaf::statistics {
namespace {

/// Up to two significant digits.
std::int64_t about(std::int64_t count) {
  std::int64_t unit = 1;
  while (count / unit >= 100) {
    unit *= 10;
  }
  return (count + unit - 1) / unit * unit;
}

void stop_at(Recommendation& result, const SizeCell& cell, double max_loss, double confidence) {
  result.stop = cell.loss.difference < max_loss ? Stop::cannot_tell : Stop::loss_observed;
  result.stopped_at = cell.size;
  result.rows = cell.loss.rows;
  result.observed_loss = cell.loss.difference;
  result.stopped_bound = cell.loss.loss_bound;
  result.rows_needed = rows_needed(cell.loss, max_loss, confidence);
}

}  // namespace

Recommendation recommend(std::span<const SizeCell> cells, double max_loss, double confidence) {
  Recommendation result;
  double cheapest = std::numeric_limits<double>::infinity();
  auto cell = cells.begin();
  for (; cell != cells.end(); ++cell) {
    if (cell->size > 1 && !(cell->loss.loss_bound < max_loss)) break;
    result.largest_admissible = cell->size;
    if (cell->cost_per_row < cheapest) {
      cheapest = cell->cost_per_row;
      result.size = cell->size;
      result.loss_bound = cell->size == 1 ? 0 : cell->loss.loss_bound;
    }
  }
  if (cell == cells.end()) return result;
  stop_at(result, *cell, max_loss, confidence);
  result.cheaper_beyond = std::any_of(
      cell, cells.end(), [&](const SizeCell& other) { return other.cost_per_row < cheapest; });
  return result;
}

std::string sentence(const Recommendation& found, double max_loss) {
  const double points = 100 * max_loss;
  std::string text = fmt::format("Use b = {}", found.size);
  if (found.size > 1) {
    text += fmt::format(
        ": its loss against b = 1 is at most {:.1f} points with 95 % confidence; "
        "{:.3g} are allowed",
        100 * std::max(0.0, found.loss_bound), points);
  } else if (found.largest_admissible > 1) {
    text += fmt::format(": up to b = {} the loss stays below {:.3g} points, but none costs less",
                        found.largest_admissible, points);
  }
  text += '.';
  if (found.stop == Stop::all_admissible) return text;
  if (!found.cheaper_beyond) return text + " No other size that was run costs less.";
  const auto at = found.stopped_at;
  if (found.rows == 0) return text + fmt::format(" b = {} was not compared with b = 1.", at);
  if (found.stop == Stop::loss_observed) {
    text += fmt::format(" b = {} lost {:.3g} points on {} rows", at, 100 * found.observed_loss,
                        found.rows);
  } else {
    text += fmt::format(" Of b = {} one cannot tell with {} rows (it may lose {:.1f} points); ", at,
                        found.rows, 100 * found.stopped_bound);
    text += found.rows_needed ? fmt::format("about {} would do", about(*found.rows_needed))
                              : std::string("no number in reach would do");
  }
  return text + "; sizes above it are not considered.";
}

}  // namespace sheaf::statistics
