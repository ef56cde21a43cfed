#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <sheaf/run.hpp>

#include "answer/extract.hpp"
#include "api/check_options.hpp"
#include "api/completion.hpp"
#include "api/local_model.hpp"
#include "api/model_limits.hpp"
#include "api/open.hpp"
#include "api/output.hpp"
#include "api/recent_requests.hpp"
#include "api/run_form.hpp"
#include "api/simulated.hpp"
#include "api/via.hpp"
#include "dispatch/dispatcher.hpp"
#include "plan/bounds.hpp"
#include "provider/provider.hpp"
#include "run/embedder.hpp"
#include "run/intake.hpp"
#include "run/ordered_writer.hpp"
#include "run/runner.hpp"
#include "store/checkpoint.hpp"
#include "task/presets.hpp"
#include "task/task.hpp"
#include "transport/transport.hpp"

namespace sheaf {
namespace {

/// Result lines that are early wait in memory up to this, then in the checkpoint.
constexpr std::size_t early_lines_bytes = 8u << 20;

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t now_seconds() { return unix_ms() / 1000; }

Expected<std::unique_ptr<store::Checkpoint>> open_checkpoint(const RunOptions& options,
                                                             const std::string& path) {
  std::error_code unreadable;
  std::optional<store::OutputMark> mark;
  if (options.fresh && std::filesystem::exists(path, unreadable)) {
    mark = api::output_mark(path);
    const bool waits = api::waits_for_bulk_jobs(path);
    auto kept = store::retire(path);
    if (!kept) return std::unexpected(kept.error());
    if (waits && options.observer != nullptr) {
      options.observer->notice(
          Severity::warning,
          fmt::format("bulk jobs of the old checkpoint are not collected; to collect them, run "
                      "with --checkpoint {} and another -o",
                      *kept));
    }
    if (options.observer != nullptr) {
      options.observer->notice(Severity::info,
                               fmt::format("the old checkpoint is kept as {}", *kept));
    }
  }
  auto store = store::open_sqlite(path, store::Access::read_write);
  if (!store || !mark) return store;
  // OUT stays the old checkpoint's until it is replaced, and so this one's.
  if (auto done = (*store)->set_output_mark(mark); !done) return std::unexpected(done.error());
  if (auto done = (*store)->commit(); !done) return std::unexpected(done.error());
  return store;
}

run::Budget make_budget(const RunOptions& options, const store::Spending& spent) {
  run::Budget::Bounds bounds;
  if (options.max_cost_usd) {
    const double most = static_cast<double>(std::numeric_limits<std::int64_t>::max()) / 2;
    bounds.cost = Money{std::llround(std::min(*options.max_cost_usd * 1e12, most))};
  }
  bounds.requests = options.max_requests;
  return {bounds, spent};
}

/// Of all requests but for the limits of their account.
dispatch::SchedulerOptions without_limits(const task::Task& task, const RunOptions& options) {
  dispatch::SchedulerOptions schedule;
  schedule.concurrency = task.concurrency;
  schedule.max_retries = options.max_retries;
  schedule.total_timeout = options.timeouts.total;
  schedule.seed = static_cast<std::uint64_t>(unix_ms());
  return schedule;
}

dispatch::SchedulerOptions schedule(const task::Task& task, const RunOptions& options) {
  auto schedule = without_limits(task, options);
  for (const auto& endpoint : task.endpoints) {
    schedule.endpoints.push_back(
        {endpoint.limits.requests_per_minute, endpoint.limits.tokens_per_minute});
  }
  if (schedule.endpoints.empty()) schedule.endpoints.emplace_back();
  if (schedule.endpoints.size() == 1) {
    auto& only = schedule.endpoints.front();
    if (!only.requests_per_minute) only.requests_per_minute = task.limits.requests_per_minute;
    if (!only.tokens_per_minute) only.tokens_per_minute = task.limits.tokens_per_minute;
  }
  return schedule;
}

bool is_limited(const dispatch::SchedulerOptions& schedule) {
  return std::ranges::any_of(schedule.endpoints, [](const auto& endpoint) {
    return endpoint.requests_per_minute || endpoint.tokens_per_minute;
  });
}

transport::Options live_transport(const RunOptions& options, int concurrency) {
  transport::Options transport;
  transport.timeouts = {options.timeouts.connect, options.timeouts.stall, options.timeouts.attempt};
  transport.most_transfers = concurrency;
  return transport;
}

Expected<std::unique_ptr<transport::Transport>> make_transport(const RunOptions& options,
                                                               transport::Options transport) {
  transport.ca_file = options.ca_file;
  const auto variable = options.environment.find("SSL_CERT_FILE");
  if (transport.ca_file.empty() && variable != options.environment.end()) {
    transport.ca_file = variable->second;
  }
  return transport::make_curl(transport);
}

/// Everything one run owns, put together in the order in which it can fail.
class Session {
 public:
  Session(const std::vector<std::string>& others, task::Task task, const RunOptions& options,
          api::RunForm form)
      : options_(options),
        others_(others),
        task_(std::move(task)),
        checkpoint_path_(options.checkpoint.empty() ? options.output + ".sheaf"
                                                    : options.checkpoint),
        simulated_(task_.provider == task::simulated_model),
        form_(std::move(form)),
        format_(form_.format ? std::move(form_.format) : task::make_format(task_)),
        extractor_(task_.answer),
        provider_(form_.provider ? std::move(form_.provider)
                                 : provider::make_provider(task_.model)) {}

