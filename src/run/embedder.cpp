#include "run/embedder.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "grouping/kind.hpp"

namespace sheaf::run {
namespace {

constexpr Time step_wait = std::chrono::milliseconds(50);
constexpr auto no_text = static_cast<std::size_t>(-1);

Fault unusable(const Completion& completion, std::string detail, Remedy remedy) {
  Fault fault;
  fault.reason = "bad-reply";
  fault.detail = std::move(detail);
  fault.remedy = remedy;
  fault.usage = completion.usage;
  return fault;
}

/// Vectors have no output, and no part of their input is cheaper.
std::optional<PriceList> price_of(const task::Task& task) {
  if (!task.price) return std::nullopt;
  const auto input = task.embeddings->price;
  return PriceList{{.input = input, .cached_input = input, .output = {}}};
}

}  // namespace

bool buys_vectors(const task::Task& task) {
  return task.embeddings && grouping::needs_vectors(task.batch.grouping) && task.batch.size > 1;
}

Fingerprint vector_key(const EmbeddingSpec& model, std::string_view text) {
  return Hasher().add(model.name).add(model.dimensions.value_or(0)).add(text).finish();
}

Embedder::Embedder(EmbedderParts parts, const RunOptions& options)
    : parts_(std::move(parts)),
      options_(options),
      sender_({parts_.store, parts_.dispatch, parts_.budget, parts_.tally, price_of(parts_.task),
               parts_.unix_ms},
              options) {}

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
  std::int64_t all_bytes = 0;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (!texts_[i].vector.empty()) continue;
    const auto bytes = std::ssize(text::beginning(texts_[i].text, most_text_bytes));
    if (requests.begins_one(bytes)) waiting_.emplace_back();
    waiting_.back().texts.push_back(i);
    all_bytes += bytes;
  }
  planned_.requests = std::ssize(waiting_);
  planned_.tokens = estimator_.expected_input_tokens(all_bytes, 0);
}

Expected<void> Embedder::buy() {
  Expected<void> done;
  while (done && !finished()) {
    done = step();
    if (options_.stop == nullptr || options_.stop->times() < 2) continue;
    sender_.check_stops();
    if (done) done = take_ends(Time{0});
    break;
  }
  if (done) done = sender_.commit();
  sender_.bill_unended();
  if (!done) return done;
  if (!sender_.stopped()) return {};
  auto error = *sender_.stopped();
  // The task's model may well be there.
  if (error.code == ErrorCode::unavailable) {
    error = {ErrorCode::stopped, "the endpoint gives no vectors: " + error.message};
  }
  return std::unexpected(std::move(error));
}

bool Embedder::finished() const {
  return sender_.idle() && (sender_.stopped() || (waiting_.empty() && !held_));
}

Expected<void> Embedder::step() {
  sender_.check_stops();
  if (auto done = sender_.resume_lost(); !done) return done;
  if (!sender_.stopped()) {
    if (auto done = launch(); !done) return done;
  }
  if (auto done = sender_.commit(); !done) return done;
  sender_.hand_over();
  if (parts_.report) parts_.report();
  return sender_.idle() ? Expected<void>() : take_ends(step_wait);
}

