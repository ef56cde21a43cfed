#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sheaf/plan.hpp>

#include "api/model_limits.hpp"
#include "api/open.hpp"
#include "api/plan_advice.hpp"
#include "api/plan_sweep.hpp"
#include "api/simulated.hpp"
#include "api/via.hpp"
#include "plan/cost_model.hpp"
#include "run/answer_lengths.hpp"
#include "run/forecast.hpp"
#include "run/intake.hpp"
#include "run/ways.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf {
namespace {

/// Each with its double, up to 32: what doubling saves decides.
const std::vector<int> usual_sizes{1, 2, 3, 4, 6, 8, 12, 16, 32, 64};

constexpr double bill_accuracy = 0.02;

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

std::vector<int> sizes_of(const Task& task) {
  auto sizes = usual_sizes;
  sizes.push_back(task.batch_size());
  std::ranges::sort(sizes);
  const auto [first, last] = std::ranges::unique(sizes);
  sizes.erase(first, last);
  return sizes;
}

PlanRange told(const plan::Range& range) { return {range.low, range.expected, range.high}; }

class Planned {
 public:
  Planned(const Task& task, const PlanOptions& options, run::Forecast& forecast,
          const run::ModelCounter& model)
      : task_(*task.internal()),
        options_(options),
        forecast_(forecast),
        ways_(run::ways_of(task_)),
        lengths_(run::lengths_of_examples(task_, model.counter)) {
    report_.task = task.name();
    report_.model = task.model();
    report_.tokenizer = model.tokenizer;
  }

  Expected<void> learn() {
    if (!options_.sweep.empty()) {
      const auto passed = api::largest_passed(options_.sweep, task_);
      if (!passed) return std::unexpected(passed.error());
      largest_passed_ = *passed;
    }
    if (options_.answers.empty()) return {};
    const auto path = options_.answers + ".sheaf";
    const auto store = store::open_sqlite(path, store::Access::read_only);
    if (!store) return std::unexpected(store.error());
    const auto mark = (*store)->task_mark();
    if (!mark) return std::unexpected(mark.error());
    if (mark->request_identity != task::request_identity(task_)) {
      return fail(ErrorCode::usage,
                  fmt::format("{} holds answers of another task or model; plan without it", path));
    }
    const auto bought =
        run::lengths_of_replies(**store, [this](int size) { return forecast_.envelope(size); });
    if (!bought) return std::unexpected(bought.error());
    if (!*bought) {
      return fail(ErrorCode::usage,
                  fmt::format("{} holds no reply whose usage was told; plan without it", path));
    }
    lengths_ = **bought;
    return {};
  }

  const run::AnswerLengths& lengths() const { return lengths_; }

  PlanReport finish(const std::vector<int>& sizes, std::int64_t bad_rows) {
    report_.rows = forecast_.rows();
    report_.bad_rows = bad_rows;
    report_.samples = forecast_.samples();
    report_.vectors = forecast_.vectors();
    report_.lengths = lengths_.source;
    report_.left_out = ways_.left_out;
    if (report_.samples == 0) return std::move(report_);
    for (const int size : sizes) add_line(size);
    name_ways();
    price_source();
    if (!ways_.priced.empty()) {
      report_.assumptions = run::assumptions(task_, ways_, report_.ways, lengths_);
      about_cuts();
      about_unsent();
      report_.advice = api::advise(report_, largest_passed_, [this](const PlanWay& way) {
        return api::can_be_sent(task_, way.via);
      });
    }
    report_.prompt = forecast_.first_prompt(task_.batch.size);
    return std::move(report_);
  }

 private:
  void add_line(int size) {
    PlanLine line;
    line.batch_size = size;
    line.envelope_tokens = forecast_.envelope(size);
    const auto traffic = run::with_outputs(forecast_.traffic(size), lengths_, line.envelope_tokens,
                                           task_.model.reasoning_tokens);
    line.requests = traffic.requests;
    line.input_tokens = traffic.input_tokens;
    line.shared_tokens = traffic.shared_tokens;
    line.sample_tokens =
        static_cast<double>(traffic.input_tokens - traffic.shared_tokens * traffic.requests) /
        static_cast<double>(traffic.samples);
    line.output_tokens = told(run::whole_output(traffic));
    for (const auto& way : ways_.priced) {
      const auto cost = run::cost_of(way, traffic);
      if (cost) {
        line.costs.push_back({way.way, told(*cost)});
      } else {
        report_.left_out.push_back({way.way, size, cost.error()});
      }
    }
    pilot(traffic, size);
    const auto cut = forecast_.cut(size);
    if (cut != run::Forecast::Cut::none) cut_.push_back(size);
    by_lengths_ = by_lengths_ || cut == run::Forecast::Cut::by_lengths;
    line.minutes = minutes(line.requests, line, task_.limits);
    if (size > 1 && report_.vectors) add_vectors(line);
    const auto tokens = static_cast<double>(line.input_tokens) + line.output_tokens.expected;
    if (size == 1) single_tokens_ = tokens;
    if (tokens > 0) line.token_saving = single_tokens_ / tokens;
    report_.lines.push_back(std::move(line));
  }

  void about_cuts() {
    if (cut_.empty()) return;
    auto text = fmt::format("batches of {} are not all full: they hold what the model takes",
                            fmt::join(cut_, ", "));
    if (by_lengths_) {
      text += ", if answers are as long as planned";
    }
    report_.assumptions.push_back(std::move(text));
  }

