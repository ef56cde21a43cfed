// Requests: their start, their end, and what they spent.
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/account.hpp"
#include "store/attempt_columns.hpp"
#include "store/sample_list.hpp"
#include "store/schema.hpp"
#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

/// Those of every format, in the order in which they are read, before the cache writes and the
/// checksum.
constexpr std::array end_columns = {"attempt",         "finish",           "fault_reason",
                                    "maybe_billed",    "input_tokens",     "cached_input_tokens",
                                    "output_tokens",   "reasoning_tokens", "cost_picos",
                                    "started_unix_ms", "latency_ms"};

bool take_end_itself(Cursor& cursor, Attempt& attempt) {
  if (cursor.is_null()) {
    cursor.skip(static_cast<int>(end_columns.size()) + 2);
    return true;
  }
  auto& end = attempt.end.emplace();
  cursor.begin(Table::ends);
  cursor.integer();
  end.finish = cursor.word(finish_of);
  end.fault_reason = cursor.text();
  end.maybe_billed = cursor.integer() != 0;
  const auto input = cursor.optional_integer();
  const auto cached = cursor.optional_integer();
  const auto output = cursor.optional_integer();
  const auto reasoning = cursor.optional_integer();
  if (input && cached && output && reasoning) end.usage = {*input, *cached, *output, *reasoning};
  end.cost.picos = cursor.integer();
  end.started_unix_ms = cursor.integer();
  end.latency_ms = cursor.integer();
  // The checksum covers it only where it stands, as in records of older formats.
  if (cursor.is_null()) {
    cursor.skip(1);
    return cursor.intact();
  }
  const auto written = cursor.integer();
  if (end.usage) end.usage->cache_write_tokens = written;
  return cursor.intact();
}

/// And whether it was a bulk request.
bool take_end(Cursor& cursor, Attempt& attempt) {
  const bool is_intact = take_end_itself(cursor, attempt);
  attempt.start.is_bulk = cursor.integer() != 0;
  return is_intact;
}

bool take_texts(Cursor& cursor, Attempt& attempt) {
  cursor.begin(Table::prompts);
  cursor.integer();
  attempt.start.prompt_rest = cursor.text();
  if (!cursor.intact()) return false;
  if (!attempt.end) return true;
  cursor.begin(Table::replies);
  cursor.integer();
  attempt.end->reply = cursor.text();
  attempt.end->fault_detail = cursor.text();
  return cursor.intact();
}

bool take_prefix(Cursor& cursor, std::int64_t& number, std::string& text) {
  cursor.begin(Table::prefixes);
  number = cursor.integer();
  text = cursor.text();
  return cursor.intact();
}

}  // namespace

bool take_start(Cursor& cursor, Attempt& attempt, std::int64_t& prefix) {
  cursor.begin(Table::attempts);
  attempt.number = cursor.integer();
  attempt.start.at_unix_ms = cursor.integer();
  attempt.start.attempt = cursor.small_integer();
  attempt.start.round = cursor.small_integer();
  attempt.start.samples = cursor.word(unpack);
  attempt.start.reserved_tokens = cursor.integer();
  attempt.start.reserved_cost.picos = cursor.integer();
  prefix = cursor.integer();
  return cursor.intact();
}

Expected<void> SqliteCheckpoint::prepare_ends() {
  const auto add = fmt::format("INSERT INTO ends({}", fmt::join(end_columns, ","));
  const auto figures = fmt::format(
      "SELECT a.*,e.{},{},e.checksum,{}", fmt::join(end_columns, ",e."),
      has_cache_writes_ ? "e.cache_write_tokens" : "NULL",
      has_bulk_jobs_ ? "EXISTS(SELECT 1 FROM bulk_requests b WHERE b.attempt=a.attempt)" : "0");
  const std::string from = " FROM attempts a LEFT JOIN ends e ON e.attempt=a.attempt ";
  const std::string texts =
      "LEFT JOIN prompts p ON p.attempt=a.attempt LEFT JOIN replies r ON r.attempt=a.attempt ";
  const std::string order = "ORDER BY a.attempt";
  std::vector<std::pair<Statement*, std::string>> statements{
      {&add_end_, add + ",checksum) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)"},
      {&every_figure_, figures + from + order},
      {&every_attempt_, figures + ",p.*,r.*" + from + texts + order},
  };
  if (has_cache_writes_) {
    statements.emplace_back(
        &add_written_end_, add + ",cache_write_tokens,checksum) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
  }
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_->prepare(sql.c_str());
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return {};
}

Expected<void> SqliteCheckpoint::have_cache_writes() {
  if (has_cache_writes_) return {};
  if (auto done = kept(lay_cache_writes(*database_)); !done) return done;
  has_cache_writes_ = true;
  if (auto done = kept(prepare_ends()); !done || has_vectors_) return done;
  return kept(prepare_vectors());
}

Expected<void> SqliteCheckpoint::load_prefixes() {
  if (prefixes_loaded_) return {};
  Cursor cursor(every_prefix_);
  for (std::int64_t expected = 1;; ++expected) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    std::int64_t number = 0;
    std::string text;
    if (!take_prefix(cursor, number, text) || number != expected) {
      return damaged("prompt prefix", expected);
    }
    prefixes_.emplace(hash128(text), number);
  }
  prefixes_loaded_ = true;
  return {};
}

Expected<std::int64_t> SqliteCheckpoint::prefix_number(const std::string& text) {
  if (auto done = load_prefixes(); !done) return std::unexpected(done.error());
  const auto key = hash128(text);
  if (const auto found = prefixes_.find(key); found != prefixes_.end()) return found->second;
  const auto number = std::ssize(prefixes_) + 1;
  auto done = kept(RecordWriter(add_prefix_, Table::prefixes).integer(number).text(text).write());
  if (!done) return std::unexpected(done.error());
  prefixes_.emplace(key, number);
  return number;
}

