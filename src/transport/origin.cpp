#include "transport/origin.hpp"

#include <algorithm>
#include <string>

#include <arpa/inet.h>

namespace sheaf::transport {
namespace {

constexpr int most_running = 64;

/// Whether the host of an origin is an address already.
bool is_number(std::string_view origin) {
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto authority = origin.substr(scheme + 3);
  if (authority.starts_with('[')) return true;
  const std::string host(authority.substr(0, authority.find(':')));
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

}  // namespace

std::string_view origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return url;
  return url.substr(0, url.find_first_of("/?#", scheme + 3));
}

Origin::Origin(std::string_view origin)
    : encrypted(origin.starts_with("https:")),
      speaks(!encrypted && is_number(origin) ? Speaks::http1 : Speaks::unknown) {}

Shard* Origin::choose(Poller& poller) {
  if (shards.empty()) shards.push_back(std::make_unique<Shard>(*this, poller));
  auto* first = shards.front().get();
  if (speaks == Speaks::http2) return first;
  if (speaks == Speaks::unknown) {
    return first->running() < (encrypted ? most_running : 1) ? first : nullptr;
  }
  const auto has_room = [](const auto& shard) { return shard->running() < most_running; };
  auto found = std::ranges::find_if(
      shards, [&](const auto& shard) { return shard->idle() > 0 && has_room(shard); });
  if (found == shards.end()) found = std::ranges::find_if(shards, has_room);
  if (found != shards.end()) return found->get();
  shards.push_back(std::make_unique<Shard>(*this, poller));
  return shards.back().get();
}

}  // namespace sheaf::transport
