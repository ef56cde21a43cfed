// What becomes of a request for vectors that ended.
#include <utility>

#include <fmt/format.h>

#include "run/embedder.hpp"

namespace sheaf::run {
namespace {

std::int64_t to_ms(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

Fault unusable(std::string detail, Remedy remedy) {
  Fault fault;
  fault.reason = "bad-reply";
  fault.detail = std::move(detail);
  fault.remedy = remedy;
  return fault;
}

}  // namespace

Expected<void> Embedder::handle(const dispatch::AttemptEnd& end) {
  const auto found = requests_.find(end.job);
  if (found == requests_.end()) return {};
  if (end.verdict == dispatch::Verdict::waits) {
    ++found->second.refusals;
    parts_.tally.vectors_sent(true);
    return {};
  }
  const auto fault = fault_of(found->second, end.exchange);
  if (auto done = record_end(found->second, end, fault); !done) return done;
  if (end.verdict == dispatch::Verdict::may_retry && !stopped_) {
    found->second.wants_retry = true;
    return {};
  }
  auto request = std::move(requests_.extract(found).mapped());
  if (!fault) return keep(request, std::get<Completion>(end.exchange.outcome).vectors);
  if (!stopped_) {
    give_up(std::move(request), *fault, end.verdict == dispatch::Verdict::gave_up);
  }
  return {};
}

std::optional<Fault> Embedder::fault_of(const Request& request, const Exchange& exchange) {
  if (const auto* fault = std::get_if<Fault>(&exchange.outcome)) return *fault;
  const auto& vectors = std::get<Completion>(exchange.outcome).vectors;
  const auto asked = request.group.texts.size();
  const auto came = vectors.values.size() / vectors.dimensions;
  if (came != asked) {
    return unusable(fmt::format("{} vectors came for {} texts", came, asked),
                    Remedy::smaller_batch);
  }
  if (dimensions_ == 0 || dimensions_ == vectors.dimensions) return std::nullopt;
  return unusable(
      fmt::format("vectors of {} numbers came where there are others of {}, so the model at this "
                  "address is another one; name the one that made them, or start over with --fresh",
                  vectors.dimensions, dimensions_),
      Remedy::stop_run);
}

Expected<void> Embedder::record_end(const Request& request, const dispatch::AttemptEnd& end,
                                    const std::optional<Fault>& fault) {
  const auto* completion = std::get_if<Completion>(&end.exchange.outcome);
  store::AttemptEnd record;
  record.usage = completion != nullptr ? completion->usage : fault->usage;
  record.started_unix_ms = parts_.unix_ms() - to_ms(parts_.dispatch.now() - end.started);
  record.latency_ms = to_ms(end.finished - end.started);
  if (fault) {
    record.fault_reason = fault->reason;
    record.fault_detail = fault->detail;
    record.maybe_billed = fault->maybe_billed;
  } else {
    last_success_ = std::max(last_success_.value_or(end.finished), end.finished);
  }
  Money billed;
  if (record.usage) {
    if (parts_.task.price) {
      billed = record.cost = parts_.task.embeddings->price * record.usage->input_tokens;
    }
    parts_.budget.settle(request.reserved_cost, record.cost);
    if (!fault) {
      estimator_.learn(request.bytes, std::ssize(request.group.texts), record.usage->input_tokens);
    }
  } else if (!record.maybe_billed) {
    parts_.budget.refund(request.reserved_cost);
  } else {
    billed = request.reserved_cost;
  }
  parts_.tally.add_vectors(record.usage.value_or(Usage{}), billed);
  return parts_.store.end_attempt(request.attempt, record);
}

Expected<void> Embedder::keep(const Request& request, const TextVectors& vectors) {
  dimensions_ = vectors.dimensions;
  auto from = vectors.values.begin();
  for (const auto at : request.group.texts) {
    const auto to = from + static_cast<std::ptrdiff_t>(dimensions_);
    texts_[at].vector.assign(from, to);
    from = to;
    auto kept = parts_.store.add_vector({texts_[at].key, request.attempt, texts_[at].vector});
    if (!kept) return kept;
  }
  return {};
}

/// Halves what was refused: the texts, then the one text that is too long. One that is refused
/// alone stays without a vector where the endpoint gave others; else it refuses them all.
void Embedder::give_up(Request request, const Fault& fault, bool is_lost) {
  if (fault.remedy == Remedy::stop_run) return stop({ErrorCode::stopped, fault.detail});
  const bool others_succeed = last_success_ && *last_success_ >= request.submitted;
  if (is_lost && !others_succeed) {
    return stop({ErrorCode::stopped,
                 fmt::format("{}: {}; no other request for vectors succeeded meanwhile, so the "
                             "service seems to be down; run the same command again to continue",
                             fault.reason, fault.detail)});
  }
  auto& texts = request.group.texts;
  if (texts.size() > 1) {
    const auto middle = texts.begin() + std::ssize(texts) / 2;
    waiting_.push_front({{middle, texts.end()}, request.group.most_bytes});
    waiting_.push_front({{texts.begin(), middle}, request.group.most_bytes});
    return;
  }
  const auto shorter = std::min(request.group.most_bytes, request.bytes) / 2;
  if (fault.reason == "too-long" && shorter >= least_text_bytes) {
    waiting_.push_front({std::move(texts), shorter});
    return;
  }
  if (!last_success_) {
    return stop({ErrorCode::stopped,
                 fmt::format("the endpoint gives no vectors: {}: {}", fault.reason, fault.detail)});
  }
  if (refused_++ == 0) refusal_ = fmt::format("{}: {}", fault.reason, fault.detail);
}

}  // namespace sheaf::run
