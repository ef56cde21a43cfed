#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "report/reading.hpp"
#include "report/tables.hpp"

namespace sheaf::report {
namespace {

constexpr std::array<std::string_view, 6> bill_kinds{"input",     "cached_input", "output",
                                                     "reasoning", "embeddings",   "unknown"};

json::Array opening(const Size& size) { return {size.variant, at(size.data, "batch_size")}; }

json::Value text(std::string_view value) { return json::Value(value); }

std::optional<double> thousand(std::optional<double> value) {
  return value ? std::optional(*value * 1000) : std::nullopt;
}

const json::Value& size_of(const json::Value& variant, const json::Value& batch_size) {
  static const json::Value nothing;
  for (const json::Value& size : list(variant, "sizes")) {
    if (!batch_size.is_null() && at(size, "batch_size") == batch_size) return size;
  }
  return nothing;
}

Table recommendation_table(const json::Value& report) {
  Table table{"recommendation",
              "The recommended batch size of each variant",
              {{"variant", "Variant", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"usd_per_1000_rows", "Cost of 1,000 rows", Kind::usd},
               {"usd_per_1000_rows_single", "Cost at b = 1", Kind::usd},
               {"saving_usd", "Saving in money", Kind::times},
               {"saving_tokens", "Saving in tokens", Kind::times},
               {"accuracy", "Accuracy", Kind::share},
               {"low", "Low", Kind::share},
               {"high", "High", Kind::share},
               {"accuracy_single", "Accuracy at b = 1", Kind::share},
               {"loss_bound", "Loss at most", Kind::points},
               {"rows_needed", "Rows needed", Kind::count},
               {"sentence", "In words", Kind::text}},
              {}};
  const json::Value single = 1;
  for (const json::Value& variant : list(report, "variants")) {
    const json::Value& size = size_of(variant, at(variant, "recommended.batch_size"));
    const json::Value& one = size_of(variant, single);
    json::Array row{at(variant, "name"), at(variant, "recommended.batch_size"),
                    number(thousand(real(size, "usd_per_row"))),
                    number(thousand(real(one, "usd_per_row")))};
    append_fields(row, size,
                  {"saving.usd", "saving.tokens", "accuracy.final.rate", "accuracy.final.low",
                   "accuracy.final.high"});
    row.push_back(at(one, "accuracy.final.rate"));
    const bool is_single = at(size, "batch_size") == single;
    row.push_back(is_single ? json::Value(0) : at(size, "against_single.loss_bound"));
    append_fields(row, variant, {"recommended.rows_needed", "recommended.sentence"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

void add_accuracy(Table& table, json::Array row, std::string_view runs, const json::Value& data) {
  row.push_back(text(runs));
  append_fields(
      row, data,
      {"accuracy.final.correct", "accuracy.final.n", "accuracy.final.rate", "accuracy.final.low",
       "accuracy.final.high", "accuracy.first_pass.rate", "accuracy.first_pass.low",
       "accuracy.first_pass.high", "accuracy.final.deff", "accuracy.final.effective_n",
       "accuracy.final.batches", "accuracy.final.approximate"});
  table.rows.push_back(std::move(row));
}

/// Whether the run differs from those of the variant in nothing but size and repeat.
bool is_of(const json::Value& run, const json::Value& variant) {
  return at(run, "format") == at(variant, "format") &&
         at(run, "grouping") == at(variant, "grouping") && at(run, "model") == at(variant, "model");
}

/// The second run at b = 1 stands apart.
void add_noise(Table& table, const json::Value& report, const json::Value& variant) {
  for (const json::Value& run : list(report, "cells")) {
    const bool counts = is_true(run, "noise") && is_true(run, "complete") && is_of(run, variant);
    if (counts)
      add_accuracy(table, {at(variant, "name"), at(run, "batch_size")}, "second run at b = 1", run);
  }
}

Table accuracy_table(const json::Value& report) {
  Table table{"accuracy",
              "Accuracy by batch size",
              {{"variant", "Variant", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"runs", "Runs", Kind::text},
               {"correct", "Correct", Kind::count},
               {"n", "Rows with gold", Kind::count},
               {"final", "Final", Kind::share},
               {"final_low", "Low", Kind::share},
               {"final_high", "High", Kind::share},
               {"first_pass", "First pass", Kind::share},
               {"first_pass_low", "Low", Kind::share},
               {"first_pass_high", "High", Kind::share},
               {"deff", "Design effect", Kind::number},
               {"effective_n", "Effective rows", Kind::number},
               {"batches", "Batches", Kind::count},
               {"approximate", "Approximate", Kind::flag}},
              {}};
  for (const Size& size : sizes(report)) add_accuracy(table, opening(size), "all", size.data);
  for (const json::Value& variant : list(report, "variants")) add_noise(table, report, variant);
  return table;
}

void add_difference(Table& table, json::Array row, std::string_view answers,
                    const json::Value& difference) {
  if (difference.is_null()) return;
  row.push_back(text(answers));
  append_fields(row, difference,
                {"n", "difference", "low", "high", "loss_bound", "standard_error", "p", "p_holm",
                 "p_permutation", "p_mcnemar", "better", "worse", "only_in_one", "batches",
                 "approximate", "sentence"});
  table.rows.push_back(std::move(row));
}

Table difference_table(const json::Value& report) {
  Table table{"differences",
              "Difference of accuracy",
              {{"variant", "Variant", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"answers", "Answers", Kind::text},
               {"n", "Rows", Kind::count},
               {"difference", "Difference", Kind::points},
               {"low", "Low", Kind::points},
               {"high", "High", Kind::points},
               {"loss_bound", "Loss at most", Kind::points},
               {"standard_error", "Standard error", Kind::points},
               {"p", "p", Kind::probability},
               {"p_holm", "p, Holm", Kind::probability},
               {"p_permutation", "p, permutation", Kind::probability},
               {"p_mcnemar", "p if answers were independent", Kind::probability},
               {"better", "Better", Kind::count},
               {"worse", "Worse", Kind::count},
               {"only_in_one", "In one alone", Kind::count},
               {"batches", "Batches", Kind::count},
               {"approximate", "Approximate", Kind::flag},
               {"sentence", "In words", Kind::text}},
              {}};
  for (const json::Value& variant : list(report, "variants")) {
    const json::Value& name = at(variant, "name");
    add_difference(table, {name, json::Value(1)}, "second run at b = 1", at(variant, "noise"));
    for (const json::Value& size : list(variant, "sizes")) {
      const json::Array row{name, at(size, "batch_size")};
      add_difference(table, row, "final", at(size, "against_single"));
      add_difference(table, row, "first pass", at(size, "first_pass_against_single"));
    }
  }
  const json::Value& both = at(report, "comparison");
  const json::Value& other = at(both, "other");
  const json::Array row{other, at(run_named(report, other), "batch_size")};
  add_difference(table, row, "final", at(both, "final"));
  add_difference(table, row, "first pass", at(both, "first_pass"));
  return table;
}

Table tokens_table(const json::Value& report) {
  Table table{"tokens",
              "Tokens a row",
              {{"variant", "Variant", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"input", "Input", Kind::number},
               {"cached_input", "Cached input", Kind::number},
               {"output", "Output", Kind::number},
               {"reasoning", "Reasoning", Kind::number},
               {"total", "Total", Kind::number}},
              {}};
  for (const Size& size : sizes(report)) {
    json::Array row = opening(size);
    append_fields(row, size.data,
                  {"tokens_of_row.input", "tokens_of_row.cached_input", "tokens_of_row.output",
                   "tokens_of_row.reasoning", "tokens_per_row"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// The dollars of one kind in the bills of a size's runs; nullopt where none has a bill.
std::optional<double> billed(const json::Value& report, const json::Value& size,
                             std::string_view kind) {
  std::optional<double> sum;
  for (const json::Value& name : list(size, "cells")) {
    const json::Value& bill = at(run_named(report, name), "bill");
    if (!bill.is_null()) sum = sum.value_or(0) + real(bill, kind).value_or(0);
  }
  return sum;
}

/// The kinds share out `usd_per_row` as they share out the bills, so that they add up to it.
Table cost_table(const json::Value& report) {
  Table table{"cost",
              "Cost of 1,000 rows",
              {{"variant", "Variant", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"input", "Input", Kind::usd},
               {"cached_input", "Cached input", Kind::usd},
               {"output", "Output", Kind::usd},
               {"reasoning", "Reasoning", Kind::usd},
               {"embeddings", "Embeddings", Kind::usd},
               {"unknown", "Unknown, at most", Kind::usd},
               {"total", "Total", Kind::usd}},
              {}};
  for (const Size& size : sizes(report)) {
    json::Array row = opening(size);
    const auto total = thousand(real(size.data, "usd_per_row"));
    const auto all = billed(report, size.data, "total");
    const auto scale = all == 0.0 ? std::optional(0.0) : quotient(total, all);
    for (const std::string_view kind : bill_kinds) {
      const auto part = billed(report, size.data, kind);
      row.push_back(number(scale && part ? std::optional(*part * *scale) : std::nullopt));
    }
    row.push_back(number(total));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table time_table(const json::Value& report) {
  Table table{"time",
              "Time and requests a row",
              {{"variant", "Variant", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"ms_per_row", "Time a row", Kind::ms},
               {"requests_per_row", "Requests a row", Kind::number}},
              {}};
  for (const Size& size : sizes(report)) {
    json::Array row = opening(size);
    append_fields(row, size.data, {"ms_per_row", "requests_per_row"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

struct Choice {
  Size size;
  double cost;
  double accuracy;
};

bool beats(const Choice& a, const Choice& b) {
  const bool no_worse = a.cost <= b.cost && a.accuracy >= b.accuracy;
  return no_worse && (a.cost < b.cost || a.accuracy > b.accuracy);
}

bool is_scored(const Size& size) { return real(size.data, "accuracy.final.rate").has_value(); }

bool has_price_if_scored(const Size& size) {
  return !is_scored(size) || real(size.data, "usd_per_row").has_value();
}

/// Cost is money where every size with an accuracy has a price, else tokens.
Table front_table(const json::Value& report) {
  const std::vector<Size> all = sizes(report);
  const bool priced = std::ranges::all_of(all, has_price_if_scored);
  Table table{"front",
              "Cost and accuracy: the front",
              {{"variant", "Variant", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {priced ? "usd_per_1000_rows" : "tokens_per_row",
                priced ? "Cost of 1,000 rows" : "Tokens a row", priced ? Kind::usd : Kind::number},
               {"accuracy", "Accuracy", Kind::share},
               {"low", "Low", Kind::share},
               {"high", "High", Kind::share},
               {"on_front", "None is cheaper and better", Kind::flag},
               {"recommended", "Recommended", Kind::flag}},
              {}};
  std::vector<Choice> choices;
  for (const Size& size : all) {
    const auto cost =
        priced ? thousand(real(size.data, "usd_per_row")) : real(size.data, "tokens_per_row");
    const auto accuracy = real(size.data, "accuracy.final.rate");
    if (cost && accuracy) choices.push_back({size, *cost, *accuracy});
  }
  for (const Choice& choice : choices) {
    json::Array row = opening(choice.size);
    row.push_back(number(choice.cost));
    append_fields(row, choice.size.data,
                  {"accuracy.final.rate", "accuracy.final.low", "accuracy.final.high"});
    row.emplace_back(
        std::ranges::none_of(choices, [&](const Choice& other) { return beats(other, choice); }));
    row.emplace_back(choice.size.recommended);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table savings_table(const json::Value& report) {
  Table table{"savings",
              "Measured and predicted savings, b = 1 divided by each size",
              {{"variant", "Variant", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"tokens", "Tokens", Kind::times},
               {"tokens_predicted", "Tokens, predicted", Kind::times},
               {"tokens_equal_length", "Tokens, equal lengths", Kind::times},
               {"usd", "Money", Kind::times},
               {"usd_predicted", "Money, predicted", Kind::times},
               {"time", "Time", Kind::times},
               {"time_predicted", "Time, predicted", Kind::times},
               {"requests", "Requests", Kind::times},
               {"efficiency_predicted", "Efficiency, predicted", Kind::share},
               {"mark", "Mark", Kind::text}},
              {}};
  for (const Size& size : sizes(report)) {
    if (at(size.data, "saving").is_null()) continue;
    json::Array row = opening(size);
    append_fields(row, size.data,
                  {"saving.tokens", "predicted.token_saving", "predicted.equal_length_saving",
                   "saving.usd", "predicted.usd_saving", "saving.time", "predicted.time_saving",
                   "saving.requests", "predicted.efficiency", "predicted.mark"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::vector<Table> size_tables(const json::Value& report) {
  return {recommendation_table(report), accuracy_table(report), difference_table(report),
          tokens_table(report),         cost_table(report),     time_table(report),
          front_table(report),          savings_table(report)};
}

}  // namespace sheaf::report
