#include "api/completion.hpp"

#include <chrono>
#include <filesystem>
#include <future>
#include <utility>

#include <sheaf/tools.hpp>

#include "core/hash.hpp"
#include "core/json.hpp"
#include "rows/sink.hpp"
#include "run/call_plan.hpp"
#include "run/tally.hpp"

namespace sheaf::api {
namespace {

/// Options under which files alone decide the result.
bool is_plain(const RunOptions& options) {
  return options.rows != "-" && options.output != "-" && !options.limit && !options.sample &&
         !options.skip_bad_rows;
}

void add(Hasher& hasher, const std::optional<std::string>& text) {
  hasher.add(std::int64_t{text.has_value()}).add(text.value_or(""));
}

void add(Hasher& hasher, const Price& price) {
  for (const auto& figure : {price.input, price.cached_input, price.cache_write, price.output}) {
    hasher.add(figure.picos);
  }
}

void add(Hasher& hasher, const std::optional<PriceList>& price) {
  hasher.add(std::int64_t{price.has_value()});
  if (!price) return;
  add(hasher, price->base);
  for (const auto& tier : price->tiers) {
    hasher.add(tier.above_input_tokens);
    add(hasher, tier.price);
  }
}

void add(Hasher& hasher, const task::Task& task) {
  hasher.add(task.name).add(task::request_identity(task)).add(task::reading_identity(task));
  hasher.add(std::ssize(task.sample));
  for (const auto& field : task.sample) hasher.add(field.label).add(field.text.source());
  for (const auto& column : {task.id_column, task.gold_column, task.isolate_column}) {
    add(hasher, column);
  }
  const auto* choices = std::get_if<task::ChoiceColumn>(&task.answer.choices);
  add(hasher, choices == nullptr ? std::nullopt : std::optional(choices->column));
  add(hasher, task.price);
}

std::string identity(const task::Task& task, const RunOptions& options,
                     const store::OutputMark& output) {
  Hasher hasher;
  hasher.add("run 1").add(version());
  add(hasher, task);
  hasher.add(options.rows).add(options.output);
  hasher.add(std::int64_t{options.dedup}).add(static_cast<std::int64_t>(options.order));
  hasher.add(std::int64_t{options.escape_formulas});
  hasher.add(output.path).add(output.bytes).add(static_cast<std::int64_t>(output.digest));
  return to_hex(hasher.finish());
}

std::string to_json(const RunSummary& summary) {
  json::Object failed;
  for (const auto& [reason, rows] : summary.failed) failed.emplace_back(reason, rows);
  json::Object object{{"rows", summary.rows},           {"answered", summary.answered},
                      {"failed", std::move(failed)},    {"repaired", summary.repaired},
                      {"gold_rows", summary.gold_rows}, {"correct", summary.correct}};
  if (summary.planned) object.emplace_back("planned", run::to_json(*summary.planned, summary));
  return json::dump(object);
}

/// Fills what of a summary depends on the rows; false when the text is no such summary.
bool read_summary(const std::string& text, RunSummary& summary) {
  const auto value = json::parse(text);
  if (!value) return false;
  const auto* const failed = value->find("failed");
  if (failed == nullptr || failed->object() == nullptr) return false;
  for (const auto& [reason, rows] : *failed->object()) {
    summary.failed.push_back({reason, rows.integer().value_or(0)});
    summary.failed_rows += summary.failed.back().rows;
  }
  const std::pair<const char*, std::int64_t*> figures[] = {{"rows", &summary.rows},
                                                           {"answered", &summary.answered},
                                                           {"repaired", &summary.repaired},
                                                           {"gold_rows", &summary.gold_rows},
                                                           {"correct", &summary.correct}};
  for (const auto& [name, figure] : figures) {
    const auto* const member = value->find(name);
    const auto number = member == nullptr ? std::nullopt : member->integer();
    if (!number) return false;
    *figure = *number;
  }
  summary.reused = summary.rows;
  return summary.rows == summary.answered + summary.failed_rows;
}

std::optional<std::int64_t> size_of(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return error ? std::nullopt : std::optional(static_cast<std::int64_t>(bytes));
}

bool holds(const std::string& path, const rows::FileDigest& wanted) {
  const auto found = rows::digest_file(path);
  return found && *found == wanted;
}

/// Whether rows and output are byte for byte what they were.
bool files_stand(const RunOptions& options, const store::CompletionMark& mark,
                 const store::OutputMark& output) {
  std::error_code error;
  if (std::filesystem::exists(options.output + ".partial", error) || error) return false;
  if (size_of(options.rows) != mark.input_bytes || size_of(options.output) != output.bytes) {
    return false;
  }
  auto same_output =
      std::async([&] { return holds(options.output, {output.bytes, output.digest}); });
  return holds(options.rows, {mark.input_bytes, mark.input_digest}) && same_output.get();
}

void tell(const RunSummary& summary, Observer* observer) {
  if (observer == nullptr) return;
  Progress progress;
  progress.rows_read = summary.rows;
  progress.rows_total = summary.rows;
  progress.answered = summary.answered;
  progress.failed = summary.failed_rows;
  progress.reused = summary.reused;
  progress.elapsed = summary.elapsed;
  progress.spent_usd = summary.total_cost_usd;
  observer->progress(progress);
}

}  // namespace

std::optional<store::CompletionMark> completion_mark(const task::Task& task,
                                                     const RunOptions& options,
                                                     const rows::ReadDigest& input,
                                                     const store::OutputMark& output,
                                                     const RunSummary& summary) {
  if (!is_plain(options) || !input.is_whole || summary.stopped) return std::nullopt;
  return store::CompletionMark{identity(task, options, output), input.bytes, input.digest.value(),
                               to_json(summary)};
}

std::optional<RunSummary> nothing_to_do(const task::Task& task, const RunOptions& options,
                                        const std::string& checkpoint_path) {
  const auto began = std::chrono::steady_clock::now();
  const bool asked_to_stop = options.stop != nullptr && options.stop->times() > 0;
  if (!is_plain(options) || options.fresh || options.max_failed || asked_to_stop) {
    return std::nullopt;
  }
  if (!size_of(checkpoint_path) || !task::endpoints(task, options.environment)) return std::nullopt;
  // For writing: whoever has it open for that now may be about to replace the output.
  auto store = store::open_sqlite(checkpoint_path, store::Access::read_write);
  if (!store) return std::nullopt;
  const auto mark = (*store)->completion_mark();
  const auto output = (*store)->output_mark();
  if (!mark || !*mark || !output || !*output) return std::nullopt;
  RunSummary summary;
  if ((*mark)->identity != identity(task, options, **output)) return std::nullopt;
  if (!read_summary((*mark)->summary, summary)) return std::nullopt;
  if (options.retry_errors && summary.failed_rows > 0) return std::nullopt;
  if (!files_stand(options, **mark, **output)) return std::nullopt;
  const auto spent = (*store)->spending();
  if (!spent) return std::nullopt;
  summary.total_requests = spent->requests;
  summary.total_usage = spent->usage;
  summary.total_vectors.requests = spent->vectors.requests;
  summary.total_vectors.tokens = spent->vectors.tokens;
  if (task.price) {
    summary.cost_usd = 0;
    summary.total_cost_usd = run::to_usd(spent->cost);
    summary.vectors.cost_usd = 0;
    summary.total_vectors.cost_usd = run::to_usd(spent->vectors.cost);
  }
  summary.output = options.output;
  summary.checkpoint = checkpoint_path;
  summary.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  tell(summary, options.observer);
  return summary;
}

}  // namespace sheaf::api
