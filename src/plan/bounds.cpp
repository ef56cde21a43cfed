#include "plan/bounds.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace sheaf::plan {
namespace {

std::int64_t room_of(const std::vector<std::int64_t>& rooms, int samples) {
  return rooms.empty() ? unbounded : rooms[static_cast<std::size_t>(samples) - 1];
}

double share(std::int64_t used, std::int64_t room) {
  return room > 0 ? static_cast<double>(used) / static_cast<double>(room) : 1.0;
}

}  // namespace

Weight& Weight::operator+=(const Weight& more) {
  input += more.input;
  output += more.output;
  return *this;
}

bool Bounds::admits(int samples, const Weight& sum) const {
  assert(samples >= 1);
  return samples <= count && sum.input <= room_of(input, samples) &&
         sum.output <= room_of(output, samples);
}

double Bounds::fullness(int samples, const Weight& sum) const {
  return std::max({static_cast<double>(samples) / count, share(sum.input, room_of(input, samples)),
                   share(sum.output, room_of(output, samples))});
}

bool Bounds::is_long(const Weight& sample) const {
  if (count == 1 || counts_alone()) return false;
  auto two = sample;
  two += sample;
  return !admits(2, two);
}

std::int64_t output_cap(int samples, std::int64_t answer, const ModelLimits& limits) {
  return std::min(answer * samples, limits.output.value_or(unbounded));
}

bool output_binds(int count, std::int64_t answer, const ModelLimits& limits) {
  return limits.output && answer * count > *limits.output;
}

Bounds bounds_of(int count, const ModelLimits& limits, const PromptCosts& costs,
                 const OutputLengths& lengths) {
  Bounds bounds{.count = count};
  const bool by_output = output_binds(count, costs.answer, limits);
  for (int samples = 1; samples <= count; ++samples) {
    if (limits.bounds_input()) {
      auto room = limits.input.value_or(unbounded);
      if (limits.context) {
        room = std::min(room, *limits.context - output_cap(samples, costs.answer, limits));
      }
      bounds.input.push_back(room - costs.input[static_cast<std::size_t>(samples) - 1]);
    }
    if (!by_output) continue;
    const bool certain = costs.answer * samples <= *limits.output;
    bounds.output.push_back(certain ? unbounded : lengths.room(samples, *limits.output));
  }
  return bounds;
}

}  // namespace sheaf::plan
