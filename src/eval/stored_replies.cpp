#include "eval/stored_replies.hpp"

#include <expected>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "answer/extract.hpp"
#include "core/text.hpp"
#include "eval/resettle.hpp"
#include "provider/reply.hpp"
#include "rows/each_row.hpp"
#include "rows/row.hpp"

namespace sheaf::eval {
namespace {

struct StoredReply {
  Completion completion;
  std::vector<std::string> ids;
};

std::expected<StoredReply, std::string> read_reply(const json::Value& fields) {
  StoredReply reply;
  const auto* text = fields.find("text");
  if (text == nullptr || text->string() == nullptr) {
    return std::unexpected("\"text\" must be the reply's text");
  }
  reply.completion.text = *text->string();
  const auto* ids = fields.find("ids");
  if (ids == nullptr || ids->array() == nullptr || ids->array()->empty()) {
    return std::unexpected("\"ids\" must list the rows of the prompt, in its order");
  }
  for (const auto& id : *ids->array()) {
    const auto* number = id.number();
    if (id.string() == nullptr && number == nullptr) {
      return std::unexpected("\"ids\" holds what is no text and no number");
    }
    reply.ids.push_back(number != nullptr ? number->digits : *id.string());
  }
  const auto* finish = fields.find("finish_reason");
  if (finish != nullptr && finish->string() != nullptr) {
    reply.completion.finish = provider::finish_reason_of(*finish->string());
  }
  return reply;
}

class ReplyScorer {
 public:
  ReplyScorer(const task::Task& task, const RowTable& table) : resettler_(task), table_(table) {}

  /// The error is the reason alone.
  std::expected<void, std::string> add(const StoredReply& reply) {
    std::vector<const task::RenderedRow*> members;
    for (const auto& id : reply.ids) {
      const auto found = table_.by_id.find(id);
      if (found == table_.by_id.end()) {
        return std::unexpected(fmt::format("no row has the id \"{}\"", text::display_safe(id, 80)));
      }
      members.push_back(&found->second.shown);
    }
    const auto said = resettler_.settle(members, reply.completion);
    ++replies_;
    for (std::size_t i = 0; i < said.size(); ++i) {
      note(row_of(reply.ids[i], *members[i]), reply, i, said[i]);
    }
    return {};
  }

  ScoredRun finish() {
    run_.first_known = true;
    for (auto& row : run_.rows) {
      row.correct = row.answer && row.gold && answer::same_answer(*row.answer, *row.gold);
    }
    std::unordered_set<std::string> named;
    for (const auto& row : run_.rows) named.insert(row.id);
    run_.without_result = table_.with_gold_beside(named);
    return std::move(run_);
  }

 private:
  ScoredRow& row_of(const std::string& id, const task::RenderedRow& shown) {
    const auto [place, is_new] = places_.try_emplace(id, run_.rows.size());
    if (!is_new) return run_.rows[place->second];
    auto& row = run_.rows.emplace_back();
    row.id = id;
    if (!shown.gold) return row;
    auto gold = resettler_.extractor().read_gold(*shown.gold, shown.choices);
    if (gold) {
      row.gold = std::move(*gold);
      ++run_.with_gold;
    } else if (++run_.unreadable_gold <= most_gold_faults) {
      run_.gold_faults.push_back(
          fmt::format("{}:{}: the gold value \"{}\" {}", table_.name, table_.by_id.at(id).line,
                      text::display_safe(*shown.gold, 80), gold.error().detail));
    }
    return row;
  }

  void note(ScoredRow& row, const StoredReply& reply, std::size_t place, const Said& said) const {
    if (row.answer) return;
    row.text = said.text;
    row.reason = said.reason;
    row.answer = said.value;
    row.size = static_cast<int>(reply.ids.size());
    row.position = static_cast<int>(place) + 1;
    ++row.round;
    if (row.first_batch != 0) return;
    row.first = said.kind;
    row.first_batch = replies_;
    row.first_size = row.size;
    row.first_position = row.position;
    row.first_correct = said.value && row.gold && answer::same_answer(*said.value, *row.gold);
  }

  Resettler resettler_;
  const RowTable& table_;
  std::int64_t replies_ = 0;
  std::unordered_map<std::string, std::size_t> places_;
  ScoredRun run_;
};

}  // namespace

Expected<ScoredRun> score_replies(const task::Task& task, const std::string& replies,
                                  const RowTable& table) {
  auto source = rows::open_rows(replies);
  if (!source) return std::unexpected(source.error());
  ReplyScorer scorer(task, table);
  const auto take = [&](const rows::Row& row) -> std::expected<void, std::string> {
    const auto reply = read_reply(row.fields);
    if (!reply) return std::unexpected(reply.error());
    return scorer.add(*reply);
  };
  const auto done = rows::for_each_row(**source, rows::BadRows::refuse, take);
  if (!done) return std::unexpected(done.error());
  return scorer.finish();
}

}  // namespace sheaf::eval
