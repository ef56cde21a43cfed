#include <variant>
#include <vector>

#include <fmt/format.h>

#include <sheaf/tools.hpp>

#include "answer/decoded_value.hpp"
#include "answer/extract.hpp"
#include "core/json.hpp"
#include "format/batch_format.hpp"
#include "provider/reply.hpp"
#include "rows/each_row.hpp"
#include "rows/row.hpp"
#include "run/inspection.hpp"
#include "store/checkpoint.hpp"
#include "task/init.hpp"
#include "task/task.hpp"

namespace sheaf {
namespace {

constexpr std::size_t rows_looked_at = 200;
constexpr std::int64_t most_samples = 1000;

/// One stored reply, as `sheaf decode` reads it.
struct StoredReply {
  json::Value id;
  std::int64_t size = 0;
  std::string text;
  format::ReplyEnd end = format::ReplyEnd::complete;
};

std::expected<StoredReply, std::string> read_reply(const json::Value& fields) {
  StoredReply reply;
  const auto* id = fields.find("id");
  if (id == nullptr) return std::unexpected("no member \"id\"");
  reply.id = *id;
  const auto* size = fields.find("size");
  const auto count = size == nullptr ? std::nullopt : size->integer();
  if (!count || *count < 1 || *count > most_samples) {
    return std::unexpected("\"size\" must be the number of samples in the prompt, 1 to 1000");
  }
  reply.size = *count;
  const auto* text = fields.find("text");
  if (text == nullptr || text->string() == nullptr) {
    return std::unexpected("\"text\" must be the reply's text");
  }
  reply.text = *text->string();
  const auto* finish = fields.find("finish_reason");
  if (finish == nullptr || finish->string() == nullptr) return reply;
  const auto reason = provider::finish_reason_of(*finish->string());
  if (reason == FinishReason::length) reply.end = format::ReplyEnd::cut_at_cap;
  if (reason == FinishReason::refused) reply.end = format::ReplyEnd::refused;
  return reply;
}

/// Foreign replies come without their samples: lettered choices are read for up to 26 letters.
std::vector<std::string> letters_only(const task::Task& task) {
  if (!std::holds_alternative<task::ChoiceColumn>(task.answer.choices)) return {};
  std::vector<std::string> letters;
  for (char letter = 'a'; letter <= 'z'; ++letter) letters.push_back(fmt::format("({})", letter));
  return letters;
}

class ReplyDecoder {
 public:
  explicit ReplyDecoder(const task::Task& task)
      : format_(task::make_format(task)),
        extractor_(task.answer),
        choices_(letters_only(task)),
        stable_prefix_(task.batch.exemplars == task::ExemplarLayout::stable_prefix) {}

  std::string decode(const StoredReply& reply, DecodeSummary& summary) const {
    const std::vector<format::SampleText> samples(static_cast<std::size_t>(reply.size));
    format::Reply input{
        reply.text, reply.end,
        reply.size == 1 && !stable_prefix_ ? format::Keys::plain : format::Keys::indexed, samples};
    json::Array answers;
    const auto decoded = format_->decode(input);
    for (std::size_t i = 0; i < decoded.answers.size(); ++i) {
      answers.push_back(judge(decoded, i, summary));
    }
    ++summary.replies;
    return json::dump(json::Object{{"id", reply.id}, {"answers", std::move(answers)}});
  }

 private:
  json::Value judge(const format::Decoded& decoded, std::size_t i, DecodeSummary& summary) const {
    const auto& answer = decoded.answers[i];
    auto status = answer.status;
    json::Value value;
    if (status == format::KeyStatus::ok || status == format::KeyStatus::duplicate_same) {
      auto read = answer::read_decoded(extractor_, decoded, i, choices_);
      if (read) {
        value = std::move(read->value);
        ++summary.answers;
      } else {
        status = format::KeyStatus::unparsable;
      }
    }
    if (value.is_null()) ++summary.doubts;
    return json::Object{{"index", answer.index},
                        {"status", std::string(format::to_string(status))},
                        {"value", std::move(value)}};
  }

  std::unique_ptr<format::BatchFormat> format_;
  answer::Extractor extractor_;
  std::vector<std::string> choices_;
  bool stable_prefix_;
};

}  // namespace

Expected<DecodeSummary> decode_replies(const Task& task, const std::string& path,
                                       const std::function<void(std::string_view)>& line) {
  auto source = rows::open_rows(path);
  if (!source) return std::unexpected(source.error());
  const ReplyDecoder decoder(*task.internal());
  DecodeSummary summary;
  const auto decode = [&](const rows::Row& row) -> std::expected<void, std::string> {
    const auto reply = read_reply(row.fields);
    if (!reply) return std::unexpected(reply.error());
    line(decoder.decode(*reply, summary));
    return {};
  };
  const auto done = rows::for_each_row(**source, rows::BadRows::refuse, decode);
  if (!done) return std::unexpected(done.error());
  return summary;
}

Expected<std::string> starter_task(const std::string& rows_path) {
  auto source = rows::open_rows(rows_path);
  if (!source) return std::unexpected(source.error());
  std::vector<json::Value> first_rows;
  while (first_rows.size() < rows_looked_at) {
    auto pulled = (*source)->next();
    if (!pulled) return std::unexpected(pulled.error());
    if (!*pulled) break;
    if (const auto* bad = std::get_if<rows::BadRow>(&**pulled)) {
      return fail(ErrorCode::usage, rows::describe(**source, *bad));
    }
    first_rows.push_back(std::move(std::get<rows::Row>(**pulled).fields));
  }
  if (first_rows.empty()) {
    return fail(ErrorCode::usage,
                (*source)->name() + ": no row to look at; give a file with at least one row");
  }
  auto columns = (*source)->columns();
  if (columns.empty()) {
    for (const auto& [name, value] : *first_rows.front().object()) columns.push_back(name);
  }
  return task::starter_task(rows_path, columns, first_rows);
}

Expected<std::string> inspect_checkpoint(const InspectOptions& options) {
  auto store = store::open_sqlite(options.checkpoint, store::Access::read_only);
  if (!store) return std::unexpected(store.error());
  const auto form = options.json ? run::Form::json : run::Form::text;
  if (options.id) return run::inspect_row(**store, *options.id, form);
  return run::inspect_run(**store, form);
}

std::string_view version() { return SHEAF_VERSION; }

}  // namespace sheaf