Expected<AttemptNo> SqliteCheckpoint::begin_attempt(const AttemptStart& start) {
  if (auto done = begin_write(); !done) return std::unexpected(done.error());
  if (kind_of(start) == AttemptKind::vectors) {
    if (auto done = have_vectors(); !done) return std::unexpected(done.error());
  }
  if (start.is_bulk) {
    if (auto done = have_bulk_jobs(); !done) return std::unexpected(done.error());
  }
  const auto prefix = prefix_number(start.prompt_prefix);
  if (!prefix) return std::unexpected(prefix.error());
  const auto number = attempt_count_ + 1;
  const auto samples = pack(start.samples);
  auto done = kept(RecordWriter(add_attempt_, Table::attempts)
                       .integer(number)
                       .integer(start.at_unix_ms)
                       .integer(start.attempt)
                       .integer(start.round)
                       .blob(samples)
                       .integer(start.reserved_tokens)
                       .integer(start.reserved_cost.picos)
                       .integer(*prefix)
                       .write());
  if (!done) return std::unexpected(done.error());
  done = kept(
      RecordWriter(add_prompt_, Table::prompts).integer(number).text(start.prompt_rest).write());
  if (!done) return std::unexpected(done.error());
  attempt_count_ = number;
  if (start.is_warm_up) {
    if (done = keep_warm_up(number); !done) return std::unexpected(done.error());
  }
  if (start.is_bulk) {
    done = keep_bulk_request(number, 0, start.output_cap);
    if (!done) return std::unexpected(done.error());
  }
  return number;
}

Expected<void> SqliteCheckpoint::end_attempt(AttemptNo attempt, const AttemptEnd& end) {
  if (auto done = begin_write(); !done) return done;
  if (attempt < 1 || attempt > attempt_count_) {
    return fail(ErrorCode::stopped,
                fmt::format("{}: there is no attempt {}", database_->path(), attempt));
  }
  const auto written = end.usage ? end.usage->cache_write_tokens : 0;
  if (written != 0) {
    if (auto done = have_cache_writes(); !done) return done;
  }
  RecordWriter record(written != 0 ? add_written_end_ : add_end_, Table::ends);
  record.integer(attempt).text(word_of(end.finish)).text(end.fault_reason);
  record.integer(end.maybe_billed ? 1 : 0);
  if (end.usage) {
    record.integer(end.usage->input_tokens).integer(end.usage->cached_input_tokens);
    record.integer(end.usage->output_tokens).integer(end.usage->reasoning_tokens);
  } else {
    record.null().null().null().null();
  }
  record.integer(end.cost.picos).integer(end.started_unix_ms).integer(end.latency_ms);
  if (written != 0) record.integer(written);
  if (auto done = kept(record.write()); !done) return done;
  return kept(RecordWriter(add_reply_, Table::replies)
                  .integer(attempt)
                  .text(end.reply)
                  .text(end.fault_detail)
                  .write());
}

Expected<void> SqliteCheckpoint::for_each_attempt(
    const std::function<bool(const Attempt&)>& visit) {
  if (auto done = usable(); !done) return done;
  std::map<std::int64_t, std::string> prefixes;
  Cursor cursor(every_attempt_);
  while (true) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    Attempt attempt;
    std::int64_t prefix = 0;
    if (!take_start(cursor, attempt, prefix) || !take_end(cursor, attempt) ||
        !take_texts(cursor, attempt)) {
      return damaged("attempt", attempt.number);
    }
    auto found = prefixes.find(prefix);
    if (found == prefixes.end()) {
      auto text = read_prefix(prefix);
      if (!text) return std::unexpected(text.error());
      found = prefixes.emplace(prefix, std::move(*text)).first;
    }
    attempt.start.prompt_prefix = found->second;
    attempt.start.is_warm_up = warm_ups_.contains(attempt.number);
    if (!visit(attempt)) return {};
  }
}

Expected<std::string> SqliteCheckpoint::read_prefix(std::int64_t number) {
  Cursor cursor(read_prefix_);
  auto row = cursor.with(number).next();
  if (!row) return std::unexpected(row.error());
  std::string text;
  if (!*row || !take_prefix(cursor, number, text)) return damaged("prompt prefix", number);
  return text;
}

Expected<void> SqliteCheckpoint::for_each_figure(const std::function<void(const Attempt&)>& visit) {
  if (auto done = usable(); !done) return done;
  Cursor cursor(every_figure_);
  while (true) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    Attempt attempt;
    std::int64_t prefix = 0;
    if (!take_start(cursor, attempt, prefix) || !take_end(cursor, attempt)) {
      return damaged("attempt", attempt.number);
    }
    attempt.start.is_warm_up = warm_ups_.contains(attempt.number);
    visit(attempt);
  }
}

Expected<Spending> SqliteCheckpoint::spending() {
  Spending spending;
  auto done = for_each_figure([&](const Attempt& attempt) { count(spending, attempt); });
  if (!done) return std::unexpected(done.error());
  return spending;
}

Expected<RecentTokens> SqliteCheckpoint::recent_tokens(AttemptKind kind, std::int64_t since_unix_ms,
                                                       std::int64_t now_unix_ms) {
  RecentTokens recent;
  auto done = for_each_figure([&](const Attempt& attempt) {
    const auto one = recent_of(attempt, kind, since_unix_ms, now_unix_ms);
    if (one) recent.push_back(*one);
  });
  if (!done) return std::unexpected(done.error());
  return recent;
}

}  // namespace sheaf::store
