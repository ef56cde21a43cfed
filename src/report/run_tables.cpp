#include <string>
#include <utility>

#include "report/reading.hpp"
#include "report/tables.hpp"

namespace sheaf::report {
namespace {

constexpr std::string_view other_answer = "(no class)";
constexpr std::string_view failed_answer = "(failed)";

Table runs_table(const json::Value& report) {
  Table table{"runs",
              "All runs",
              {{"run", "Run", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"format", "Format", Kind::text},
               {"grouping", "Grouping", Kind::text},
               {"model", "Model", Kind::text},
               {"repeat", "Repeat", Kind::count},
               {"noise", "Second run at b = 1", Kind::flag},
               {"simulated", "Simulated", Kind::flag},
               {"complete", "Complete", Kind::flag},
               {"stopped", "Stopped because", Kind::text},
               {"rows", "Rows", Kind::count},
               {"gold_rows", "With gold", Kind::count},
               {"answered", "Answered", Kind::count},
               {"failed", "Failed", Kind::count},
               {"correct", "Correct", Kind::count},
               {"accuracy", "Accuracy", Kind::share},
               {"requests", "Requests", Kind::count},
               {"retries", "Retries", Kind::count},
               {"repairs", "Repairs", Kind::count},
               {"input_tokens", "Input tokens", Kind::count},
               {"cached_input_tokens", "of them cached", Kind::count},
               {"output_tokens", "Output tokens", Kind::count},
               {"reasoning_tokens", "of them reasoning", Kind::count},
               {"usd", "Cost", Kind::usd},
               {"wall_ms", "Wall time", Kind::ms}},
              {}};
  for (const json::Value& run : list(report, "cells")) {
    json::Array row;
    append_fields(row, run,
                  {"name",
                   "batch_size",
                   "format",
                   "grouping",
                   "model",
                   "repeat",
                   "noise",
                   "simulated",
                   "complete",
                   "stopped",
                   "rows",
                   "gold_rows",
                   "answered",
                   "failed",
                   "accuracy.final.correct",
                   "accuracy.final.rate",
                   "requests",
                   "retries",
                   "repairs",
                   "tokens.input",
                   "tokens.cached_input",
                   "tokens.output",
                   "tokens.reasoning",
                   "bill.total",
                   "wall_ms"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table rates_table(const json::Value& report) {
  Table table{"rates",
              "What went wrong with answers",
              {{"run", "Run", Kind::text},
               {"what", "What", Kind::text},
               {"count", "Count", Kind::count},
               {"n", "Of", Kind::count},
               {"rate", "Rate", Kind::share}},
              {}};
  for (const json::Value& run : list(report, "cells")) {
    for (const std::string_view what : {"missing", "doubtful", "repaired", "truncated", "failed"}) {
      const json::Value& rate = at(at(run, "rates"), what);
      json::Array row{at(run, "name"), json::Value(what)};
      append_fields(row, rate, {"count", "n", "rate"});
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table failures_table(const json::Value& report) {
  Table table{
      "failures",
      "Why rows failed",
      {{"run", "Run", Kind::text}, {"reason", "Reason", Kind::text}, {"rows", "Rows", Kind::count}},
      {}};
  for (const json::Value& run : list(report, "cells")) {
    for (const json::Value& failure : list(run, "failures")) {
      table.rows.push_back({at(run, "name"), at(failure, "reason"), at(failure, "rows")});
    }
  }
  return table;
}

Table position_table(const json::Value& report) {
  Table table{"positions",
              "By position in the batch",
              {{"run", "Run", Kind::text},
               {"position", "Position", Kind::count},
               {"n", "Rows with gold", Kind::count},
               {"correct", "Correct at first", Kind::count},
               {"first_pass", "First pass", Kind::share},
               {"low", "Low", Kind::share},
               {"high", "High", Kind::share},
               {"doubtful", "Doubtful", Kind::count},
               {"doubtful_of", "Of", Kind::count},
               {"doubtful_rate", "Doubtful rate", Kind::share}},
              {}};
  for (const json::Value& run : list(report, "cells")) {
    for (const json::Value& position : list(run, "by_position")) {
      json::Array row{at(run, "name")};
      append_fields(row, position,
                    {"position", "n", "first_pass.correct", "first_pass.rate", "first_pass.low",
                     "first_pass.high", "doubtful.count", "doubtful.n", "doubtful.rate"});
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table rounds_table(const json::Value& report) {
  Table table{"rounds",
              "By round",
              {{"run", "Run", Kind::text},
               {"round", "Round", Kind::count},
               {"answered", "Answered", Kind::count},
               {"correct", "Correct", Kind::count},
               {"rate", "Share correct", Kind::share}},
              {}};
  for (const json::Value& run : list(report, "cells")) {
    for (const json::Value& round : list(run, "by_round")) {
      json::Array row{at(run, "name")};
      append_fields(row, round, {"round", "answered", "correct"});
      row.push_back(number(quotient(real(round, "correct"), real(round, "answered"))));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

/// Column `place` of a confusion table: a class, then what is none, then failed.
json::Value answered_class(const json::Array& classes, std::size_t place) {
  if (place < classes.size()) return classes[place];
  return json::Value(place == classes.size() ? other_answer : failed_answer);
}

void add_confusion(Table& table, const json::Value& run) {
  const json::Array& classes = list(run, "confusion.classes");
  const json::Array& counts = list(run, "confusion.counts");
  for (std::size_t gold = 0; gold < counts.size() && gold < classes.size(); ++gold) {
    const json::Array* row = counts[gold].array();
    for (std::size_t place = 0; row != nullptr && place < row->size(); ++place) {
      const json::Value& count = (*row)[place];
      if (count.integer().value_or(0) == 0) continue;
      table.rows.push_back({at(run, "name"), classes[gold], answered_class(classes, place), count});
    }
  }
}

/// Only what occurs: a table of 1,000 classes has a million places, nearly all empty.
Table confusion_table(const json::Value& report) {
  Table table{"confusion",
              "Gold and answered classes",
              {{"run", "Run", Kind::text},
               {"gold", "Gold", Kind::text},
               {"answered", "Answered", Kind::text},
               {"rows", "Rows", Kind::count}},
              {}};
  for (const json::Value& run : list(report, "cells")) add_confusion(table, run);
  return table;
}

Table classes_table(const json::Value& report) {
  Table table{"classes",
              "By class",
              {{"run", "Run", Kind::text},
               {"class", "Class", Kind::text},
               {"n", "Rows", Kind::count},
               {"correct", "Correct", Kind::count},
               {"recall", "Recall", Kind::share},
               {"precision", "Precision", Kind::share}},
              {}};
  for (const json::Value& run : list(report, "cells")) {
    for (const json::Value& one : list(run, "by_class")) {
      json::Array row{at(run, "name")};
      append_fields(row, one, {"class", "n", "correct", "recall", "precision"});
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table wrong_answers_table(const json::Value& report) {
  Table table{"wrong-answers",
              "Wrong answers",
              {{"run", "Run", Kind::text},
               {"id", "Row", Kind::text},
               {"gold", "Gold", Kind::text},
               {"answer", "Answer", Kind::text},
               {"reason", "Failed because", Kind::text},
               {"text", "Answer as printed", Kind::text},
               {"batch_size", "Batch size", Kind::count},
               {"position", "Position", Kind::count},
               {"round", "Round", Kind::count},
               {"prompt", "Prompt", Kind::text},
               {"reply", "Reply", Kind::text}},
              {}};
  for (const json::Value& wrong : list(report, "wrong_answers")) {
    json::Array row;
    append_fields(row, wrong,
                  {"cell", "id", "gold", "answer", "reason", "text", "batch_size", "position",
                   "round", "prompt", "reply"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::vector<Table> run_tables(const json::Value& report) {
  return {runs_table(report),     rates_table(report),        failures_table(report),
          position_table(report), rounds_table(report),       confusion_table(report),
          classes_table(report),  wrong_answers_table(report)};
}

}  // namespace sheaf::report
