// One cell of a report: a run at one batch size, reduced to what comparisons need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "eval/measures.hpp"
#include "eval/scored_run.hpp"

namespace sheaf::eval {

/// What tells cells apart.
struct CellKey {
  int batch_size = 1;
  std::string format;
  std::string grouping;
  std::string model;
  int repeat = 1;
  bool noise = false;  ///< The second run at b = 1.
  bool is_of_variant(const CellKey& other) const {
    return format == other.format && grouping == other.grouping && model == other.model;
  }
};

/// One answer with gold. `row` is the same in every cell of a report.
struct CellAnswer {
  std::int64_t row = 0;
  std::int64_t batch = 0;  ///< It was asked in first, or a number of its own; within the cell.
  bool first_correct = false;
  bool correct = false;
};

bool is_right(const CellAnswer& answer, Pass pass);
/// Its batch, told apart from those of other repeats (from 1).
std::int64_t batch_in(const CellAnswer& answer, std::int64_t repeat);

struct Cell {
  CellKey key;
  std::string name;
  bool simulated = false;
  std::string stopped;  ///< Why it is not complete; empty when it is.
  bool is_priced = false;
  Measures measures;
  Bill bill;
  bool bill_known = false;  ///< A checkpoint told it.
  std::vector<CellAnswer> answers;
  std::vector<std::string> gold_faults;
  std::int64_t unreadable_gold = 0;
  std::int64_t without_result = 0;
};

/// Numbers rows alike in all cells, by their id and how often it stood before.
class RowNumbers {
 public:
  std::int64_t of(const ScoredRow& row);

 private:
  std::unordered_map<std::string, std::int64_t> numbers_;
};

std::vector<CellAnswer> cell_answers(const ScoredRun& run, RowNumbers& numbers);

/// Takes the measures of a scored run; its bill from `store`, where that is not null.
Expected<Cell> make_cell(const task::Task& task, CellKey key, std::string name,
                         const ScoredRun& run, store::Checkpoint* store, RowNumbers& numbers);

/// The run's bill in dollars by kind, without overlap; nullopt without prices.
struct BillParts {
  double input = 0;  ///< With what was written to the cache, at the price of that.
  double cached_input = 0;
  double output = 0;
  double reasoning = 0;
  double embeddings = 0;
  double unknown = 0;  ///< Worst case of attempts whose usage nobody told.
  double total() const { return input + cached_input + output + reasoning + embeddings + unknown; }
};
std::optional<BillParts> bill_parts(const Cell& cell);

/// Of all that was asked, repairs included.
double tokens_per_row(const Cell& cell);
std::optional<double> usd_per_row(const Cell& cell);

}  // namespace sheaf::eval
