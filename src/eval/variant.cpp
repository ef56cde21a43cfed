#include "eval/variant.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace sheaf::eval {
namespace {

/// A size of whose rows more were asked in smaller prompts is not recommended.
constexpr double most_made_smaller = 0.05;

statistics::Proportion pooled(const std::vector<const Cell*>& cells, Pass pass) {
  std::vector<statistics::Observation> all;
  std::int64_t repeat = 0;
  for (const auto* cell : cells) {
    ++repeat;
    for (const auto& answer : cell->answers) {
      all.push_back({answer.row, batch_in(answer, repeat), is_right(answer, pass)});
    }
  }
  return statistics::proportion(all);
}

void add_means(SizeReport& size) {
  std::int64_t rows = 0;
  double tokens = 0;
  double usd = 0;
  bool priced = !size.cells.empty();
  for (const auto* cell : size.cells) {
    const auto count = cell->measures.rows;
    rows += count;
    tokens += tokens_per_row(*cell) * static_cast<double>(count);
    size.requests_per_row += static_cast<double>(cell->bill.requests);
    size.ms_per_row += static_cast<double>(cell->bill.wall_ms);
    const auto cost = usd_per_row(*cell);
    priced = priced && cost;
    if (cost) usd += *cost * static_cast<double>(count);
  }
  if (rows == 0) return;
  const auto all = static_cast<double>(rows);
  size.tokens_per_row = tokens / all;
  size.requests_per_row /= all;
  size.ms_per_row /= all;
  if (priced) size.usd_per_row = usd / all;
}

/// Cells of the repeats that both sizes have.
struct Matched {
  std::vector<const Cell*> base;
  std::vector<const Cell*> other;
};

Matched match(const SizeReport& base, const SizeReport& other) {
  Matched matched;
  for (const auto* one : base.cells) {
    const auto same = [&](const Cell* cell) { return cell->key.repeat == one->key.repeat; };
    const auto found = std::ranges::find_if(other.cells, same);
    if (found == other.cells.end()) continue;
    matched.base.push_back(one);
    matched.other.push_back(*found);
  }
  return matched;
}

/// Cells of one variant, by size; noise apart.
Variant gather(const std::vector<Cell>& cells, const CellKey& of, const Predict& predict) {
  Variant variant;
  variant.format = of.format;
  variant.grouping = of.grouping;
  variant.model = of.model;
  std::map<int, std::vector<const Cell*>> by_size;
  const Cell* second = nullptr;
  for (const auto& cell : cells) {
    if (!cell.key.is_of_variant(of)) continue;
    variant.simulated = variant.simulated || cell.simulated;
    variant.repeats = std::max(variant.repeats, cell.key.repeat);
    if (cell.key.noise) {
      if (cell.stopped.empty()) second = &cell;
      continue;
    }
    auto& mine = by_size[cell.key.batch_size];
    if (cell.stopped.empty()) mine.push_back(&cell);
  }
  for (auto& [size, list] : by_size) {
    SizeReport report;
    report.batch_size = size;
    report.cells = std::move(list);
    std::ranges::sort(report.cells, {}, [](const Cell* cell) { return cell->key.repeat; });
    if (!report.cells.empty() && !report.cells.front()->answers.empty()) {
      report.first_pass = pooled(report.cells, Pass::first);
      report.final_answers = pooled(report.cells, Pass::final_answers);
    }
    add_means(report);
    variant.sizes.push_back(std::move(report));
  }
  if (variant.sizes.empty() || variant.sizes.front().batch_size != 1) return variant;
  const auto& single = variant.sizes.front();
  if (single.cells.empty()) return variant;
  if (second != nullptr) {
    variant.noise = compare({&single.cells.front(), 1}, {&second, 1}, Pass::final_answers);
  }
  for (auto& size : variant.sizes) {
    if (size.cells.empty()) continue;
    size.predicted = predict(*single.cells.front(), *size.cells.front());
    if (size.batch_size == 1) continue;
    const auto matched = match(single, size);
    size.first_pass_against_single = compare(matched.base, matched.other, Pass::first);
    size.against_single = compare(matched.base, matched.other, Pass::final_answers);
  }
  return variant;
}

/// Whether what was measured is of prompts of this size, and can be compared.
bool is_measured(const SizeReport& size) {
  if (size.batch_size == 1) return true;
  if (!size.against_single) return false;
  return std::ranges::none_of(size.cells, [](const Cell* cell) {
    const auto& found = cell->measures;
    return static_cast<double>(found.made_smaller) >
           most_made_smaller * static_cast<double>(found.rows);
  });
}

void recommend_for(Variant& variant, double max_loss) {
  const bool comparable = !variant.sizes.empty() && variant.sizes.front().batch_size == 1 &&
                          variant.sizes.front().final_answers;
  if (!comparable) {
    variant.sentence =
        "No batch size can be recommended: that takes rows with gold values and a run at b = 1.";
    return;
  }
  if (variant.sizes.size() == 1) {
    variant.sentence = "No batch size can be recommended: only b = 1 was run.";
    return;
  }
  const auto end = std::ranges::find_if_not(variant.sizes, is_measured);
  const bool priced = std::all_of(variant.sizes.begin(), end, [](const SizeReport& size) {
    return size.usd_per_row.has_value();
  });
  const bool told = std::all_of(variant.sizes.begin(), end,
                                [](const SizeReport& size) { return size.tokens_per_row > 0; });
  std::vector<statistics::SizeCell> sizes;
  for (auto size = variant.sizes.begin(); size != end; ++size) {
    const auto cost = priced ? *size->usd_per_row
                      : told ? size->tokens_per_row
                             : size->requests_per_row;
    sizes.push_back({size->batch_size, cost,
                     size->against_single ? size->against_single->loss : statistics::Difference{}});
  }
  if (end != variant.sizes.end()) sizes.push_back({end->batch_size, 0, {}});
  variant.recommended = statistics::recommend(sizes, max_loss);
  variant.sentence = statistics::sentence(*variant.recommended, max_loss);
  if (!priced && !told) {
    variant.sentence += " No tokens were told: what takes the fewest requests counts as cheapest.";
  }
}

}  // namespace

std::vector<Variant> make_variants(const std::vector<Cell>& cells, double max_loss,
                                   const Predict& predict) {
  std::vector<Variant> variants;
  for (const auto& cell : cells) {
    const auto known = [&](const Variant& variant) {
      return cell.key.is_of_variant({1, variant.format, variant.grouping, variant.model});
    };
    if (std::ranges::none_of(variants, known)) variants.push_back(gather(cells, cell.key, predict));
  }
  std::vector<Comparison*> first;
  std::vector<Comparison*> last;
  for (auto& variant : variants) {
    for (auto& size : variant.sizes) {
      if (size.first_pass_against_single) first.push_back(&*size.first_pass_against_single);
      if (size.against_single) last.push_back(&*size.against_single);
    }
    recommend_for(variant, max_loss);
  }
  correct_for_many(first);
  correct_for_many(last);
  return variants;
}

}  // namespace sheaf::eval
