// Cells that differ in nothing but batch size and repeat, set side by side.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "eval/cell.hpp"
#include "eval/comparison.hpp"
#include "eval/prediction.hpp"
#include "statistics/recommendation.hpp"

namespace sheaf::eval {

/// One batch size: all its repeats together. Means are over the rows of all repeats.
struct SizeReport {
  int batch_size = 1;
  std::vector<const Cell*> cells;  ///< By repeat; only those that came to their end.
  std::optional<statistics::Proportion> first_pass;
  std::optional<statistics::Proportion> final_answers;
  std::optional<Comparison> first_pass_against_single;
  std::optional<Comparison> against_single;
  double tokens_per_row = 0;
  double requests_per_row = 0;
  double ms_per_row = 0;
  std::optional<double> usd_per_row;
  std::optional<Prediction> predicted;
};

struct Variant {
  std::string format;
  std::string grouping;
  std::string model;
  bool simulated = false;
  int repeats = 1;
  std::vector<SizeReport> sizes;    ///< Rising.
  std::optional<Comparison> noise;  ///< The second run at b = 1 against the first.
  /// nullopt where losses cannot be told: no gold, or no run at b = 1.
  std::optional<statistics::Recommendation> recommended;
  std::string sentence;  ///< What to use and why, or why that cannot be said.
};

/// What the formulas say of a cell, from what the run at b = 1 told.
using Predict = std::function<std::optional<Prediction>(const Cell& single, const Cell& here)>;

/// Borrows the cells. `max_loss` is a share. p-values are corrected over all variants together.
std::vector<Variant> make_variants(const std::vector<Cell>& cells, double max_loss,
                                   const Predict& predict);

}  // namespace sheaf::eval
