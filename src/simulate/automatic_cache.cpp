#include "simulate/automatic_cache.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

#include "core/hash.hpp"

namespace sheaf::simulate {
namespace {

constexpr Time usual_lifetime = std::chrono::minutes(5);
constexpr Time minute = std::chrono::minutes(1);
constexpr std::size_t requests_of_a_machine = 15;
constexpr std::size_t steps_that_route = 256 / tokens_per_step;
constexpr std::size_t most_routes = 10'000;

}  // namespace

CacheUse AutomaticCache::use(const ModelRequest& request, Time now, Time begins) {
  const std::string_view text = request.prompt.text;
  const Time lifetime = settings_.lifetime.value_or(usual_lifetime);
  CacheUse use;
  std::int64_t tokens = 0;
  std::size_t begin = 0;
  std::uint64_t prefix = machine_of(request, now);
  bool all_known = true;
  for (const auto end : request.prompt.steps) {
    prefix = hash64(text.substr(begin, end - begin), prefix);
    begin = end;
    tokens += tokens_per_step;
    if (tokens < settings_.least_tokens) continue;
    all_known = all_known && entries_.readable(prefix, now);
    if (all_known) use.read = tokens;
    entries_.write(prefix, now, begins, lifetime);
  }
  return use;
}

std::uint64_t AutomaticCache::machine_of(const ModelRequest& request, Time now) {
  const auto model = hash64(request.model);
  const auto& [text, tokens, steps, parts] = request.prompt;
  if (request.cache.key.empty() || steps.size() < steps_that_route) return model;
  const auto beginning = std::string_view(text).substr(0, steps[steps_that_route - 1]);
  const auto route = hash64(beginning, hash64(request.cache.key, model));
  if (arrivals_.size() >= most_routes) arrivals_.clear();
  auto& arrivals = arrivals_[route];
  while (!arrivals.empty() && arrivals.front() + minute <= now) arrivals.pop_front();
  const auto machine = arrivals.size() / requests_of_a_machine;
  arrivals.push_back(now);
  return hash64("machine", route + machine);
}

}  // namespace sheaf::simulate
