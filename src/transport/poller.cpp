#include "transport/poller.hpp"

#include <array>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace sheaf::transport {

Poller::Poller()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!usable()) return;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

Poller::~Poller() {
  if (epoll_ >= 0) ::close(epoll_);
  if (wake_ >= 0) ::close(wake_);
}

Poller::Watch& Poller::at(int socket) {
  const auto index = static_cast<std::size_t>(socket);
  if (index >= watches_.size()) watches_.resize(index + 1);
  return watches_[index];
}

void Poller::enroll(int socket, Watch& watch, std::uint32_t events) {
  if (events == watch.registered) return;
  epoll_event event{};
  event.events = events;
  event.data.fd = socket;
  const int add_or_change = watch.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  ::epoll_ctl(epoll_, events == 0 ? EPOLL_CTL_DEL : add_or_change, socket, &event);
  watch.registered = events;
}

void Poller::watch(int socket, void* owner, bool read, bool write) {
  auto& watch = at(socket);
  watch.owner = owner;
  watch.wanted = (read ? EPOLLIN : 0u) | (write ? EPOLLOUT : 0u);
  if (watch.wanted != 0 || !watch.kept) enroll(socket, watch, watch.wanted);
}

/// The kernel forgets it when it is closed.
bool Poller::forget(int socket) { return std::exchange(at(socket), {}).kept; }

const std::vector<Poller::Event>& Poller::poll(Millis wait) {
  std::array<epoll_event, 256> ready{};
  events_.clear();
  const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()),
                                 static_cast<int>(wait.count()));
  for (int i = 0; i < count; ++i) {
    const auto& event = ready[static_cast<std::size_t>(i)];
    const int socket = event.data.fd;
    if (socket == wake_) {
      std::uint64_t wakes = 0;
      [[maybe_unused]] const auto length = ::read(wake_, &wakes, sizeof wakes);
      continue;
    }
    auto& watch = at(socket);
    if (watch.wanted == 0) {
      enroll(socket, watch, 0);
      continue;
    }
    events_.push_back({socket, watch.owner, (event.events & EPOLLIN) != 0,
                       (event.events & EPOLLOUT) != 0,
                       (event.events & (EPOLLERR | EPOLLHUP)) != 0});
  }
  return events_;
}

void Poller::wake() {
  if (woken_.exchange(true)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto length = ::write(wake_, &one, sizeof one);
}

}  // namespace sheaf::transport
