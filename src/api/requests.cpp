#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <sheaf/requests.hpp>

#include "api/model_limits.hpp"
#include "api/run_form.hpp"
#include "api/task_checks.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "requests/packable.hpp"
#include "requests/request_format.hpp"
#include "requests/request_provider.hpp"
#include "requests/request_source.hpp"
#include "requests/result_line.hpp"
#include "rows/row.hpp"
#include "rows/sink.hpp"
#include "task/task.hpp"

namespace sheaf {
namespace {

std::unexpected<Error> refuse_flag(std::string_view flag, std::string_view why) {
  return fail(ErrorCode::usage, fmt::format("{} is not for requests, {}", flag, why));
}

Expected<void> check(const TaskOverrides& overrides) {
  if (overrides.model) return refuse_flag("--model", "which name their model themselves");
  if (overrides.grouping) return refuse_flag("--grouping", "which share prompts by their order");
  if (overrides.format) return refuse_flag("--format", "which are packed in one way");
  return {};
}

/// A sample of this task is a whole request, so that nothing of the task itself is sent, and what
/// was bought stays bought whatever becomes of the rest of the file.
Expected<std::shared_ptr<const task::Task>> make_task(const std::string& path,
                                                      const std::string& model,
                                                      const TaskOverrides& overrides) {
  const auto checks = api::task_checks(overrides);
  if (!checks) return std::unexpected(checks.error());
  std::string yaml = "name: requests\ninstruction: none\nprompt: {contract: none}\nsample:\n";
  for (const auto& [label, column] :
       {std::pair{requests::sample_labels[0], requests::column::path},
        std::pair{requests::sample_labels[1], requests::column::body},
        std::pair{requests::sample_labels[2], requests::column::text}}) {
    yaml += fmt::format("  {}: \"{{{{{}}}}}\"\n", label, column);
  }
  yaml += fmt::format("answer: {{type: text, max_tokens: 1}}\nid: {}\nisolate: {}\n",
                      requests::column::id, requests::column::group);
  yaml += fmt::format("model: {{name: {}}}\n", json::dump("openai/" + model));
  auto task = task::parse(yaml, path, *checks, overrides);
  if (!task) return std::unexpected(std::move(task.error()));
  task->model = {};
  task->model.name = model;
  task->model.temperature.reset();
  task->instruction.clear();
  task->answer.marker.clear();
  task->warnings.clear();
  return std::make_shared<const task::Task>(std::move(*task));
}

}  // namespace

bool may_hold_requests(const std::string& path) {
  const auto folded = text::fold_ascii(path);
  std::string_view name = folded;
  for (const std::string_view packing : {".gz", ".zst"}) {
    if (name.ends_with(packing)) name.remove_suffix(packing.size());
  }
  return name.ends_with(".jsonl") || name.ends_with(".ndjson");
}

Expected<Requests> Requests::load(const std::string& path, const TaskOverrides& overrides,
                                  bool skip_bad_rows) {
  if (auto allowed = check(overrides); !allowed) return std::unexpected(allowed.error());
  auto source = rows::open_rows(path);
  if (!source) return std::unexpected(source.error());
  auto found =
      requests::survey(**source, skip_bad_rows ? rows::BadRows::skip : rows::BadRows::refuse);
  if (!found) {
    found.error().message += "; mend the line, or use --skip-bad-rows; nothing was sent";
    return std::unexpected(std::move(found.error()));
  }
  if (found->requests == 0) {
    return fail(ErrorCode::usage, fmt::format("{} holds no request; see that it is the right file",
                                              text::display_safe(path, 400)));
  }
  auto task = make_task(path, found->model, overrides);
  if (!task) return std::unexpected(std::move(task.error()));
  Requests all{Task(std::move(*task))};
  all.count_ = found->requests;
  all.packable_ = found->packable;
  for (const auto& [reason, count] : found->alone) all.alone_.push_back({reason, count});
  std::ranges::sort(all.alone_, {},
                    [](const FailureCount& each) { return std::pair(-each.rows, each.reason); });
  all.largest_cap_ = found->largest_cap;
  all.uncapped_line_ = found->uncapped_line;
  if (found->unbounded) {
    const auto& [line, why] = *found->unbounded;
    all.unbounded_ = fmt::format("the request of line {} {}", line, why);
  }
  return all;
}

/// One call of run_requests.
class RequestsRun {
 public:
  RequestsRun(const Requests& requests, const RunOptions& options)
      : requests_(requests),
        options_(options),
        task_(*requests.task().internal()),
        limits_(api::model_limits(task_)) {
    options_.rows = task_.path;
    options_.dedup = false;
    options_.simulated.clear();
  }

