#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "eval/report.hpp"

namespace sheaf::eval {
namespace {

using json::Array;
using json::Object;
using json::Value;

Value real(double value) {
  if (!std::isfinite(value)) return {};
  return json::Number{fmt::format("{}", value)};
}

Value real(const std::optional<double>& value) { return value ? real(*value) : Value(); }

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Value rate_json(const Rate& rate) {
  return Object{{"count", rate.count}, {"n", rate.n}, {"rate", real(share(rate.count, rate.n))}};
}

Value proportion_json(const std::optional<statistics::Proportion>& found) {
  if (!found) return {};
  return Object{{"correct", found->correct},
                {"n", found->n},
                {"rate", real(found->rate)},
                {"low", real(found->low)},
                {"high", real(found->high)},
                {"deff", real(found->deff)},
                {"effective_n", real(found->effective_n)},
                {"batches", found->batches},
                {"approximate", found->approximate}};
}

Value comparison_json(const std::optional<Comparison>& found) {
  if (!found) return {};
  const auto& loss = found->loss;
  return Object{{"n", loss.n},
                {"difference", real(-loss.difference)},
                {"standard_error", real(loss.standard_error)},
                {"low", real(-loss.high)},
                {"high", real(-loss.low)},
                {"p", real(loss.p)},
                {"p_holm", real(found->p_holm)},
                {"p_permutation", real(found->p_permutation)},
                {"p_mcnemar", real(found->p_mcnemar)},
                {"better", loss.only_b},
                {"worse", loss.only_a},
                {"only_in_one", found->only_in_one},
                {"loss_bound", real(loss.loss_bound)},
                {"batches", loss.batches},
                {"approximate", loss.approximate},
                {"sentence", sentence(*found)}};
}

Value accuracy_json(const std::optional<statistics::Proportion>& first,
                    const std::optional<statistics::Proportion>& last, const Rate* among_answered) {
  if (!last) return {};
  Object object{{"first_pass", proportion_json(first)}, {"final", proportion_json(last)}};
  if (among_answered != nullptr) {
    object.emplace_back("among_answered",
                        Object{{"correct", among_answered->count},
                               {"n", among_answered->n},
                               {"rate", real(share(among_answered->count, among_answered->n))}});
  }
  return object;
}

Value positions_json(const Measures& measures) {
  Array list;
  for (const auto& at : measures.positions) {
    list.emplace_back(Object{{"position", at.position},
                             {"n", at.n},
                             {"first_pass", proportion_json(at.first_pass)},
                             {"doubtful", rate_json(at.doubtful)}});
  }
  return list;
}

Value rounds_json(const Measures& measures) {
  Array list;
  for (const auto& at : measures.rounds) {
    list.emplace_back(
        Object{{"round", at.round}, {"answered", at.answered}, {"correct", at.correct}});
  }
  return list;
}

Value confusion_json(const Measures& measures) {
  if (!measures.confusion) return {};
  Array classes(measures.confusion->classes.begin(), measures.confusion->classes.end());
  Array table;
  for (const auto& counts : measures.confusion->counts) {
    table.emplace_back(Array(counts.begin(), counts.end()));
  }
  return Object{{"classes", std::move(classes)}, {"counts", std::move(table)}};
}

Value classes_json(const Measures& measures) {
  if (!measures.confusion) return {};
  Array list;
  for (const auto& one : measures.classes) {
    list.emplace_back(
        Object{{"class", one.name},
               {"n", one.n},
               {"correct", one.correct},
               {"recall", one.n == 0 ? Value() : real(share(one.correct, one.n))},
               {"precision", one.answers == 0 ? Value() : real(share(one.correct, one.answers))}});
  }
  return list;
}

Value failures_json(const Measures& measures) {
  Array list;
  for (const auto& [reason, rows] : measures.failures) {
    list.emplace_back(Object{{"reason", reason}, {"rows", rows}});
  }
  return list;
}

Value tokens_json(const Bill& bill) {
  const auto& usage = bill.usage;
  return Object{{"input", usage.input_tokens},
                {"cached_input", usage.cached_input_tokens},
                {"cache_write", usage.cache_write_tokens},
                {"output", usage.output_tokens},
                {"reasoning", usage.reasoning_tokens},
                {"embedding", bill.embedding_tokens}};
}

Value bill_json(const Cell& cell) {
  const auto parts = bill_parts(cell);
  if (!parts || !cell.bill_known) return {};
  return Object{
      {"input", real(parts->input)},           {"cached_input", real(parts->cached_input)},
      {"output", real(parts->output)},         {"reasoning", real(parts->reasoning)},
      {"embeddings", real(parts->embeddings)}, {"unknown", real(parts->unknown)},
      {"total", real(parts->total())}};
}

Value rates_json(const Rates& rates) {
  return Object{{"missing", rate_json(rates.missing)},
                {"doubtful", rate_json(rates.doubtful)},
                {"repaired", rate_json(rates.repaired)},
                {"truncated", rate_json(rates.truncated)},
                {"failed", rate_json(rates.failed)}};
}

Value cell_json(const Cell& cell) {
  const auto& measures = cell.measures;
  const auto rows = static_cast<double>(std::max<std::int64_t>(1, measures.rows));
  Object object{{"name", cell.name},
                {"batch_size", cell.key.batch_size},
                {"format", cell.key.format},
                {"grouping", cell.key.grouping},
                {"model", cell.key.model},
                {"repeat", cell.key.repeat},
                {"noise", cell.key.noise},
                {"simulated", cell.simulated},
                {"complete", cell.stopped.empty()},
                {"stopped", text_or_null(cell.stopped)},
                {"rows", measures.rows},
                {"gold_rows", measures.gold_rows},
                {"answered", measures.answered},
                {"failed", measures.rows - measures.answered},
                {"failures", failures_json(measures)},
                {"accuracy", accuracy_json(measures.first_pass, measures.final_answers,
                                           &measures.among_answered)},
                {"rates", rates_json(measures.rates)},
                {"by_position", positions_json(measures)},
                {"by_round", rounds_json(measures)},
                {"confusion", confusion_json(measures)},
                {"by_class", classes_json(measures)}};
  if (!cell.bill_known) {
    for (const auto* name : {"tokens", "bill", "requests", "retries", "repairs", "wall_ms",
                             "ms_per_row", "tokens_per_row", "usd_per_row"}) {
      object.emplace_back(name, Value());
    }
    return object;
  }
  object.emplace_back("tokens", tokens_json(cell.bill));
  object.emplace_back("bill", bill_json(cell));
  object.emplace_back("requests", cell.bill.requests);
  object.emplace_back("retries", cell.bill.retries);
  object.emplace_back("repairs", cell.bill.repairs);
  object.emplace_back("wall_ms", cell.bill.wall_ms);
  object.emplace_back("ms_per_row", real(static_cast<double>(cell.bill.wall_ms) / rows));
  object.emplace_back("tokens_per_row", real(tokens_per_row(cell)));
  object.emplace_back("usd_per_row", real(usd_per_row(cell)));
  return object;
}

Value prediction_json(const std::optional<Prediction>& found) {
  if (!found) return {};
  return Object{{"efficiency", real(found->efficiency)},
                {"equal_length_saving", real(found->equal_length_saving)},
                {"time_saving", real(found->time_saving)},
                {"token_saving", real(found->token_saving)},
                {"usd_saving", real(found->usd_saving)},
                {"mark", text_or_null(std::string(found->mark))}};
}

Value ratio(double single, double here) {
  return single > 0 && here > 0 ? real(single / here) : Value();
}

Value saving_json(const SizeReport& single, const SizeReport& size) {
  const bool priced = single.usd_per_row && size.usd_per_row;
  return Object{{"tokens", ratio(single.tokens_per_row, size.tokens_per_row)},
                {"usd", priced ? ratio(*single.usd_per_row, *size.usd_per_row) : Value()},
                {"time", ratio(single.ms_per_row, size.ms_per_row)},
                {"requests", ratio(single.requests_per_row, size.requests_per_row)}};
}

/// A row's tokens by kind, none counted twice.
Value kinds_json(const SizeReport& size) {
  Usage usage;
  std::int64_t embedding = 0;
  std::int64_t rows = 0;
  for (const auto* cell : size.cells) {
    add(usage, cell->bill.usage);
    embedding += cell->bill.embedding_tokens;
    rows += cell->measures.rows;
  }
  const auto mean = [rows](std::int64_t tokens) { return real(share(tokens, rows)); };
  return Object{{"input", mean(usage.input_tokens - usage.cached_input_tokens)},
                {"cached_input", mean(usage.cached_input_tokens)},
                {"output", mean(usage.output_tokens - usage.reasoning_tokens)},
                {"reasoning", mean(usage.reasoning_tokens)},
                {"embedding", mean(embedding)}};
}

Value size_json(const Variant& variant, const SizeReport& size) {
  Array names;
  for (const auto* cell : size.cells) names.emplace_back(cell->name);
  const auto& first = variant.sizes.front();
  const bool is_run = !size.cells.empty();
  const bool has_single = first.batch_size == 1 && !first.cells.empty() && is_run;
  return Object{
      {"batch_size", size.batch_size},
      {"cells", std::move(names)},
      {"accuracy", accuracy_json(size.first_pass, size.final_answers, nullptr)},
      {"against_single", comparison_json(size.against_single)},
      {"first_pass_against_single", comparison_json(size.first_pass_against_single)},
      {"tokens_per_row", is_run ? real(size.tokens_per_row) : Value()},
      {"usd_per_row", real(size.usd_per_row)},
      {"ms_per_row", is_run ? real(size.ms_per_row) : Value()},
      {"requests_per_row", is_run ? real(size.requests_per_row) : Value()},
      {"tokens_of_row", is_run ? kinds_json(size) : Value()},
      {"saving", has_single ? saving_json(first, size) : Value()},
      {"predicted", prediction_json(size.predicted)},
      {"recommended", variant.recommended && variant.recommended->size == size.batch_size}};
}

Value variant_json(const Variant& variant, std::int64_t exemplars) {
  Array sizes;
  for (const auto& size : variant.sizes) sizes.push_back(size_json(variant, size));
  Object recommended{{"batch_size", Value()},
                     {"sentence", variant.sentence},
                     {"rows_needed", Value()},
                     {"largest_passed", Value()}};
  if (variant.recommended) {
    recommended[0].second = variant.recommended->size;
    recommended[3].second = variant.recommended->largest_admissible;
    if (const auto needed = variant.recommended->rows_needed) recommended[2].second = *needed;
  }
  return Object{
      {"name", fmt::format("{}, {}, {}", variant.model, variant.format, variant.grouping)},
      {"format", variant.format},
      {"grouping", variant.grouping},
      {"model", variant.model},
      {"simulated", variant.simulated},
      {"repeats", variant.repeats},
      {"sizes", std::move(sizes)},
      {"noise", comparison_json(variant.noise)},
      {"recommended", std::move(recommended)},
      {"exemplars", exemplars}};
}

Value wrong_json(const WrongAnswer& wrong) {
  const auto& row = wrong.row;
  return Object{{"cell", wrong.cell},
                {"id", row.id},
                {"gold", row.gold.value_or(Value())},
                {"answer", row.answer.value_or(Value())},
                {"reason", row.answer ? Value() : Value(row.reason)},
                {"text", row.text},
                {"batch_size", row.size},
                {"position", row.position},
                {"round", row.round},
                {"prompt", wrong.prompt},
                {"reply", wrong.reply}};
}

Value both_json(const ReportData& data) {
  if (data.kind != "comparison") return {};
  return Object{{"base", data.cells[0].name},
                {"other", data.cells[1].name},
                {"first_pass", comparison_json(data.first_pass_comparison)},
                {"final", comparison_json(data.comparison)}};
}

}  // namespace

Value report_json(const ReportData& data) {
  Array cells;
  bool simulated = false;
  for (const auto& cell : data.cells) {
    cells.push_back(cell_json(cell));
    simulated = simulated || cell.simulated;
  }
  Array variants;
  for (const auto& one : data.variants) variants.push_back(variant_json(one, data.exemplars));
  Array wrong;
  for (const auto& one : data.wrong) wrong.push_back(wrong_json(one));
  return Object{{"report", 1},
                {"kind", data.kind},
                {"title", data.title},
                {"rows", Object{{"file", data.rows_file},
                                {"count", data.rows.rows},
                                {"with_gold", data.rows.with_gold},
                                {"without_gold", data.rows.rows - data.rows.with_gold}}},
                {"simulated", simulated},
                {"max_loss", real(data.max_loss)},
                {"confidence", real(0.95)},
                {"batches_few", statistics::enough_batches},
                {"notes", Array(data.notes.begin(), data.notes.end())},
                {"cells", std::move(cells)},
                {"variants", std::move(variants)},
                {"comparison", both_json(data)},
                {"stopped", text_or_null(data.stopped)},
                {"wrong_answers", std::move(wrong)}};
}

}  // namespace sheaf::eval
