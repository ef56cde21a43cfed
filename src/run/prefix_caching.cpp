#include "run/prefix_caching.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/hash.hpp"

namespace sheaf::run {
namespace {

/// Without a limit each of the requests in flight is taken to last four seconds.
std::int64_t requests_per_minute(const task::Task& task) {
  return task.limits.requests_per_minute.value_or(15 * std::int64_t{task.concurrency});
}

bool takes_keys(const task::Task& task) {
  const auto provider = task.known->provider();
  const bool has_member = task.model.api == Api::chat || task.model.api == Api::responses;
  return has_member && (provider == "openai" || provider == "mistral");
}

}  // namespace

PrefixCaching::PrefixCaching(const task::Task& task) {
  if (task.known == nullptr || !task.at_its_provider || !task.known->cache) return;
  const bool is_marked = task.model.cache.mark != CacheMark::none;
  if (task.known->cache->kind != catalog::CacheKind::automatic && !is_marked) return;
  cache_ = task.known->cache;
  takes_keys_ = takes_keys(task);
  if (cache_->kind == catalog::CacheKind::automatic && task.known->provider() == "openai") {
    keys_ = std::max<std::int64_t>(
        1, (requests_per_minute(task) + requests_per_key - 1) / requests_per_key);
  }
}

bool PrefixCaching::needs_writer(const std::string& place, std::int64_t prefix_tokens) const {
  return cache_ && !written_.contains(place) &&
         prefix_tokens >= cache_->minimum_tokens.value_or(catalog::assumed_cache_minimum);
}

std::string PrefixCaching::key(std::string_view opening, std::int64_t number) const {
  if (!takes_keys_) return {};
  Hasher hasher;
  hasher.add(opening);
  const auto digest = to_hex(hasher.finish());
  return fmt::format("sheaf-{:.16}-{}", digest, number / requests_per_key % keys_);
}

void PrefixCaching::ended(dispatch::JobId job, Brought brought) {
  if (!writer_ || writer_->first != job) return;
  if (brought == Brought::reply) written_.insert(writer_->second);
  writer_.reset();
}

}  // namespace sheaf::run