  /// Sees that no two files are one; the summary when the run has nothing to do.
  Expected<std::optional<RunSummary>> look() {
    if (auto named = api::check_names(options_, checkpoint_path_); !named) {
      return std::unexpected(named.error());
    }
    auto summary = api::nothing_to_do(task_, options_, checkpoint_path_);
    if (summary) summary->simulated = simulated_;
    return summary;
  }

  Expected<void> open() {
    auto model = api::counter_of(task_, options_.simulated);
    if (!model) return std::unexpected(model.error());
    counter_ = std::move(model->counter);
    auto source =
        api::open_source(options_.rows, options_.limit, options_.sample, options_.seed, &input_);
    if (!source) return std::unexpected(source.error());
    source_ = form_.rows ? form_.rows(std::move(*source)) : std::move(*source);
    if (auto allowed = check_output(); !allowed) return allowed;
    auto store = open_checkpoint(options_, checkpoint_path_);
    if (!store) return std::unexpected(store.error());
    store_ = std::move(*store);
    auto output =
        api::Output::open(options_.output, checkpoint_path_, source_, options_.skip_bad_rows,
                          options_.escape_formulas ? rows::Formulas::escape : rows::Formulas::keep);
    if (!output) return std::unexpected(output.error());
    output_.emplace(std::move(*output));
    return connect();
  }

  Expected<RunSummary> run() {
    auto spent = store_->spending();
    if (!spent) return std::unexpected(spent.error());
    // Kept with the first commit of the run: from then on it may be true no longer.
    if (auto done = store_->set_completion_mark(std::nullopt); !done) {
      return std::unexpected(done.error());
    }
    run::Intake intake(task_, *source_, options_.limit);
    run::OrderedWriter writer([this](std::string_view line) { return output_->write(line); },
                              *store_, options_.order, early_lines_bytes);
    run::Parts parts{task_,   *format_,   extractor_, *provider_, intake, writer,
                     *store_, *dispatch_, {},         {},         {},     unix_ms};
    parts.format_result = [this](const rows::ResultRecord& record) {
      return form_.line ? form_.line(record) : output_->format(record);
    };
    if (options_.skip_bad_rows) {
      parts.reject = [this](const rows::BadRow& row) { return output_->reject(row); };
    }
    if (options_.order == Order::completion || options_.output == "-") {
      parts.flush_results = [this] { return output_->flush(); };
    }
    if (vectors_dispatch_) parts.vectors.emplace(*embeddings_, *vectors_dispatch_);
    parts.counter = std::move(counter_);
    parts.limits = form_.limits.value_or(api::model_limits(task_));
    parts.most_output = form_.most_output;
    parts.bulk = std::move(bulk_);
    auto summary = run::Runner(std::move(parts), options_, make_budget(options_, *spent)).run();
    if (auto done = finish(summary); !done && !summary.stopped) summary.stopped = done.error();
    summary.output = output_->name();
    summary.checkpoint = checkpoint_path_;
    summary.simulated = simulated_;
    if (summary.stopped && options_.fresh) {
      summary.stopped->message += " (without --fresh, which would start over)";
    }
    return summary;
  }

