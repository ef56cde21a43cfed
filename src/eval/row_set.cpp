#include "eval/row_set.hpp"

#include <algorithm>

namespace sheaf::eval {

RowSet row_set_of(const Cell& cell) {
  const auto& measures = cell.measures;
  RowSet set{measures.rows, measures.gold_rows, cell.unreadable_gold, cell.gold_faults, {}};
  for (const auto& one : measures.classes) {
    if (one.n == 0) set.absent_classes.push_back(one.name);
  }
  return set;
}

void RowSetCounter::add(const json::Value* gold, const std::vector<std::string>& choices) {
  ++set_.rows;
  most_choices_ = std::max(most_choices_, choices.size());
  if (gold == nullptr) return;
  ++set_.with_gold;
  golds_.insert(class_name(*gold));
}

RowSet RowSetCounter::finish() const {
  auto set = set_;
  if (set.with_gold == 0) return set;
  const char last = static_cast<char>('a' + std::min<std::size_t>(most_choices_, 26) - 1);
  for (const auto& name : classes_of(task_, last)) {
    if (!golds_.contains(name)) set.absent_classes.push_back(name);
  }
  return set;
}

}  // namespace sheaf::eval
