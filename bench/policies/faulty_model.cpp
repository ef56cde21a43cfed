#include "policies/faulty_model.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "simulate/fault_kinds.hpp"

namespace sheaf::bench {
namespace {

constexpr const char* task_text =
    "name: policies\n"
    "instruction: >\n"
    "  Each sample tells what a depot counted on one day. Add up what it counted, think before "
    "you\n"
    "  answer, and give the sum as a whole number without a unit. Where a count is told twice, "
    "the\n"
    "  later one holds. A depot that tells no count of a part of the day counted nothing in it.\n"
    "sample: {Q: \"{{text}}\"}\n"
    "exemplars:\n"
    "  - {text: Depot A counted 12 parcels before noon and 30 after it., answer: 42,\n"
    "     reasoning: Both parts of the day are told. 12 and 30 are 42.}\n"
    "  - {text: Depot B counted nothing before noon and 7 parcels after it., answer: 7,\n"
    "     reasoning: Only the second part of the day counts.}\n"
    "  - {text: Depot C counted 250 parcels before noon and 250 after it., answer: 500,\n"
    "     reasoning: Both parts of the day are equal. Twice 250 is 500.}\n"
    "  - {text: Depot D counted 1 parcel before noon and 99 after it., answer: 100,\n"
    "     reasoning: One more than 99 is 100.}\n"
    "answer: {type: number, reasoning: chain-of-thought}\n"
    "id: id\n"
    "gold: gold\n"
    "batch: {size: 16}\n"
    "model: {name: openai/simulated-by-seed}\n"
    "limits: {concurrency: 8}\n";

/// Far enough apart that no near miss of one is another's.
std::size_t sum_of(std::size_t row) { return 1'000'000 + row * 1'009; }

template <class T>
T expect(Expected<T> value) {
  if (!value) throw std::runtime_error(value.error().message);
  return std::move(*value);
}

class CountedRows final : public rows::RowSource {
 public:
  explicit CountedRows(std::size_t count) : count_(count) {}
  Expected<std::optional<rows::RowOrBad>> next() override {
    if (at_ == count_) return std::optional<rows::RowOrBad>{};
    const auto morning = sum_of(at_) / 3 + at_ % 100;
    json::Object fields{
        {"id", std::to_string(at_)},
        {"text", fmt::format("Depot {} counted {} parcels before noon and {} after it.", at_,
                             morning, sum_of(at_) - morning)},
        {"gold", std::to_string(sum_of(at_))}};
    const auto number = static_cast<std::int64_t>(++at_);
    const auto raw = json::dump(fields);
    return std::optional<rows::RowOrBad>(rows::Row{number, number, raw, std::move(fields)});
  }
  const std::vector<std::string>& columns() const override { return columns_; }
  const std::string& name() const override { return name_; }

 private:
  std::size_t count_;
  std::size_t at_ = 0;
  std::vector<std::string> columns_;
  std::string name_ = "rows.jsonl";
};

SimulateOptions options_of(const Conditions& conditions) {
  SimulateOptions options;
  options.seed = conditions.seed;
  options.sample_stats = false;
  // All kinds but `mislabel`, which no decoder can see.
  options.content_faults =
      conditions.fault_rate / static_cast<double>(simulate::content_faults.size() - 1);
  return options;
}

}  // namespace

Problem::Problem(std::size_t rows)
    : task_(expect(task::parse(task_text, "policies.yaml", {answer::check_pattern}))),
      format_(task::make_format(task_)),
      extractor_(task_.answer),
      provider_(task_.model) {
  CountedRows source(rows);
  while (const auto next = expect(source.next())) {
    const auto& row = std::get<rows::Row>(*next);
    owners_.emplace(std::to_string(sum_of(samples_.size())), samples_.size());
    samples_.push_back(task::render(task_, row.fields).value().sample);
  }
}

std::unique_ptr<rows::RowSource> Problem::source() const {
  return std::make_unique<CountedRows>(samples_.size());
}

std::optional<std::size_t> Problem::owner(const std::string& value) const {
  const auto found = owners_.find(value);
  if (found == owners_.end()) return std::nullopt;
  return found->second;
}

FaultyModel::FaultyModel(const Problem& problem, const Conditions& conditions)
    : problem_(problem), builder_(problem.task(), problem.format()) {
  const auto source = problem.source();
  model_ = expect(simulate::Model::create(problem.task(), *source, options_of(conditions)));
}

Completion FaultyModel::ask(std::span<const std::size_t> rows) {
  std::vector<format::SampleText> samples;
  for (const auto row : rows) samples.push_back(problem_.sample(row));
  const auto cap = builder_.output_cap(static_cast<int>(rows.size()));
  auto request = problem_.provider().request(builder_.build(samples, cap));
  request.url = "/v1" + request.url;
  const auto exchange = problem_.provider().read(answer(request), 0);
  return std::get<Completion>(exchange.outcome);
}

HttpResponse FaultyModel::answer(const HttpRequest& request) {
  auto reply = model_->answer(request, Time{0});
  HttpResponse response{reply.status, std::move(reply.headers), std::move(reply.body)};
  ++requests_;
  const auto exchange = problem_.provider().read(response, 0);
  if (const auto* completion = std::get_if<Completion>(&exchange.outcome)) {
    tokens_ += completion->usage->input_tokens + completion->usage->output_tokens;
  }
  return response;
}

}  // namespace sheaf::bench
