// How a run uses the provider's cache of prompt prefixes: which prefix is kept, who writes it
// first, and by which key its requests go to the same cache.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "catalog/model.hpp"
#include "dispatch/dispatcher.hpp"
#include "task/task.hpp"

namespace sheaf::run {

/// Requests that one key of an automatic cache of OpenAI's serves a minute; more overflow to cold
/// machines (openai-cookbook, "Prompt Caching 201").
inline constexpr std::int64_t requests_per_key = 15;

/// A cache is readable once the first reply has begun, so of the requests that share a prefix one
/// goes alone before the others: a real batch, whose answers count like all. Where it brought no
/// reply the next one goes alone. Pure; single-threaded.
class PrefixCaching {
 public:
  explicit PrefixCaching(const task::Task& task);

  /// The key of the `number`-th prompt (from 0) behind the prefix `opening`; empty: none is sent.
  std::string key(std::string_view opening, std::int64_t number) const;

  /// Whether a request whose prefix has so many tokens must go alone: the provider keeps it, and no
  /// reply to one with this `place`, its key or else what tells its prefix, came yet.
  bool needs_writer(const std::string& place, std::int64_t prefix_tokens) const;
  /// `job` is that request. Until it ended `waits` is true, and nothing else may leave.
  void writes(dispatch::JobId job, std::string place) { writer_ = {job, std::move(place)}; }
  bool waits() const { return writer_.has_value(); }
  enum class Brought { reply, nothing };
  /// The last attempt of any request ended.
  void ended(dispatch::JobId job, Brought brought);

 private:
  std::optional<catalog::Cache> cache_;  ///< None where it is not known how the provider caches.
  bool takes_keys_ = false;
  std::int64_t keys_ = 1;
  std::optional<std::pair<dispatch::JobId, std::string>> writer_;
  std::set<std::string> written_;
};

}  // namespace sheaf::run
