#include <algorithm>
#include <variant>
#include <vector>

#include <sheaf/plan.hpp>

#include "api/open.hpp"
#include "api/simulated.hpp"
#include "run/forecast.hpp"
#include "run/intake.hpp"
#include "task/task.hpp"

namespace sheaf {
namespace {

Expected<std::int64_t> add_rows(run::Intake& intake, run::Forecast& forecast, bool skip_bad_rows) {
  std::int64_t bad_rows = 0;
  while (true) {
    auto pulled = intake.next();
    if (!pulled) return std::unexpected(pulled.error());
    if (!*pulled) return bad_rows;
    if (const auto* arrival = std::get_if<run::Arrival>(&**pulled)) {
      forecast.add(*arrival);
      continue;
    }
    const auto& bad = std::get<rows::BadRow>(**pulled);
    if (!skip_bad_rows) {
      return fail(ErrorCode::usage,
                  intake.describe(bad) + "; mend the row, or use --skip-bad-rows");
    }
    ++bad_rows;
  }
}

}  // namespace

Expected<PlanReport> plan_task(const Task& task, const PlanOptions& options) {
  const auto& inner = *task.internal();
  auto source = api::open_source(options.rows, options.limit, options.sample, options.seed);
  if (!source) return std::unexpected(source.error());
  const auto format = task::make_format(inner);
  run::Intake intake(inner, **source, options.limit);
  const auto model = api::counter_of(inner, {});
  if (!model) return std::unexpected(model.error());
  std::vector<int> sizes{1, 2, 3, 4, 6, 8, 16, 32, task.batch_size()};
  std::ranges::sort(sizes);
  const auto [first, last] = std::ranges::unique(sizes);
  sizes.erase(first, last);
  run::Forecast forecast(inner, *format, model->counter, sizes, options.dedup);
  auto bad_rows = add_rows(intake, forecast, options.skip_bad_rows);
  if (!bad_rows) return std::unexpected(bad_rows.error());

  PlanReport report;
  report.task = task.name();
  report.model = task.model();
  report.rows = forecast.rows();
  report.bad_rows = *bad_rows;
  report.samples = forecast.samples();
  report.tokenizer = model->tokenizer;
  report.vectors = forecast.vectors();
  for (const int size : sizes) report.lines.push_back(forecast.at(size));
  const auto single = report.lines.front();
  for (auto& line : report.lines) {
    const auto tokens = line.input_tokens + line.output_tokens;
    if (tokens == 0) continue;
    line.token_saving = static_cast<double>(single.input_tokens + single.output_tokens) /
                        static_cast<double>(tokens);
    if (line.cost_usd && *line.cost_usd > 0) line.cost_saving = *single.cost_usd / *line.cost_usd;
  }
  report.prompt = forecast.first_prompt(task.batch_size());
  return report;
}

}  // namespace sheaf
