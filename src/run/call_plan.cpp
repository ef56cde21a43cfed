#include "run/call_plan.hpp"

#include <utility>

#include <fmt/format.h>

#include "catalog/model.hpp"
#include "run/tally.hpp"
#include "run/ways.hpp"

namespace sheaf::run {
namespace {

json::Value real(double value) { return json::Number{fmt::format("{:.9g}", value)}; }

json::Object to_json(const PlanRange& range) {
  return {{"low", real(range.low)}, {"expected", real(range.expected)}, {"high", real(range.high)}};
}

catalog::Via known_way(Via via) {
  switch (via) {
    case Via::live:
      return catalog::Via::live;
    case Via::flex:
      return catalog::Via::flex;
    case Via::bulk:
      break;
  }
  return catalog::Via::bulk;
}

PlanRange told(const plan::Range& range, double more) {
  return {range.low + more, range.expected + more, range.high + more};
}

}  // namespace

CallPlan::CallPlan(const task::Task& task, const format::BatchFormat& format,
                   const prompt::PromptBuilder& builder, const tokens::Counter& counter)
    : task_(task), format_(format), builder_(builder), counter_(counter), prompts_(counter) {}

double CallPlan::envelope(int size) const {
  return envelope_tokens(task_, format_, builder_.keys(size), counter_, size);
}

Expected<void> CallPlan::begin(store::Checkpoint& store, bool has_replies) {
  if (lengths_) return {};
  lengths_ = lengths_of_examples(task_, counter_);
  if (!has_replies) return {};
  auto bought = lengths_of_replies(store, [this](int size) { return envelope(size); });
  if (!bought) return std::unexpected(bought.error());
  if (*bought) lengths_ = std::move(**bought);
  return {};
}

void CallPlan::add(int samples, const tokens::PromptSize& prompt,
                   const tokens::PromptSize& shared) {
  prompts_.add(samples, prompt, builder_.group_size(samples), shared);
}

void CallPlan::add(const VectorsBill& vectors) {
  vectors_.requests += vectors.requests;
  vectors_.tokens += vectors.tokens;
}

std::optional<PlannedBill> CallPlan::bill(Via sent_by) const {
  if (prompts_.requests() == 0 || !lengths_) return std::nullopt;
  const int size = task_.batch.size;
  const auto traffic =
      with_outputs(prompts_.traffic(size), *lengths_, envelope(size), task_.model.reasoning_tokens);
  PlannedBill bill;
  bill.requests = traffic.requests + vectors_.requests;
  bill.input_tokens = traffic.input_tokens + vectors_.tokens;
  bill.input_is_counted = counter_.counts();
  bill.output_tokens = told(whole_output(traffic), 0);
  bill.lengths = lengths_->source;
  double more = 0;
  if (task_.price && vectors_.tokens > 0) {
    more = to_usd(task_.embeddings->price * vectors_.tokens);
  }
  // A task's own price is that of the way which is used.
  const auto via = name_of(task_.has_own_price ? catalog::Via::live : known_way(sent_by));
  for (const auto& priced : ways_of(task_).priced) {
    if (priced.way.via != via) continue;
    const auto cost = cost_of(priced, traffic);
    // A prefix that the provider keeps is kept.
    if (!cost) continue;
    bill.way = priced.way;
    bill.cost_usd = told(*cost, more);
  }
  return bill;
}

json::Object to_json(const PlannedBill& planned, const RunSummary& took) {
  json::Object actual{{"requests", took.requests},
                      {"input_tokens", took.usage.input_tokens},
                      {"output_tokens", took.usage.output_tokens},
                      {"cost_usd", took.cost_usd ? real(*took.cost_usd) : json::Value()}};
  return {{"requests", planned.requests},
          {"input_tokens", planned.input_tokens},
          {"input_is_counted", planned.input_is_counted},
          {"output_tokens", to_json(planned.output_tokens)},
          {"cost_usd", planned.cost_usd ? json::Value(to_json(*planned.cost_usd)) : json::Value()},
          {"via", planned.way.via},
          {"cached", planned.way.cached},
          {"lengths", planned.lengths},
          {"took", std::move(actual)}};
}

}  // namespace sheaf::run
