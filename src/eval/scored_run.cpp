#include "eval/scored_run.hpp"

#include <expected>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "answer/extract.hpp"
#include "core/text.hpp"
#include "eval/first_replies.hpp"
#include "eval/result_file.hpp"

namespace sheaf::eval {
namespace {

class Scorer {
 public:
  Scorer(const task::Task& task, std::string path, const RowTable* table)
      : task_(task), path_(std::move(path)), table_(table), extractor_(task.answer) {}

  /// The error is the reason alone.
  std::expected<void, std::string> add(StoredResult result) {
    auto shown = row_of(result);
    if (!shown) return std::unexpected(std::move(shown.error()));
    ScoredRow row;
    row.id = std::move(result.id);
    row.occurrence = occurrences_[row.id]++;
    row.text = std::move(result.text);
    row.size = result.size;
    row.position = result.position;
    row.round = result.round;
    read_answer(row, result, shown->choices);
    read_gold(row, result, *shown);
    row.correct = row.answer && row.gold && answer::same_answer(*row.answer, *row.gold);
    run_.rows.push_back(std::move(row));
    shown_.push_back(std::move(*shown));
    return {};
  }

  Expected<ScoredRun> finish(store::Checkpoint* store) {
    if (store == nullptr) {
      for (auto& row : run_.rows) guess_first(row);
      return std::move(run_);
    }
    if (auto done = add_first_answers(task_, *store, shown_, run_.rows); !done) {
      return std::unexpected(done.error());
    }
    for (const auto& row : run_.rows) {
      if (!row.answer || row.first != FirstAnswer::none) continue;
      return fail(ErrorCode::usage,
                  fmt::format("{}: the checkpoint knows no reply for the row \"{}\": it belongs to "
                              "other results; name the right one with --checkpoint",
                              path_, text::display_safe(row.id, 80)));
    }
    run_.first_known = true;
    return std::move(run_);
  }

 private:
  std::expected<task::RenderedRow, std::string> row_of(const StoredResult& result) const {
    if (table_ != nullptr) {
      const auto found = table_->by_id.find(result.id);
      if (found != table_->by_id.end()) return found->second.shown;
      return std::unexpected(
          fmt::format("no row has the id \"{}\"", text::display_safe(result.id, 80)));
    }
    if (!result.input) return task::RenderedRow{};
    auto shown = task::render(task_, *result.input);
    if (!shown) return std::unexpected("`input`: " + shown.error());
    return shown;
  }

  void read_answer(ScoredRow& row, const StoredResult& result,
                   std::span<const std::string> choices) const {
    row.reason = result.reason;
    if (!row.text.empty()) {
      if (auto value = extractor_.read(row.text, choices)) {
        row.answer = std::move(*value);
        row.reason.clear();
      } else if (row.reason.empty()) {
        row.reason = "unparsable";
      }
      return;
    }
    if (result.answer.is_null()) return;
    const auto* text = result.answer.string();
    if (text == nullptr && result.answer.number() == nullptr && !result.answer.boolean()) {
      row.reason = "unparsable";
      return;
    }
    auto value = extractor_.read_gold(text != nullptr ? *text : json::dump(result.answer), choices);
    if (value) {
      row.answer = std::move(*value);
    } else {
      row.reason = "unparsable";
    }
  }

  void read_gold(ScoredRow& row, const StoredResult& result, const task::RenderedRow& shown) {
    if (!shown.gold) return;
    auto gold = extractor_.read_gold(*shown.gold, shown.choices);
    if (gold) {
      row.gold = std::move(*gold);
      ++run_.with_gold;
      return;
    }
    if (++run_.unreadable_gold > most_gold_faults) return;
    run_.gold_faults.push_back(fmt::format("{}: the gold value \"{}\" {}", gold_place(row, result),
                                           text::display_safe(*shown.gold, 80),
                                           gold.error().detail));
  }

  std::string gold_place(const ScoredRow& row, const StoredResult& result) const {
    if (table_ == nullptr) return fmt::format("{}:{}", path_, result.line);
    return fmt::format("{}:{}", table_->name, table_->by_id.at(row.id).line);
  }

  static void guess_first(ScoredRow& row) {
    if (row.round == 0 && row.size == 0) row.round = 1;
    row.first = row.answer && row.round == 1 ? FirstAnswer::answered : FirstAnswer::doubtful;
    row.first_correct = row.first == FirstAnswer::answered && row.correct;
    row.first_size = row.round == 1 ? row.size : 0;
    row.first_position = row.round == 1 ? row.position : 0;
  }

  const task::Task& task_;
  std::string path_;
  const RowTable* table_;
  answer::Extractor extractor_;
  std::unordered_map<std::string, int> occurrences_;
  std::vector<task::RenderedRow> shown_;
  ScoredRun run_;
};

}  // namespace

Expected<ScoredRun> score(const task::Task& task, const std::string& results, const RowTable* table,
                          store::Checkpoint* store) {
  Scorer scorer(task, results, table);
  auto done =
      for_each_result(results, [&](StoredResult result) { return scorer.add(std::move(result)); });
  if (!done) return std::unexpected(done.error());
  auto run = scorer.finish(store);
  if (!run || table == nullptr) return run;
  std::unordered_set<std::string> named;
  for (const auto& row : run->rows) named.insert(row.id);
  run->without_result = table->with_gold_beside(named);
  return run;
}

}  // namespace sheaf::eval
