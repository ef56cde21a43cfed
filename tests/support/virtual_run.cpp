#include "support/virtual_run.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "answer/extract.hpp"
#include "provider/provider.hpp"
#include "rows/result.hpp"
#include "run/budget.hpp"
#include "run/intake.hpp"
#include "run/ordered_writer.hpp"
#include "run/runner.hpp"

namespace sheaf::testing {
namespace {

class MemoryRows final : public rows::RowSource {
 public:
  explicit MemoryRows(const std::vector<WordRow>& rows) : rows_(rows) {}
  Expected<std::optional<rows::RowOrBad>> next() override {
    if (at_ == rows_.size()) return std::optional<rows::RowOrBad>{};
    const auto& row = rows_[at_++];
    json::Object fields{{"id", row.id}, {"q", "say " + row.word}, {"group", row.group}};
    const auto number = static_cast<std::int64_t>(at_);
    const auto raw = json::dump(fields);
    return std::optional<rows::RowOrBad>(rows::Row{number, number, raw, std::move(fields)});
  }
  const std::vector<std::string>& columns() const override { return columns_; }
  const std::string& name() const override { return name_; }

 private:
  std::vector<WordRow> rows_;
  std::size_t at_ = 0;
  std::vector<std::string> columns_;
  std::string name_ = "rows.jsonl";
};

/// Interrupts after so many attempts ended; or stops the world, as a SIGKILL would: what ended then
/// is never told.
class Mortal final : public dispatch::Dispatch {
 public:
  Mortal(VirtualDispatch& inner, const VirtualRunSettings& settings, StopSignal& stop)
      : inner_(inner),
        left_(settings.killed_after),
        until_interrupt_(settings.interrupted_after),
        stop_(stop) {}
  void submit(std::vector<dispatch::Job> jobs) override { inner_.submit(std::move(jobs)); }
  void permit_retry(dispatch::JobId job) override { inner_.permit_retry(job); }
  void cancel(dispatch::JobId job) override { inner_.cancel(job); }
  std::vector<dispatch::JobId> drop_waiting() override {
    return killed_ ? std::vector<dispatch::JobId>{} : inner_.drop_waiting();
  }
  std::vector<dispatch::AttemptEnd> wait(Time wait) override {
    auto ended = inner_.wait(wait);
    seen_ += ended.size();
    if (until_interrupt_ && seen_ >= *until_interrupt_) {
      until_interrupt_.reset();
      stop_.request(StopSignal::Kind::interrupted);
    }
    if (!left_) return ended;
    if (*left_ < ended.size()) {
      killed_ = true;
      stop_.request(StopSignal::Kind::interrupted);
      stop_.request(StopSignal::Kind::interrupted);
      return {};
    }
    *left_ -= ended.size();
    return ended;
  }
  Time now() const override { return inner_.now(); }
  State state() const override { return inner_.state(); }

 private:
  VirtualDispatch& inner_;
  std::optional<std::size_t> left_;
  std::optional<std::size_t> until_interrupt_;
  std::size_t seen_ = 0;
  StopSignal& stop_;
  bool killed_ = false;
};

std::string yaml_of(const VirtualRunSettings& settings) {
  auto yaml = fmt::format(
      "name: words\n"
      "instruction: Say the word.\n"
      "sample: {{Q: \"{{{{q}}}}\"}}\n"
      "answer: {{type: {}, max_tokens: 8}}\n"
      "id: id\n"
      "batch: {{size: {}, grouping: {}}}\n"
      "model: {{name: fake{}}}\n",
      settings.answer_type, settings.batch_size, settings.grouping, settings.model_yaml);
  if (settings.isolate) yaml += "isolate: group\n";
  if (settings.priced) yaml += "price: {input_per_million: 1, output_per_million: 2}\n";
  yaml += fmt::format("limits: {{concurrency: {}", settings.concurrency);
  if (settings.requests_per_minute) {
    yaml += fmt::format(", requests_per_minute: {}", *settings.requests_per_minute);
  }
  if (settings.tokens_per_minute) {
    yaml += fmt::format(", tokens_per_minute: {}", *settings.tokens_per_minute);
  }
  return yaml + "}\n" + settings.more_yaml;
}

template <class T>
T expect(Expected<T> value) {
  if (!value) throw std::runtime_error(value.error().message);
  return std::move(*value);
}

}  // namespace

std::vector<WordRow> word_rows(int count, int groups) {
  std::vector<WordRow> rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back(
        {fmt::format("id-{}", i), fmt::format("w{}", i), fmt::format("g{}", i % groups)});
  }
  return rows;
}

