#include "eval/measures.hpp"

#include <algorithm>
#include <variant>

#include "core/json.hpp"

namespace sheaf::eval {
namespace {

/// The last letter that is gold or an answer.
char last_letter(const ScoredRun& run) {
  std::string last = "a";
  for (const auto& row : run.rows) {
    if (row.gold) last = std::max(last, class_name(*row.gold));
    if (row.answer) last = std::max(last, class_name(*row.answer));
  }
  return last.front();
}

class ConfusionCounter {
 public:
  explicit ConfusionCounter(std::vector<std::string> classes) {
    for (const auto& name : classes) place_.emplace(name, place_.size());
    const auto count = classes.size();
    table_.counts.assign(count, std::vector<std::int64_t>(count + 2));
    table_.classes = std::move(classes);
  }

  void add(const ScoredRow& row) {
    const auto gold = place_.find(class_name(*row.gold));
    if (gold == place_.end()) return;
    auto& counts = table_.counts[gold->second];
    if (!row.answer) {
      ++counts.back();
      return;
    }
    const auto answer = place_.find(class_name(*row.answer));
    ++counts[answer == place_.end() ? table_.classes.size() : answer->second];
  }

  Confusion finish() { return std::move(table_); }

 private:
  std::map<std::string, std::size_t> place_;
  Confusion table_;
};

std::vector<ClassMeasure> by_class(const Confusion& table) {
  std::vector<ClassMeasure> classes;
  for (std::size_t i = 0; i < table.classes.size(); ++i) {
    ClassMeasure one{.name = table.classes[i]};
    for (const auto count : table.counts[i]) one.n += count;
    one.correct = table.counts[i][i];
    for (const auto& counts : table.counts) one.answers += counts[i];
    classes.push_back(std::move(one));
  }
  return classes;
}

Rates count_rates(const ScoredRun& run) {
  Rates rates;
  for (const auto& row : run.rows) {
    const bool came = row.first != FirstAnswer::none;
    for (auto* rate : {&rates.missing, &rates.doubtful, &rates.truncated}) rate->n += came;
    rates.missing.count += row.first == FirstAnswer::missing;
    rates.doubtful.count += row.first == FirstAnswer::doubtful;
    rates.truncated.count += row.first == FirstAnswer::truncated;
    rates.repaired.count += row.answer && row.first != FirstAnswer::answered;
    rates.failed.count += !row.answer;
  }
  rates.repaired.n = rates.failed.n = std::ssize(run.rows);
  return rates;
}

std::vector<PositionMeasure> by_position(const ScoredRun& run) {
  std::map<int, PositionMeasure> positions;
  std::map<int, std::vector<statistics::Observation>> answers;
  std::int64_t number = 0;
  for (const auto& row : run.rows) {
    ++number;
    if (row.first_position == 0) continue;
    auto& at = positions[row.first_position];
    at.position = row.first_position;
    ++at.n;
    ++at.doubtful.n;
    at.doubtful.count += row.first != FirstAnswer::answered;
    // At one place every batch has one row: they are independent of each other.
    if (row.gold) answers[row.first_position].push_back({number, number, row.first_correct});
  }
  std::vector<PositionMeasure> list;
  for (auto& [position, measure] : positions) {
    const auto found = answers.find(position);
    if (found != answers.end()) measure.first_pass = statistics::proportion(found->second);
    list.push_back(measure);
  }
  return list;
}

std::vector<RoundMeasure> by_round(const ScoredRun& run) {
  std::map<int, RoundMeasure> rounds;
  for (const auto& row : run.rows) {
    if (!row.answer) continue;
    auto& at = rounds[std::max(row.round, 1)];
    at.round = std::max(row.round, 1);
    ++at.answered;
    at.correct += row.correct;
  }
  std::vector<RoundMeasure> list;
  list.reserve(rounds.size());
  for (const auto& [round, measure] : rounds) list.push_back(measure);
  return list;
}

}  // namespace

std::string class_name(const json::Value& value) {
  const auto* text = value.string();
  return text != nullptr ? *text : json::dump(value);
}

std::vector<std::string> classes_of(const task::Task& task, char last) {
  if (task.answer.type == task::AnswerType::boolean) return {"true", "false"};
  if (const auto* own = std::get_if<std::vector<std::string>>(&task.answer.choices)) return *own;
  if (!std::holds_alternative<task::ChoiceColumn>(task.answer.choices)) return {};
  std::vector<std::string> letters;
  for (char letter = 'a'; letter <= last; ++letter) letters.emplace_back(1, letter);
  return letters;
}

std::int64_t batch_of(const ScoredRow& row, std::int64_t number) {
  return row.first_batch != 0 ? row.first_batch : -number;
}

std::vector<statistics::Observation> observations(const ScoredRun& run, Pass pass) {
  std::vector<statistics::Observation> list;
  std::int64_t number = 0;
  for (const auto& row : run.rows) {
    ++number;
    if (!row.gold) continue;
    list.push_back(
        {number, batch_of(row, number), pass == Pass::first ? row.first_correct : row.correct});
  }
  return list;
}

Measures measure(const task::Task& task, const ScoredRun& run) {
  Measures found;
  found.rows = std::ssize(run.rows);
  found.gold_rows = run.with_gold;
  ConfusionCounter confusion(classes_of(task, last_letter(run)));
  for (const auto& row : run.rows) {
    found.made_smaller += row.first_round > 1 ? 1 : 0;
    if (row.answer) {
      ++found.answered;
    } else {
      ++found.failures[row.reason];
    }
    if (!row.gold) continue;
    confusion.add(row);
    found.among_answered.n += row.answer.has_value();
    found.among_answered.count += row.correct;
  }
  found.rates = count_rates(run);
  found.positions = by_position(run);
  found.rounds = by_round(run);
  if (run.with_gold == 0) return found;
  found.first_pass = statistics::proportion(observations(run, Pass::first));
  found.final_answers = statistics::proportion(observations(run, Pass::final_answers));
  auto table = confusion.finish();
  if (table.classes.empty()) return found;
  found.classes = by_class(table);
  found.confusion = std::move(table);
  return found;
}

}  // namespace sheaf::eval
