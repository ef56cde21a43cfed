#include "eval/wrong_answers.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "eval/first_replies.hpp"

namespace sheaf::eval {

Expected<std::vector<WrongAnswer>> wrong_answers(const ScoredRun& run, const std::string& cell,
                                                 const Cell* single, RowNumbers& numbers,
                                                 store::Checkpoint* store) {
  std::unordered_set<std::int64_t> right_alone;
  if (single != nullptr) {
    for (const auto& answer : single->answers) {
      if (answer.correct) right_alone.insert(answer.row);
    }
  }
  std::vector<const ScoredRow*> broken;
  std::vector<const ScoredRow*> others;
  for (const auto& row : run.rows) {
    if (!row.gold || row.correct) continue;
    auto& list = right_alone.contains(numbers.of(row)) ? broken : others;
    if (list.size() < most_wrong_answers) list.push_back(&row);
  }
  broken.insert(broken.end(), others.begin(), others.end());
  broken.resize(std::min(broken.size(), most_wrong_answers));
  std::vector<WrongAnswer> wrong;
  std::vector<std::string> ids;
  for (const auto* row : broken) {
    wrong.push_back({cell, *row, {}, {}});
    ids.push_back(row->id);
  }
  if (store == nullptr) return wrong;
  auto exchanges = last_exchanges(*store, ids);
  if (!exchanges) return std::unexpected(exchanges.error());
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    wrong[i].prompt = std::move((*exchanges)[i].prompt);
    wrong[i].reply = std::move((*exchanges)[i].reply);
  }
  return wrong;
}

}  // namespace sheaf::eval
