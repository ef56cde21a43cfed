#include <utility>

#include <fmt/format.h>

#include <sheaf/plan.hpp>

#include "core/json.hpp"

namespace sheaf {
namespace {

using json::Array;
using json::Object;
using json::Value;

Value real(double value) { return json::Number{fmt::format("{:.9g}", value)}; }

Value optional_real(const std::optional<double>& value) { return value ? real(*value) : Value(); }

Value range(const PlanRange& range) {
  return Object{
      {"low", real(range.low)}, {"expected", real(range.expected)}, {"high", real(range.high)}};
}

Object way(const PlanWay& way) { return {{"via", way.via}, {"cached", way.cached}}; }

Value line(const PlanLine& line) {
  Array costs;
  for (const auto& cost : line.costs) {
    auto object = way(cost.way);
    object.emplace_back("usd", range(cost.usd));
    costs.emplace_back(std::move(object));
  }
  return Object{{"batch_size", line.batch_size},
                {"requests", line.requests},
                {"input_tokens", line.input_tokens},
                {"shared_tokens", line.shared_tokens},
                {"sample_tokens", real(line.sample_tokens)},
                {"output_tokens", range(line.output_tokens)},
                {"envelope_tokens", real(line.envelope_tokens)},
                {"costs", std::move(costs)},
                {"minutes", optional_real(line.minutes)},
                {"token_saving", real(line.token_saving)}};
}

Value exclusion(const PlanExclusion& left_out) {
  auto object = way(left_out.way);
  object.emplace_back("batch_size", left_out.batch_size ? Value(*left_out.batch_size) : Value());
  object.emplace_back("reason", left_out.reason);
  return object;
}

Value advice(const std::optional<PlanAdvice>& advice) {
  if (!advice) return {};
  auto object = way(advice->way);
  object.emplace_back("batch", advice->batch);
  object.emplace_back("batch_size", advice->batch_size);
  object.emplace_back("reason", advice->reason);
  return object;
}

Value vectors(const std::optional<PlanVectors>& vectors) {
  if (!vectors) return {};
  return Object{{"model", vectors->model},
                {"texts", vectors->texts},
                {"requests", vectors->requests},
                {"input_tokens", vectors->input_tokens},
                {"usd", optional_real(vectors->cost_usd)}};
}

template <class T, class Make>
Array list(const std::vector<T>& all, Make make) {
  Array array;
  for (const auto& one : all) array.emplace_back(make(one));
  return array;
}

}  // namespace

std::string to_json(const PlanReport& report) {
  return json::dump(
      Object{{"task", report.task},
             {"model", report.model},
             {"tokenizer", report.tokenizer},
             {"prices", report.prices},
             {"lengths", report.lengths},
             {"rows", report.rows},
             {"bad_rows", report.bad_rows},
             {"samples", report.samples},
             {"vectors", vectors(report.vectors)},
             {"sizes", list(report.lines, line)},
             {"left_out", list(report.left_out, exclusion)},
             {"assumptions",
              list(report.assumptions, [](const std::string& text) { return Value(text); })},
             {"advice", advice(report.advice)},
             {"pilot", report.pilot ? Value(*report.pilot) : Value()},
             {"prompt", report.prompt}});
}

}  // namespace sheaf
