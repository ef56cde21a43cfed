#include "run/embedder.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "run/stops.hpp"

namespace sheaf::run {
namespace {

constexpr Time step_wait = std::chrono::milliseconds(50);
constexpr auto no_text = static_cast<std::size_t>(-1);

}  // namespace

Fingerprint vector_key(const EmbeddingSpec& model, std::string_view text) {
  return Hasher().add(model.name).add(model.dimensions.value_or(0)).add(text).finish();
}

Expected<TextVectors> Embedder::vectors(std::span<const std::string> texts) {
  gather(texts);
  if (auto taken = take_stored(); !taken) return std::unexpected(taken.error());
  plan();
  if (auto bought = buy(); !bought) return std::unexpected(bought.error());
  if (refused_ > 0 && options_.observer != nullptr) {
    options_.observer->notice(
        Severity::warning,
        fmt::format("{} texts have no vector and are grouped as if they were like no other: {}",
                    refused_, refusal_));
  }
  return result();
}

void Embedder::gather(std::span<const std::string> texts) {
  std::map<Fingerprint, std::size_t> seen;
  for (const auto& text : texts) {
    if (text::trim(text).empty()) {
      text_of_.push_back(no_text);
      continue;
    }
    const auto key = vector_key(parts_.task.embeddings->model, text);
    const auto [found, is_new] = seen.emplace(key, texts_.size());
    if (is_new) texts_.push_back({text, key, {}});
    text_of_.push_back(found->second);
  }
}

Expected<void> Embedder::take_stored() {
  std::map<Fingerprint, std::size_t> wanted;
  for (std::size_t i = 0; i < texts_.size(); ++i) wanted.emplace(texts_[i].key, i);
  return parts_.store.for_each_vector([&](const store::VectorRecord& record) {
    const auto found = wanted.find(record.key);
    if (found == wanted.end() || record.values.empty()) return;
    if (dimensions_ == 0) dimensions_ = record.values.size();
    if (record.values.size() == dimensions_) texts_[found->second].vector = record.values;
  });
}

void Embedder::plan() {
  TextRequests requests;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (!texts_[i].vector.empty()) continue;
    const auto bytes = std::ssize(beginning(texts_[i].text, most_text_bytes));
    if (requests.begins_one(bytes)) waiting_.emplace_back();
    waiting_.back().texts.push_back(i);
  }
}

Expected<void> Embedder::buy() {
  Expected<void> done;
  while (done && !(requests_.empty() && (stopped_ || (waiting_.empty() && !held_)))) {
    done = step();
    if (options_.stop == nullptr || options_.stop->times() < 2) continue;
    if (auto error = outside_stop(options_, parts_.dispatch, false)) stop(std::move(*error));
    if (done) done = take_ends(Time{0});
    break;
  }
  if (done) done = forget_unsent();
  if (done) done = parts_.store.commit();
  for (const auto& [job, request] : requests_) {
    if (!request.wants_retry) parts_.tally.add_vectors({}, request.reserved_cost);
  }
  if (!done) return done;
  if (stopped_) return std::unexpected(*stopped_);
  return {};
}

Expected<void> Embedder::step() {
  if (auto error = outside_stop(options_, parts_.dispatch, !requests_.empty())) {
    stop(std::move(*error));
  }
  if (!stopped_) {
    if (auto done = resume_lost(); !done) return done;
  }
  if (!stopped_) {
    if (auto done = launch(); !done) return done;
  }
  if (auto done = forget_unsent(); !done) return done;
  if (auto done = parts_.store.commit(); !done) return done;
  if (!outbox_.empty()) parts_.dispatch.submit(std::exchange(outbox_, {}));
  for (const auto job : std::exchange(permitted_, {})) parts_.dispatch.permit_retry(job);
  if (parts_.report) parts_.report();
  return requests_.empty() ? Expected<void>() : take_ends(step_wait);
}