  void about_unsent() {
    std::vector<std::string> ways;
    for (const auto& way : report_.ways) {
      if (!way.cached && !api::can_be_sent(task_, way.via)) ways.push_back(way.via);
    }
    if (ways.empty()) return;
    report_.assumptions.push_back(
        fmt::format("{} is priced, though sheaf does not send it to this provider yet",
                    fmt::join(ways, " or ")));
  }

  /// Of the size in force: how many answers tell the bill to 2 %.
  void pilot(const plan::Traffic& traffic, int size) {
    if (size != task_.batch.size || ways_.priced.empty() || lengths_.count < 2) return;
    const auto& price = ways_.priced.front().price.base;
    const auto input =
        static_cast<double>(price.input.picos) * static_cast<double>(traffic.input_tokens);
    const auto requests = static_cast<double>(traffic.requests);
    const auto per_token = static_cast<double>(price.output.picos);
    const double answers = per_token * traffic.output_tokens.expected;
    const double whole = input + answers + per_token * requests * traffic.reasoning_tokens.expected;
    if (answers <= 0 || lengths_.mean <= 0) return;
    const double of_answers = answers * lengths_.deviation / lengths_.mean;
    // A reply tells one request's reasoning, and the lengths of all its answers.
    const double of_reasoning = per_token * reasoning_deviation() *
                                std::sqrt(requests * static_cast<double>(traffic.samples));
    report_.pilot = std::min(
        report_.samples,
        plan::lengths_needed(1, std::hypot(of_answers, of_reasoning) / whole, bill_accuracy));
  }

  /// Of one request; before any is known, as if anything up to the allowance were as likely.
  double reasoning_deviation() const {
    if (lengths_.reasoning) return lengths_.reasoning_deviation;
    return static_cast<double>(task_.model.reasoning_tokens) / std::sqrt(12.0);
  }

  static std::optional<double> minutes(std::int64_t requests, const PlanLine& line,
                                       const task::Limits& limits) {
    if (!limits.requests_per_minute && !limits.tokens_per_minute) return std::nullopt;
    const auto tokens = line.input_tokens + static_cast<std::int64_t>(line.output_tokens.expected);
    return plan::limit_bound_minutes({requests, tokens},
                                     {limits.requests_per_minute, limits.tokens_per_minute});
  }

  void add_vectors(PlanLine& line) const {
    const auto& vectors = *report_.vectors;
    line.requests += vectors.requests;
    line.input_tokens += vectors.input_tokens;
    for (auto& cost : line.costs) {
      const double more = vectors.cost_usd.value_or(0);
      cost.usd = {cost.usd.low + more, cost.usd.expected + more, cost.usd.high + more};
    }
    const auto& limits = task_.embeddings->endpoint.limits;
    if (!limits.requests_per_minute && !limits.tokens_per_minute) return;
    // No prompt leaves before all vectors are there.
    line.minutes =
        line.minutes.value_or(0) +
        plan::limit_bound_minutes({vectors.requests, vectors.input_tokens},
                                  {limits.requests_per_minute, limits.tokens_per_minute});
  }

  /// A way that no size has is told once.
  void name_ways() {
    for (const auto& way : ways_.priced) {
      const auto has_it = [&way](const PlanLine& line) {
        return std::ranges::any_of(line.costs, [&way](const PlanCost& cost) {
          return cost.way.via == way.way.via && cost.way.cached == way.way.cached;
        });
      };
      if (std::ranges::any_of(report_.lines, has_it)) report_.ways.push_back(way.way);
    }
  }

  void price_source() {
    if (!task_.price) return;
    if (task_.has_own_price) {
      report_.prices = "the task";
      return;
    }
    const auto* seen = task_.known->entry.find("seen");
    report_.prices =
        fmt::format("{}, seen {}", task_.known->name, seen == nullptr ? "?" : *seen->string());
  }

  const task::Task& task_;
  const PlanOptions& options_;
  run::Forecast& forecast_;
  run::Ways ways_;
  run::AnswerLengths lengths_;
  std::optional<int> largest_passed_;
  std::vector<int> cut_;
  bool by_lengths_ = false;  ///< What answers take decides a cut.
  PlanReport report_;
  double single_tokens_ = 0;
};

}  // namespace

Expected<PlanReport> plan_task(const Task& task, const PlanOptions& options) {
  const auto& inner = *task.internal();
  auto source = api::open_source(options.rows, options.limit, options.sample, options.seed);
  if (!source) return std::unexpected(source.error());
  const auto format = task::make_format(inner);
  run::Intake intake(inner, **source, options.limit);
  const auto model = api::counter_of(inner, {});
  if (!model) return std::unexpected(model.error());
  const auto sizes = sizes_of(task);
  run::Forecast forecast(inner, *format, model->counter, sizes, options.dedup,
                         api::model_limits(inner));
  Planned planned(task, options, forecast, *model);
  if (auto learned = planned.learn(); !learned) return std::unexpected(learned.error());
  forecast.expect(planned.lengths());
  auto bad_rows = add_rows(intake, forecast, options.skip_bad_rows);
  if (!bad_rows) return std::unexpected(bad_rows.error());
  return planned.finish(sizes, *bad_rows);
}

}  // namespace sheaf
