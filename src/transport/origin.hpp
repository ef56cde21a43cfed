// The connections to one server: which of them a request goes to.
#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "transport/poller.hpp"
#include "transport/shard.hpp"
#include "transport/transport.hpp"

namespace sheaf::transport {

/// "https://host:port" of a URL, as it is written there.
std::string_view origin_of(std::string_view url);

/// Until it is known what a server speaks, a few requests go ahead and the others wait: over TLS,
/// because the handshake tells whether all may share one connection; by name, so that one lookup
/// serves all.
struct Origin {
  enum class Speaks { unknown, http1, http2 };

  explicit Origin(std::string_view origin);
  /// The shard for one more request: one with an idle connection, else one with room for another;
  /// nullptr when the request has to wait. Of a server that speaks HTTP/2 it is always the first.
  Shard* choose(Poller& poller);

  bool encrypted;
  Speaks speaks;
  std::vector<std::unique_ptr<Shard>> shards;
  std::deque<TransferId> waiting;
};

}  // namespace sheaf::transport