 private:
  /// Before --fresh puts the old checkpoint aside: it may be the output's owner.
  Expected<void> check_output() const {
    if (options_.overwrite) return {};
    const auto owned = api::written_by(options_.output, checkpoint_path_);
    if (!owned && !options_.fresh) return std::unexpected(owned.error());
    if (owned.value_or(false)) return {};
    const auto why = owned ? fmt::format("{} did not write it", checkpoint_path_)
                           : fmt::format("it cannot be told whether {} wrote it ({})",
                                         checkpoint_path_, owned.error().message);
    return fail(ErrorCode::usage, fmt::format("{} exists and {}; choose another -o, or replace it "
                                              "with --overwrite",
                                              options_.output, why));
  }

  Expected<void> connect() {
    std::vector<Endpoint> endpoints;
    if (simulated_) {
      auto server = api::start_simulated(task_, options_.rows, options_.simulated, 0);
      if (!server) return std::unexpected(server.error());
      server_ = std::move(*server);
      endpoints.emplace_back().base_url = server_->base_url();
    } else {
      auto named = task::endpoints(task_, options_.environment);
      if (!named) return std::unexpected(named.error());
      endpoints = std::move(*named);
    }
    auto dispatch = make_dispatch(
        store::AttemptKind::completion, schedule(task_, options_), endpoints,
        [this](const TransferResult& result) { return provider_->read(result, now_seconds()); });
    if (!dispatch) return std::unexpected(dispatch.error());
    dispatch_ = std::move(*dispatch);
    auto bulk = api::connect_bulk(
        {.task = task_,
         .options = options_,
         .provider = *provider_,
         .store = *store_,
         .endpoint = endpoints.front(),
         .is_simulated = simulated_,
         .unix_ms = unix_ms,
         .make_transport =
             [this](const transport::Options& wanted) { return make_transport(options_, wanted); }},
        dispatch_);
    if (!bulk) return std::unexpected(bulk.error());
    bulk_ = std::move(*bulk);
    return run::buys_vectors(task_) ? connect_vectors(endpoints.front()) : Expected<void>();
  }

  /// `simulated` is where the simulated model answers, if it does.
  Expected<void> connect_vectors(const Endpoint& simulated) {
    auto endpoint = simulated_ ? Expected<Endpoint>(simulated)
                               : task::embeddings_endpoint(task_, options_.environment);
    if (!endpoint) return std::unexpected(endpoint.error());
    embeddings_.emplace(task_.embeddings->model);
    const auto& limits = task_.embeddings->endpoint.limits;
    auto schedule = without_limits(task_, options_);
    schedule.endpoints = {{limits.requests_per_minute, limits.tokens_per_minute}};
    auto dispatch = make_dispatch(
        store::AttemptKind::vectors, std::move(schedule), {std::move(*endpoint)},
        [this](const TransferResult& result) { return embeddings_->read(result, now_seconds()); });
    if (!dispatch) return std::unexpected(dispatch.error());
    vectors_dispatch_ = std::move(*dispatch);
    return {};
  }

