#include "eval/cell.hpp"

#include <utility>

namespace sheaf::eval {
namespace {

double usd(Money money) { return static_cast<double>(money.picos) / 1e12; }

double per_row(double total, const Cell& cell) {
  return cell.measures.rows == 0 ? 0 : total / static_cast<double>(cell.measures.rows);
}

}  // namespace

bool is_right(const CellAnswer& answer, Pass pass) {
  return pass == Pass::first ? answer.first_correct : answer.correct;
}

std::int64_t batch_in(const CellAnswer& answer, std::int64_t repeat) {
  constexpr std::int64_t per_repeat = std::int64_t{1} << 40;
  return answer.batch + repeat * per_repeat;
}

std::int64_t RowNumbers::of(const ScoredRow& row) {
  // A line break stands in no number, so that no two pairs meet.
  const auto key = std::to_string(row.occurrence) + '\n' + row.id;
  return numbers_.try_emplace(key, std::ssize(numbers_)).first->second;
}

std::vector<CellAnswer> cell_answers(const ScoredRun& run, RowNumbers& numbers) {
  std::vector<CellAnswer> answers;
  std::int64_t place = 0;
  for (const auto& row : run.rows) {
    ++place;
    const auto number = numbers.of(row);
    if (!row.gold) continue;
    answers.push_back({number, batch_of(row, place), row.first_correct, row.correct});
  }
  return answers;
}

Expected<Cell> make_cell(const task::Task& task, CellKey key, std::string name,
                         const ScoredRun& run, store::Checkpoint* store, RowNumbers& numbers) {
  Cell cell;
  cell.key = std::move(key);
  cell.name = std::move(name);
  cell.simulated = task.provider == "simulated";
  cell.is_priced = task.price.has_value();
  cell.measures = measure(task, run);
  cell.answers = cell_answers(run, numbers);
  cell.gold_faults = run.gold_faults;
  cell.unreadable_gold = run.unreadable_gold;
  cell.without_result = run.without_result;
  if (store == nullptr) return cell;
  auto bill = bill_of(task, *store);
  if (!bill) return std::unexpected(bill.error());
  cell.bill = *bill;
  cell.bill_known = true;
  return cell;
}

std::optional<BillParts> bill_parts(const Cell& cell) {
  if (!cell.is_priced) return std::nullopt;
  const auto& told = cell.bill.told;
  return BillParts{usd(told.input + told.cache_write),
                   usd(told.cached_input),
                   usd(told.output),
                   usd(told.reasoning),
                   usd(cell.bill.embeddings),
                   usd(cell.bill.unknown)};
}

double tokens_per_row(const Cell& cell) {
  const auto& bill = cell.bill;
  return per_row(static_cast<double>(bill.usage.input_tokens + bill.usage.output_tokens +
                                     bill.embedding_tokens),
                 cell);
}

std::optional<double> usd_per_row(const Cell& cell) {
  const auto parts = bill_parts(cell);
  if (!parts) return std::nullopt;
  return per_row(parts->total(), cell);
}

}  // namespace sheaf::eval
