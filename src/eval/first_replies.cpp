#include "eval/first_replies.hpp"

#include <unordered_map>
#include <utility>

#include "answer/extract.hpp"
#include "eval/resettle.hpp"

namespace sheaf::eval {
namespace {

using store::SampleNo;

using RowsOfSample = std::unordered_map<SampleNo, std::vector<std::size_t>>;

/// Rows by the sample they became: the k-th row of an id is the k-th with that id.
Expected<RowsOfSample> rows_of_samples(store::Checkpoint& store,
                                       const std::vector<ScoredRow>& rows) {
  std::unordered_map<std::string, std::vector<std::size_t>> by_id;
  for (std::size_t i = 0; i < rows.size(); ++i) by_id[rows[i].id].push_back(i);
  std::unordered_map<std::string, std::size_t> taken;
  RowsOfSample found;
  auto visited = store.for_each_row([&](std::int64_t, std::string_view text, SampleNo sample) {
    const std::string id(text);
    const auto mine = by_id.find(id);
    const auto nth = taken[id]++;
    if (mine == by_id.end() || nth >= mine->second.size()) return;
    found[sample].push_back(mine->second[nth]);
  });
  if (!visited) return std::unexpected(visited.error());
  return found;
}

class Replay {
 public:
  Replay(const task::Task& task, std::span<const task::RenderedRow> shown,
         const RowsOfSample& rows_of, std::vector<ScoredRow>& rows)
      : resettler_(task), shown_(shown), rows_of_(rows_of), rows_(rows) {}

  void take(const store::Attempt& attempt) {
    if (!attempt.end || !attempt.end->fault_reason.empty()) return;
    const auto& samples = attempt.start.samples;
    if (samples.empty() || !brings_news(samples)) return;
    std::vector<const task::RenderedRow*> members;
    for (const auto sample : samples) {
      const auto found = rows_of_.find(sample);
      members.push_back(found == rows_of_.end() ? nullptr : &shown_[found->second.front()]);
    }
    const Completion reply{attempt.end->reply, attempt.end->finish, attempt.end->usage};
    const auto said = resettler_.settle(members, reply);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto found = rows_of_.find(samples[i]);
      if (found == rows_of_.end()) continue;
      for (const auto row : found->second) note(rows_[row], attempt, i, said[i]);
    }
  }

 private:
  bool brings_news(const std::vector<SampleNo>& samples) const {
    for (const auto sample : samples) {
      const auto found = rows_of_.find(sample);
      if (found != rows_of_.end() && rows_[found->second.front()].first_batch == 0) return true;
    }
    return false;
  }

  static void note(ScoredRow& row, const store::Attempt& attempt, std::size_t place,
                   const Said& said) {
    if (row.first_batch != 0) return;
    row.first = said.kind;
    row.first_batch = attempt.number;
    row.first_size = static_cast<int>(attempt.start.samples.size());
    row.first_position = static_cast<int>(place) + 1;
    row.first_round = attempt.start.round;
    row.first_correct = said.value && row.gold && answer::same_answer(*said.value, *row.gold);
  }

  Resettler resettler_;
  std::span<const task::RenderedRow> shown_;
  const RowsOfSample& rows_of_;
  std::vector<ScoredRow>& rows_;
};

}  // namespace

Expected<void> add_first_answers(const task::Task& task, store::Checkpoint& store,
                                 std::span<const task::RenderedRow> shown,
                                 std::vector<ScoredRow>& rows) {
  const auto rows_of = rows_of_samples(store, rows);
  if (!rows_of) return std::unexpected(rows_of.error());
  Replay replay(task, shown, *rows_of, rows);
  return store.for_each_attempt([&](const store::Attempt& attempt) {
    replay.take(attempt);
    return true;
  });
}

Expected<std::vector<LastExchange>> last_exchanges(store::Checkpoint& store,
                                                   std::span<const std::string> ids) {
  std::unordered_map<std::string, std::vector<std::size_t>> wanted;
  for (std::size_t i = 0; i < ids.size(); ++i) wanted[ids[i]].push_back(i);
  RowsOfSample places;
  auto visited = store.for_each_row([&](std::int64_t, std::string_view id, SampleNo sample) {
    const auto found = wanted.find(std::string(id));
    if (found == wanted.end()) return;
    auto& mine = places[sample];
    mine.insert(mine.end(), found->second.begin(), found->second.end());
  });
  if (!visited) return std::unexpected(visited.error());
  std::vector<LastExchange> exchanges(ids.size());
  visited = store.for_each_attempt([&](const store::Attempt& attempt) {
    if (!attempt.end || !attempt.end->fault_reason.empty()) return true;
    for (const auto sample : attempt.start.samples) {
      const auto found = places.find(sample);
      if (found == places.end()) continue;
      for (const auto i : found->second) {
        exchanges[i] = {attempt.start.prompt_rest, attempt.end->reply};
      }
    }
    return true;
  });
  if (!visited) return std::unexpected(visited.error());
  return exchanges;
}

}  // namespace sheaf::eval
