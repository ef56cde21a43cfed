#include "store/account.hpp"

#include <algorithm>
#include <limits>

namespace sheaf::store {
namespace {

constexpr std::int64_t in_flight_ms = 3'600'000;

void add_bounded(std::int64_t& sum, std::int64_t more) {
  if (__builtin_add_overflow(sum, more, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

}  // namespace

void count(Spending& spending, const Attempt& attempt) {
  const auto& end = attempt.end;
  const bool told = end && end->usage;
  const bool of_vectors = kind_of(attempt.start) == AttemptKind::vectors;
  if (end && end->fault_reason.empty() && !of_vectors) add_bounded(spending.completions, 1);
  if (end && !told && !end->maybe_billed) return;
  add_bounded(spending.requests, 1);
  const auto cost = told ? end->cost.picos : attempt.start.reserved_cost.picos;
  add_bounded(spending.cost.picos, cost);
  if (of_vectors) {
    add_bounded(spending.vectors.requests, 1);
    add_bounded(spending.vectors.cost.picos, cost);
    if (told) add_bounded(spending.vectors.tokens, end->usage->input_tokens);
  }
  if (!told) return;
  add_bounded(spending.usage.input_tokens, end->usage->input_tokens);
  add_bounded(spending.usage.cached_input_tokens, end->usage->cached_input_tokens);
  add_bounded(spending.usage.output_tokens, end->usage->output_tokens);
  add_bounded(spending.usage.reasoning_tokens, end->usage->reasoning_tokens);
  add_bounded(spending.usage.cache_write_tokens, end->usage->cache_write_tokens);
}

std::optional<std::pair<std::int64_t, std::int64_t>> recent_of(const Attempt& attempt,
                                                               AttemptKind kind,
                                                               std::int64_t since_unix_ms,
                                                               std::int64_t now_unix_ms) {
  if (kind_of(attempt.start) != kind || attempt.start.is_bulk) return std::nullopt;
  const auto& end = attempt.end;
  if (!end) {
    if (attempt.start.at_unix_ms < now_unix_ms - in_flight_ms) return std::nullopt;
    return std::pair(std::int64_t{0}, attempt.start.reserved_tokens);
  }
  const auto started_unix_ms = end->started_unix_ms;
  if (started_unix_ms == 0 || started_unix_ms < since_unix_ms) return std::nullopt;
  auto tokens = attempt.start.reserved_tokens;
  if (end->usage) {
    tokens = end->usage->input_tokens;
    add_bounded(tokens, end->usage->output_tokens);
  }
  // A clock that was set back makes an attempt younger than it is, never older.
  const auto age = started_unix_ms < now_unix_ms ? now_unix_ms - started_unix_ms : 0;
  return std::pair(age, tokens);
}

void note_model(std::vector<ModelSince>& models, const std::string& model, AttemptNo next) {
  if (model.empty() || (!models.empty() && models.back().name == model)) return;
  if (!models.empty() && models.back().first == next) models.pop_back();
  if (models.empty() || models.back().name != model) models.push_back({next, model});
}

}  // namespace sheaf::store