  Expected<RequestsSummary> run() {
    if (auto allowed = check(); !allowed) return std::unexpected(allowed.error());
    auto summary = api::run_beside({}, requests_.task(), options_, form());
    if (!summary) return std::unexpected(std::move(summary.error()));
    return RequestsSummary{std::move(*summary), lines_ > 0 ? std::optional(packed_) : std::nullopt};
  }

 private:
  Expected<void> check() const {
    const auto form = rows::output_form(options_.output);
    if (form && *form != rows::OutputForm::jsonl) {
      return fail(ErrorCode::usage, "results of requests are JSONL; give -o OUT.jsonl");
    }
    if (options_.via != Via::live) return refuse_flag("--via", "which are sent live");
    const RunOptions usual;
    const bool has_bulk_flags = options_.repairs != usual.repairs || !options_.wait_for_bulk ||
                                options_.abandon_bulk || options_.most_bulk_tokens ||
                                options_.most_bulk_requests != usual.most_bulk_requests;
    if (has_bulk_flags) {
      return fail(ErrorCode::usage, "flags of bulk jobs are not for requests, which are sent live");
    }
    return options_.max_cost_usd ? check_cost() : Expected<void>();
  }

  Expected<void> check_cost() const {
    const auto none = [](std::string why) -> Expected<void> {
      return fail(ErrorCode::usage, "--max-cost could not hold: " + std::move(why));
    };
    if (!task_.price) {
      return none(fmt::format("no prices are known of {}; give them by --models FILE",
                              text::display_safe(task_.model_name, 80)));
    }
    if (!requests_.unbounded_.empty()) {
      return none(requests_.unbounded_ + ", which may cost more than its tokens; take it out");
    }
    if (requests_.uncapped_line_ && !limits_.output) {
      return none(
          fmt::format("the request of line {} has no max_completion_tokens, and no limit "
                      "is known of the model; give one of them",
                      *requests_.uncapped_line_));
    }
    return {};
  }

  /// Caps are those of the bodies, which the packer need not look at but for the context.
  api::RunForm form() {
    auto limits = limits_;
    limits.output.reset();
    const auto uncapped =
        options_.max_cost_usd ? limits_.output.value_or(0) : requests::default_cap;
    return {.rows = requests::request_rows,
            .format = requests::make_request_format({requests_.largest_cap_, limits_.output}),
            .provider = std::make_unique<requests::RequestProvider>(),
            .line = [this](const rows::ResultRecord& record) { return line(record); },
            .limits = limits,
            .most_output =
                [uncapped](std::string_view text) {
                  const auto body = json::parse(requests::wire_body(text));
                  return body ? requests::most_output(*body, uncapped) : uncapped;
                }};
  }

  std::string line(const rows::ResultRecord& record) {
    ++lines_;
    packed_ += requests::is_packed(record) ? 1 : 0;
    return requests::result_line(record, task_.model.name);
  }

  const Requests& requests_;
  RunOptions options_;
  const task::Task& task_;
  plan::ModelLimits limits_;
  std::int64_t lines_ = 0;
  std::int64_t packed_ = 0;
};

Expected<RequestsSummary> run_requests(const Requests& requests, const RunOptions& options) {
  return RequestsRun(requests, options).run();
}

}  // namespace sheaf
