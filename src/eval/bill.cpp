// What a run took, from its checkpoint.
#include <algorithm>
#include <utility>
#include <vector>

#include "eval/measures.hpp"
#include "store/retries.hpp"

namespace sheaf::eval {
namespace {

using Span = std::pair<std::int64_t, std::int64_t>;

/// Length of the union of the spans.
std::int64_t covered(std::vector<Span> spans) {
  std::ranges::sort(spans);
  std::int64_t total = 0;
  std::int64_t end = 0;
  for (const auto& [from, to] : spans) {
    total += std::max<std::int64_t>(0, to - std::max(from, end));
    end = std::max(end, to);
  }
  return total;
}

}  // namespace

Expected<Bill> bill_of(const task::Task& task, store::Checkpoint& store) {
  Bill bill;
  std::vector<Span> under_way;
  store::Retries retries;
  auto visited = store.for_each_attempt([&](const store::Attempt& attempt) {
    const bool told = attempt.end && attempt.end->usage;
    const bool may_cost = !attempt.end || attempt.end->maybe_billed;
    const bool asks = store::kind_of(attempt.start) == store::AttemptKind::completion;
    if (!told && may_cost && asks) bill.unknown += attempt.start.reserved_cost;
    if (told && asks && task.price) bill.told += task.price->by_kind(*attempt.end->usage);
    const bool has_left = !attempt.end || attempt.end->started_unix_ms > 0;
    if (retries.count(attempt)) {
      ++bill.retries;
    } else if (has_left && attempt.start.round > 1) {
      ++bill.repairs;
    }
    if (attempt.end && has_left) {
      const auto end = attempt.end->started_unix_ms + attempt.end->latency_ms;
      under_way.emplace_back(attempt.start.at_unix_ms, std::max(end, attempt.start.at_unix_ms + 1));
    }
    return true;
  });
  if (!visited) return std::unexpected(visited.error());
  const auto spent = store.spending();
  if (!spent) return std::unexpected(spent.error());
  bill.requests = spent->requests;
  bill.usage = spent->usage;
  bill.embedding_tokens = spent->vectors.tokens;
  bill.embeddings = spent->vectors.cost;
  bill.usage.input_tokens -= bill.embedding_tokens;
  bill.wall_ms = covered(std::move(under_way));
  return bill;
}

}  // namespace sheaf::eval
