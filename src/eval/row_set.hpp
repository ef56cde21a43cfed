// The rows that a report is of, and what their gold values leave to be desired.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "eval/cell.hpp"
#include "task/task.hpp"

namespace sheaf::eval {

struct RowSet {
  std::int64_t rows = 0;
  std::int64_t with_gold = 0;
  std::int64_t unreadable_gold = 0;
  std::vector<std::string> gold_faults;     ///< The first of these, "FILE:LINE: why".
  std::vector<std::string> absent_classes;  ///< Of the task's classes those that are no row's gold.
};

/// Of a run that came to its end.
RowSet row_set_of(const Cell& cell);

/// Adds up rows whose gold values can be read. Borrows the task.
class RowSetCounter {
 public:
  explicit RowSetCounter(const task::Task& task) : task_(task) {}
  /// `gold` is null for a row without; `choices` are the row's own.
  void add(const json::Value* gold, const std::vector<std::string>& choices);
  RowSet finish() const;

 private:
  const task::Task& task_;
  RowSet set_;
  std::set<std::string> golds_;
  std::size_t most_choices_ = 1;
};

}  // namespace sheaf::eval