  using Read = std::function<Exchange(const TransferResult&)>;

  /// Sends requests of this kind; those of the last minute count.
  Expected<std::unique_ptr<dispatch::Dispatch>> make_dispatch(store::AttemptKind kind,
                                                              dispatch::SchedulerOptions schedule,
                                                              std::vector<Endpoint> endpoints,
                                                              Read read) {
    const bool local = kind == store::AttemptKind::completion && api::is_local(task_);
    auto transport = local ? api::local_transport(task_)
                           : make_transport(options_, live_transport(options_, task_.concurrency));
    if (!transport) return std::unexpected(transport.error());
    const auto now = unix_ms();
    const auto& others = is_limited(schedule) ? others_ : std::vector<std::string>{};
    auto recent = api::recent_requests(*store_, others, kind, now);
    if (!recent) return std::unexpected(recent.error());
    schedule.past = std::move(*recent);
    dispatch::Wire wire;
    wire.read = [read = std::move(read), endpoints](const TransferResult& result) {
      auto exchange = read(result);
      provider::hide_secrets(exchange, endpoints);
      return exchange;
    };
    wire.address = [endpoints = std::move(endpoints)](HttpRequest request, std::size_t endpoint) {
      return provider::address(std::move(request), endpoints.at(endpoint));
    };
    return dispatch::make_dispatcher(std::move(*transport), std::move(schedule), std::move(wire));
  }

  Expected<void> finish(const RunSummary& summary) {
    if (summary.stopped) return output_->flush();
    if (auto done = output_->sync(); !done) return done;
    if (const auto mark = output_->mark()) {
      const auto completed = api::completion_mark(task_, options_, input_, *mark, summary);
      if (auto done = store_->set_output_mark(mark); !done) return done;
      if (auto done = store_->set_completion_mark(completed); !done) return done;
      if (auto done = store_->commit(); !done) return done;
    }
    return output_->complete();
  }

  const RunOptions& options_;
  const std::vector<std::string>& others_;  ///< Checkpoints of runs by the same account.
  const task::Task task_;                   ///< As this run sends it.
  std::string checkpoint_path_;
  bool simulated_;
  api::RunForm form_;  ///< Its format and provider are the session's.
  std::unique_ptr<format::BatchFormat> format_;
  answer::Extractor extractor_;
  std::unique_ptr<provider::Provider> provider_;
  tokens::Counter counter_;
  rows::ReadDigest input_;
  std::unique_ptr<rows::RowSource> source_;
  std::unique_ptr<store::Checkpoint> store_;
  std::optional<api::Output> output_;
  std::unique_ptr<simulate::Server> server_;
  std::optional<provider::Embeddings> embeddings_;
  std::unique_ptr<dispatch::Dispatch> dispatch_;
  run::BulkSending bulk_;
  std::unique_ptr<dispatch::Dispatch> vectors_dispatch_;  ///< Null where no vectors are asked for.
};

}  // namespace

namespace api {

Expected<RunSummary> run_beside(const std::vector<std::string>& others, const Task& task,
                                const RunOptions& options, RunForm form) {
  if (auto checked = check_options(*task.internal(), options); !checked) {
    return std::unexpected(checked.error());
  }
  if (options.observer != nullptr) {
    for (const auto& warning : task.warnings()) {
      options.observer->notice(Severity::warning, warning);
    }
  }
  auto sent = *task.internal();
  if (auto done = api::apply_via(sent, options); !done) return std::unexpected(done.error());
  Session session(others, std::move(sent), options, std::move(form));
  auto finished = session.look();
  if (!finished) return std::unexpected(finished.error());
  if (*finished) return std::move(**finished);
  if (auto opened = session.open(); !opened) return std::unexpected(opened.error());
  return session.run();
}

}  // namespace api

Expected<RunSummary> run_task(const Task& task, const RunOptions& options) {
  return api::run_beside({}, task, options);
}

}  // namespace sheaf
