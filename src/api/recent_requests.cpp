#include "api/recent_requests.hpp"

#include <chrono>

namespace sheaf::api {
namespace {

constexpr std::int64_t window_ms = 61'000;

Expected<void> add_recent(store::Checkpoint& store, store::AttemptKind kind, std::int64_t now,
                          std::vector<dispatch::PastRequest>& requests) {
  const auto recent = store.recent_tokens(kind, now - window_ms, now);
  if (!recent) return std::unexpected(recent.error());
  for (const auto& [age_ms, tokens] : *recent) {
    requests.push_back({std::chrono::milliseconds(age_ms), tokens});
  }
  return {};
}

}  // namespace

Expected<std::vector<dispatch::PastRequest>> recent_requests(store::Checkpoint& store,
                                                             const std::vector<std::string>& others,
                                                             store::AttemptKind kind,
                                                             std::int64_t now_unix_ms) {
  std::vector<dispatch::PastRequest> requests;
  if (auto done = add_recent(store, kind, now_unix_ms, requests); !done) {
    return std::unexpected(done.error());
  }
  for (const auto& path : others) {
    const auto other = store::open_sqlite(path, store::Access::read_only);
    if (!other) return std::unexpected(other.error());
    if (auto done = add_recent(**other, kind, now_unix_ms, requests); !done) {
      return std::unexpected(done.error());
    }
  }
  return requests;
}

}  // namespace sheaf::api