VirtualRunResult virtual_run(const std::vector<WordRow>& rows, VirtualRunSettings settings,
                             store::Checkpoint& store) {
  const auto task = expect(task::parse(yaml_of(settings), "words.yaml", {answer::check_pattern}));
  const auto format = task::make_format(task);
  const answer::Extractor extractor(task.answer);
  const provider::OpenAi provider(task.model);
  MemoryRows source(rows);
  run::Intake intake(task, source, settings.options.limit);

  VirtualRunResult result;
  FakeServer server(settings.seed, settings.faults);
  dispatch::SchedulerOptions options;
  options.endpoints.assign(settings.endpoints,
                           {settings.requests_per_minute, settings.tokens_per_minute});
  const auto began_ms = settings.began.count() / 1000;
  for (const auto& [age, tokens] :
       expect(store.recent_tokens(store::AttemptKind::completion, began_ms - 61'000, began_ms))) {
    options.past.push_back({std::chrono::milliseconds(age), tokens});
  }
  options.concurrency = settings.concurrency;
  options.max_retries = settings.options.max_retries;
  options.total_timeout = settings.options.timeouts.total;
  options.seed = settings.seed;
  VirtualDispatch network(
      options, [&](const TransferResult& transfer) { return provider.read(transfer, 0); },
      [&](const HttpRequest& request, Time now) {
        if (settings.on_request) settings.on_request(intake.rows_read());
        return server.answer(request, now);
      });
  network.on_sent = settings.on_sent;
  StopSignal own_stop;
  StopSignal& stop = settings.stop != nullptr ? *settings.stop : own_stop;
  Mortal dispatch(network, settings, stop);
  run::OrderedWriter writer(
      [&](std::string_view line) -> Expected<void> {
        if (settings.output_lines && result.results.size() >= *settings.output_lines) {
          return fail(ErrorCode::stopped, "the disk is full");
        }
        auto parsed = json::parse(line);
        if (!parsed) return fail(ErrorCode::stopped, "a result is no JSON: " + std::string(line));
        if (settings.on_result) settings.on_result(*parsed);
        result.results.push_back(std::move(*parsed));
        return {};
      },
      store, settings.options.order, 4096);
  settings.options.stop = &stop;
  run::Budget::Bounds bounds;
  if (settings.options.max_cost_usd) {
    bounds.cost = Money{static_cast<std::int64_t>(*settings.options.max_cost_usd * 1e12)};
  }
  bounds.requests = settings.options.max_requests;
  run::Runner runner({task,
                      *format,
                      extractor,
                      provider,
                      intake,
                      writer,
                      store,
                      dispatch,
                      [](const rows::ResultRecord& record) { return rows::to_json_line(record); },
                      {},
                      {},
                      [&] { return began_ms + dispatch.now().count() / 1000; },
                      {},
                      {},
                      settings.limits},
                     settings.options, run::Budget(bounds, expect(store.spending())));
  result.summary = runner.run();
  result.ended = settings.began + network.now();
  result.sent = network.sent();
  result.prompts = server.prompts();
  result.served = server.served();
  return result;
}

std::vector<std::string> answered_words(store::Checkpoint& store) {
  std::vector<std::string> words;
  for (store::SampleNo number = 1; number <= store.sample_count(); ++number) {
    const auto record = expect(store.read(number));
    if (record.state == store::SampleState::answered) words.push_back(record.text);
  }
  return words;
}

}  // namespace sheaf::testing