Expected<void> Embedder::launch() {
  const auto room = 2 * static_cast<std::size_t>(parts_.task.concurrency);
  while (requests_.size() < room) {
    if (!held_) {
      if (waiting_.empty()) return {};
      held_ = make_request(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    if (!parts_.budget.reserve(held_->reserved_cost)) {
      if (requests_.empty()) {
        stop({ErrorCode::budget, parts_.budget.refusal(held_->reserved_cost)});
      }
      return {};
    }
    const auto job = next_job_++;
    auto& request = requests_[job] = std::move(*held_);
    held_.reset();
    request.submitted = parts_.dispatch.now();
    if (auto begun = begin_attempt(request); !begun) return begun;
    outbox_.push_back({job, std::exchange(request.http, {}), request.reserved_tokens, false});
  }
  return {};
}

Embedder::Request Embedder::make_request(Group group) const {
  Request request;
  std::vector<std::string_view> texts;
  for (const auto at : group.texts) {
    texts.push_back(beginning(texts_[at].text, group.most_bytes));
    request.bytes += std::ssize(texts.back());
  }
  const auto count = std::ssize(texts);
  request.http = parts_.provider.request(texts);
  request.reserved_tokens = estimator_.input_tokens(request.bytes, count);
  if (parts_.task.price) {
    request.reserved_cost =
        parts_.task.embeddings->price * tokens::worst_case_input(request.bytes, count);
  }
  request.group = std::move(group);
  return request;
}

Expected<void> Embedder::begin_attempt(Request& request) {
  ++request.attempts;
  parts_.tally.vectors_sent(request.attempts > 1);
  store::AttemptStart start;
  start.at_unix_ms = parts_.unix_ms();
  start.attempt = request.attempts;
  start.round = 0;
  start.reserved_tokens = request.reserved_tokens;
  start.reserved_cost = request.reserved_cost;
  auto attempt = parts_.store.begin_attempt(start);
  if (!attempt) return std::unexpected(attempt.error());
  request.attempt = *attempt;
  return {};
}

Expected<void> Embedder::resume_lost() {
  std::size_t lost = 0;
  Money next;
  for (auto& [job, request] : requests_) {
    if (!request.wants_retry) continue;
    ++lost;
    next = request.reserved_cost;
    if (!parts_.budget.reserve(request.reserved_cost)) continue;
    if (auto begun = begin_attempt(request); !begun) return begun;
    request.wants_retry = false;
    --lost;
    permitted_.push_back(job);
  }
  if (lost > 0 && lost == requests_.size()) stop({ErrorCode::budget, parts_.budget.refusal(next)});
  return {};
}

Expected<void> Embedder::take_ends(Time wait) {
  Expected<void> all;
  for (const auto& end : parts_.dispatch.wait(wait)) {
    if (auto done = handle(end); !done) all = std::move(done);
  }
  return all;
}

void Embedder::stop(Error error) {
  if (stopped_) return;
  stopped_ = std::move(error);
  for (const auto& job : std::exchange(outbox_, {})) unsent_.push_back(job.id);
  permitted_.clear();
  for (const auto job : parts_.dispatch.drop_waiting()) unsent_.push_back(job);
  for (const auto& [job, request] : requests_) {
    if (request.wants_retry) unsent_.push_back(job);
  }
}

Expected<void> Embedder::forget_unsent() {
  Expected<void> all;
  for (const auto job : std::exchange(unsent_, {})) {
    const auto found = requests_.extract(job);
    if (found.empty() || found.mapped().wants_retry) continue;
    const auto& request = found.mapped();
    parts_.budget.refund(request.reserved_cost);
    parts_.tally.vectors_not_sent(request.attempts + request.refusals > 1);
    store::AttemptEnd end;
    end.fault_reason = "not-sent";
    end.fault_detail = "the run stopped before this request left";
    end.maybe_billed = false;
    if (auto done = parts_.store.end_attempt(request.attempt, end); !done) all = std::move(done);
  }
  return all;
}

TextVectors Embedder::result() const {
  TextVectors vectors{std::max<std::size_t>(dimensions_, 1), {}};
  vectors.values.reserve(vectors.dimensions * text_of_.size());
  for (const auto at : text_of_) {
    if (at == no_text || texts_[at].vector.empty()) {
      vectors.values.resize(vectors.values.size() + vectors.dimensions);
    } else {
      const auto& vector = texts_[at].vector;
      vectors.values.insert(vectors.values.end(), vector.begin(), vector.end());
    }
  }
  return vectors;
}

}  // namespace sheaf::run
