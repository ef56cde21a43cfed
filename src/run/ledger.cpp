#include "run/ledger.hpp"

#include <algorithm>
#include <iterator>

#include "store/account.hpp"

namespace sheaf::run {
namespace {

Purpose purpose_of(const store::Attempt& attempt, bool is_retry) {
  if (kind_of(attempt.start) == store::AttemptKind::vectors) return Purpose::vectors;
  if (is_retry) return Purpose::retries;
  if (attempt.start.is_warm_up) return Purpose::warm_up;
  return attempt.start.round > 1 ? Purpose::follow_ups : Purpose::first_prompts;
}

}  // namespace

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::warm_up:
      return "warm-up";
    case Purpose::first_prompts:
      return "first prompts";
    case Purpose::follow_ups:
      return "follow-ups";
    case Purpose::retries:
      return "retries";
    case Purpose::vectors:
      break;
  }
  return "vectors";
}

TokenKinds::TokenKinds(const Usage& usage)
    : input(usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens),
      cached_input(usage.cached_input_tokens),
      cache_write(usage.cache_write_tokens),
      output(usage.output_tokens - usage.reasoning_tokens),
      reasoning(usage.reasoning_tokens) {}

void Ledger::add(const store::Attempt& attempt, bool is_retry) {
  auto& part = parts_[static_cast<std::size_t>(purpose_of(attempt, is_retry))];
  store::count(part.spending, attempt);
  if (const auto cost = split(attempt)) part.cost += *cost;
  if (kind_of(attempt.start) == store::AttemptKind::vectors) return;
  store::count(by_model_[model_of(attempt.number)], attempt);
}

const std::string& Ledger::model_of(store::AttemptNo attempt) const {
  static const std::string unknown;
  const auto behind = std::ranges::upper_bound(models_, attempt, {}, &store::ModelSince::first);
  return behind == models_.begin() ? unknown : std::prev(behind)->name;
}

std::optional<CostByKind> Ledger::split(const store::Attempt& attempt) const {
  if (!attempt.end || !attempt.end->usage) return std::nullopt;
  const auto cost = attempt.end->cost;
  if (kind_of(attempt.start) == store::AttemptKind::vectors) return CostByKind{.input = cost};
  for (const auto& prices : prices_) {
    const auto split = prices.by_kind(*attempt.end->usage);
    if (split.total() == cost) return split;
  }
  return std::nullopt;
}

}  // namespace sheaf::run