Expected<void> Embedder::launch() {
  const auto room = 2 * static_cast<std::size_t>(parts_.task.concurrency);
  while (sender_.under_way() < room) {
    if (!held_) {
      if (waiting_.empty()) return {};
      held_ = make_request(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    auto job = sender_.begin(held_->outgoing);
    if (!job) return std::unexpected(job.error());
    if (!*job) return {};
    requests_.emplace(**job, *std::exchange(held_, std::nullopt));
  }
  return {};
}

Embedder::Request Embedder::make_request(Group group) const {
  Request request;
  std::vector<std::string_view> texts;
  for (const auto at : group.texts) {
    texts.push_back(text::beginning(texts_[at].text, static_cast<std::size_t>(group.most_bytes)));
    request.bytes += std::ssize(texts.back());
  }
  const auto count = std::ssize(texts);
  request.outgoing.http = parts_.provider.request(texts);
  auto& start = request.outgoing.start;
  start.round = 0;
  start.reserved_tokens = estimator_.input_tokens(request.bytes, count);
  start.reserved_cost =
      worst_cost(price_of(parts_.task), tokens::worst_case_input(request.bytes, count), 0);
  request.group = std::move(group);
  return request;
}

Expected<void> Embedder::take_ends(Time wait) {
  Expected<void> all;
  for (auto& end : parts_.dispatch.wait(wait)) {
    if (auto done = handle(std::move(end)); !done) all = std::move(done);
  }
  return all;
}

Expected<void> Embedder::handle(dispatch::AttemptEnd end) {
  const auto found = requests_.find(end.job);
  if (found == requests_.end()) return {};
  auto& outcome = end.exchange.outcome;
  if (const auto* completion = std::get_if<Completion>(&outcome)) {
    if (auto fault = fault_of(found->second, *completion)) outcome = *std::move(fault);
  }
  auto ended = sender_.end(end);
  if (!ended) return std::unexpected(ended.error());
  if (!*ended) return {};
  auto request = std::move(requests_.extract(found).mapped());
  const auto* fault = std::get_if<Fault>(&outcome);
  if (fault == nullptr) return keep(request, **ended, std::get<Completion>(outcome));
  if (!sender_.stopped()) {
    const bool is_lost = end.verdict == dispatch::Verdict::gave_up;
    give_up(std::move(request), *fault, is_lost && !(*ended)->others_succeeded);
  }
  return {};
}

std::optional<Fault> Embedder::fault_of(const Request& request,
                                        const Completion& completion) const {
  const auto& vectors = completion.vectors;
  const auto asked = request.group.texts.size();
  const auto came = vectors.values.size() / vectors.dimensions;
  if (came != asked) {
    return unusable(completion, fmt::format("{} vectors came for {} texts", came, asked),
                    Remedy::smaller_batch);
  }
  if (dimensions_ == 0 || dimensions_ == vectors.dimensions) return std::nullopt;
  return unusable(
      completion,
      fmt::format("vectors of {} numbers came where there are others of {}, so the model at this "
                  "address is another one; name the one that made them, or start over with --fresh",
                  vectors.dimensions, dimensions_),
      Remedy::stop_run);
}

Expected<void> Embedder::keep(const Request& request, const Ended& ended,
                              const Completion& completion) {
  const auto& vectors = completion.vectors;
  if (completion.usage) {
    estimator_.learn(request.bytes, std::ssize(request.group.texts),
                     completion.usage->input_tokens);
  }
  dimensions_ = vectors.dimensions;
  auto from = vectors.values.begin();
  for (const auto at : request.group.texts) {
    const auto to = from + static_cast<std::ptrdiff_t>(dimensions_);
    texts_[at].vector.assign(from, to);
    from = to;
    auto kept = parts_.store.add_vector({texts_[at].key, ended.attempt, texts_[at].vector});
    if (!kept) return kept;
  }
  return {};
}

/// Halves what was refused: the texts, then the one text that is too long. One that is refused
/// alone stays without a vector where the endpoint gave others; else it refuses them all.
void Embedder::give_up(Request request, const Fault& fault, bool is_service_down) {
  if (fault.remedy == Remedy::stop_run) {
    return sender_.stop({ErrorCode::unavailable, fault.detail});
  }
  if (is_service_down) {
    return sender_.stop(
        {ErrorCode::unavailable,
         fmt::format("{}: {}; no other request for them succeeded meanwhile, so the "
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
  if (!sender_.any_success()) {
    return sender_.stop(
        {ErrorCode::unavailable, fmt::format("{}: {}", fault.reason, fault.detail)});
  }
  if (refused_++ == 0) refusal_ = fmt::format("{}: {}", fault.reason, fault.detail);
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
