#include "simulate/bulk.hpp"

#include <utility>
#include <vector>

#include "simulate/wires.hpp"

namespace sheaf::simulate {
namespace {

std::vector<std::string_view> parts_of(std::string_view tail) {
  std::vector<std::string_view> parts;
  while (tail.starts_with('/')) {
    tail.remove_prefix(1);
    parts.push_back(tail.substr(0, tail.find('/')));
    tail.remove_prefix(parts.back().size());
  }
  return parts;
}

}  // namespace

Bulk::Bulk(const SimulateOptions& options, BulkEngine::Answer answer)
    : options_(options),
      draws_(options.seed),
      engine_(options, std::move(answer)),
      openai_(engine_, options.dialect),
      anthropic_(engine_) {}

const Wire* Bulk::wire_of(std::string_view tail) const {
  const auto parts = parts_of(tail);
  if (OpenAiBulk::serves(parts)) return &default_wire(options_.dialect);
  if (!AnthropicBulk::serves(parts)) return nullptr;
  return &find_address("/v1/messages", options_.dialect)->wire;
}

SimulatedReply Bulk::answer(const HttpRequest& request, std::string_view tail, Time now,
                            CalendarTime start, const std::string& id) {
  const auto jobs_before = engine_.jobs().size();
  const BulkVisit visit{request, parts_of(tail), now, start, id};
  auto reply = OpenAiBulk::serves(visit.path) ? openai_.answer(visit) : anthropic_.answer(visit);
  if (!reply) return refusal_reply(*wire_of(tail), reply.error(), id);
  if (engine_.jobs().size() == jobs_before) return *std::move(reply);
  const auto lot = draws_.of(Purpose::bulk_drop, {++created_}).uniform();
  if (lot < options_.bulk_accept_then_drop) reply->delivery = Delivery::nothing;
  return *std::move(reply);
}

BulkCounts Bulk::counts() const {
  BulkCounts counts{.jobs = std::ssize(engine_.jobs()), .requests = 0};
  for (const auto& job : engine_.jobs()) {
    counts.requests += static_cast<std::int64_t>(job.total);
    for (std::size_t end = 0; end < line_ends; ++end) counts.ends[end] += job.counts[end];
  }
  return counts;
}

}  // namespace sheaf::simulate
