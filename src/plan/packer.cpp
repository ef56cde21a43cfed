#include "plan/packer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace sheaf::plan {
namespace {

Weight with(Weight sum, const Weight& more) {
  sum += more;
  return sum;
}

template <class Batch>
int size_of(const Batch& batch) {
  return static_cast<int>(batch.samples.size());
}

}  // namespace

Packer::Packer(Bounds bounds, Options options) : bounds_(std::move(bounds)), options_(options) {
  assert(bounds_.count >= 1);
}

void Packer::add(SampleHandle sample, const std::string& isolate, const Weight& weight) {
  lightest_ = {std::min(lightest_.input, weight.input), std::min(lightest_.output, weight.output)};
  ++weighed_;
  if (bounds_.is_long(weight)) {
    closed_.push_back({sample});
    return;
  }
  const auto group = groups_.find(isolate);
  auto batch = group == groups_.end() ? open_.end() : best_fit(group->second, weight);
  if (batch == open_.end()) batch = open_batch(isolate);
  batch->samples.push_back(sample);
  batch->sum += weight;
  ++open_samples_;
  const auto least = weighed_ < lightest_from ? Weight{} : lightest_;
  if (!bounds_.admits(size_of(*batch) + 1, with(batch->sum, least))) close(batch);
}

Packer::OpenBatches::iterator Packer::best_fit(const Group& group, const Weight& weight) {
  auto best = open_.end();
  double fullest = -1;
  for (const auto batch : group) {
    const auto sum = with(batch->sum, weight);
    const int size = size_of(*batch) + 1;
    if (!bounds_.admits(size, sum)) continue;
    const double fullness = bounds_.fullness(size, sum);
    if (fullness <= fullest) continue;
    best = batch;
    fullest = fullness;
  }
  return best;
}

Packer::OpenBatches::iterator Packer::open_batch(const std::string& isolate) {
  if (open_.size() >= std::max<std::size_t>(1, options_.open_batches)) close(open_.begin());
  if (const auto group = groups_.find(isolate);
      group != groups_.end() && group->second.size() >= open_of_a_group) {
    close(*std::ranges::max_element(group->second, {}, [this](const auto batch) {
      return bounds_.fullness(size_of(*batch), batch->sum);
    }));
  }
  const auto group = groups_.try_emplace(isolate).first;
  open_.push_back({&group->first, {}, {}, rows_});
  group->second.push_back(std::prev(open_.end()));
  return std::prev(open_.end());
}

void Packer::close(OpenBatches::iterator open) {
  const auto group = groups_.find(*open->isolate);
  std::erase(group->second, open);
  if (group->second.empty()) groups_.erase(group);
  open_samples_ -= open->samples.size();
  closed_.push_back(std::move(open->samples));
  open_.erase(open);
}

void Packer::pass_row() {
  ++rows_;
  while (!open_.empty() && rows_ - open_.front().opened > options_.open_rows) close(open_.begin());
}

void Packer::finish() {
  while (!open_.empty()) close(open_.begin());
}

void Packer::set_bounds(Bounds bounds) {
  finish();
  bounds_ = std::move(bounds);
  lightest_ = {unbounded, unbounded};
  weighed_ = 0;
}

std::optional<std::vector<SampleHandle>> Packer::next() {
  if (closed_.empty()) return std::nullopt;
  auto samples = std::move(closed_.front());
  closed_.pop_front();
  return samples;
}

}  // namespace sheaf::plan
