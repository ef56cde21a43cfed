#include "transport/shard.hpp"

#include "transport/origin.hpp"

namespace sheaf::transport {
namespace {

/// Idle connections kept at most; without it libcurl closes those beyond four for each transfer
/// under way, and a pause for a rate limit would cost every handshake again.
constexpr long most_idle_connections = 16'384;

}  // namespace

Shard::Shard(Origin& origin, Poller& poller)
    : Connections(poller), origin_(origin), multi_(curl_multi_init()) {
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, most_idle_connections);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &Shard::on_socket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &Shard::on_timer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
}

void Shard::add(Transfer& transfer) {
  ++running_;
  curl_multi_add_handle(multi_.get(), transfer.easy());
}

void Shard::remove(Transfer& transfer) {
  --running_;
  if (transfer.begun()) --begun_;
  curl_multi_remove_handle(multi_.get(), transfer.easy());
}

void Shard::act(const Poller::Event& event) {
  int running = 0;
  const int what = (event.readable ? CURL_CSELECT_IN : 0) |
                   (event.writable ? CURL_CSELECT_OUT : 0) | (event.broken ? CURL_CSELECT_ERR : 0);
  curl_multi_socket_action(multi_.get(), event.socket, what, &running);
}

void Shard::act_on_time() {
  due_.reset();
  int running = 0;
  curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
}

std::optional<Shard::Done> Shard::next_done() {
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Done done{nullptr, message->data.result};
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &done.transfer);
    return done;
  }
  return std::nullopt;
}

/// More transfers on connections than connections: they are shared.
void Shard::begun() {
  ++begun_;
  if (origin_.speaks != Origin::Speaks::unknown) return;
  if (!origin_.encrypted) origin_.speaks = Origin::Speaks::http1;
  if (origin_.encrypted && begun_ > open_) origin_.speaks = Origin::Speaks::http2;
}

/// Another connection although one stands: it cannot be shared.
void Shard::opening() {
  if (origin_.speaks == Origin::Speaks::unknown && begun_ > 0) {
    origin_.speaks = Origin::Speaks::http1;
  }
}

int Shard::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept {
  const bool gone = what == CURL_POLL_REMOVE;
  auto* shard = static_cast<Shard*>(self);
  shard->poller().watch(socket, shard, !gone && (what & CURL_POLL_IN) != 0,
                        !gone && (what & CURL_POLL_OUT) != 0);
  return 0;
}

int Shard::on_timer(CURLM*, long timeout_ms, void* self) noexcept {
  auto& due = static_cast<Shard*>(self)->due_;
  due.reset();
  if (timeout_ms >= 0) due = Clock::now() + Millis(timeout_ms);
  return 0;
}

}  // namespace sheaf::transport
