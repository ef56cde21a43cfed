#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "transport/origin.hpp"
#include "transport/poller.hpp"
#include "transport/shard.hpp"
#include "transport/transfer.hpp"
#include "transport/transport.hpp"

namespace sheaf::transport {
namespace {

constexpr Millis longest_poll = std::chrono::minutes(1);

struct ShareDeleter {
  void operator()(CURLSH* share) const { curl_share_cleanup(share); }
};
using Share = std::unique_ptr<CURLSH, ShareDeleter>;

std::string timeout_detail(TransportFaultKind kind, const Timeouts& timeouts) {
  const bool stalled = kind == TransportFaultKind::stall;
  const bool unconnected = kind == TransportFaultKind::connect_timeout;
  const auto limit = stalled ? timeouts.stall : unconnected ? timeouts.connect : timeouts.attempt;
  const auto* what = stalled ? "no byte" : unconnected ? "not connected" : "not finished";
  return fmt::format("{} for {} ms", what, limit.count());
}

class CurlTransport final : public Transport {
 public:
  CurlTransport(Settings settings, Share share)
      : settings_(std::move(settings)), share_(std::move(share)) {
    // One lookup and one TLS session serve all shards. One thread uses it, so that it needs no
    // lock.
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  }

  ~CurlTransport() override {
    for (auto& [id, running] : transfers_) {
      if (running.shard != nullptr) running.shard->remove(*running.transfer);
    }
    transfers_.clear();
    origins_.clear();
  }

  bool usable() const { return poller_.usable(); }

  void start(TransferId id, const HttpRequest& request) override {
    auto& origin = find_origin(request.url);
    auto* shard = origin.choose(poller_);
    // A transfer that waits is made for the shard it will be added to at first, the only one yet.
    auto& home = shard == nullptr ? *origin.shards.front() : *shard;
    const auto now = Clock::now();
    auto transfer = make_transfer(home, id, request, now);
    if (transfer->refused()) {
      finished_.push_back({id, *transfer->refused()});
      return;
    }
    auto& running = transfers_[id];
    running = {std::move(transfer), &home, shard, now, std::nullopt};
    if (shard == nullptr) {
      origin.waiting.push_back(id);
    } else {
      shard->add(*running.transfer);
    }
    arm(running, now);
  }

  void cancel(TransferId id) override {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return;
    end(id, found->second.transfer->abort(TransportFaultKind::cancelled, "cut off"));
  }

  std::vector<FinishedTransfer> poll(Millis wait) override {
    const auto until = Clock::now() + std::clamp(wait, Millis(0), longest_poll);
    while (true) {
      act_on_time();
      const bool over = !finished_.empty() || poller_.take_wake();
      const auto now = Clock::now();
      for (const auto& event : poller_.poll(over ? Millis(0) : pause(now, until))) {
        auto& shard = *static_cast<Shard*>(event.owner);
        shard.act(event);
        collect(shard);
      }
      expire(Clock::now());
      if (over || !finished_.empty() || poller_.take_wake() || now >= until) {
        return std::exchange(finished_, {});
      }
    }
  }

  void wake() override { poller_.wake(); }

 private:
  struct Running {
    std::unique_ptr<Transfer> transfer;
    Shard* home = nullptr;
    Shard* shard = nullptr;  ///< nullptr: it waits.
    Clock::time_point started;
    std::optional<Clock::time_point> check;
  };

  Origin& find_origin(const std::string& url) {
    const std::string name(origin_of(url));
    const auto found = origins_.find(name);
    if (found != origins_.end()) return *found->second;
    return *origins_.emplace(name, std::make_unique<Origin>(name)).first->second;
  }

  std::unique_ptr<Transfer> make_transfer(Shard& shard, TransferId id, const HttpRequest& request,
                                          Clock::time_point now) {
    auto& spare = shard.spare();
    if (spare.empty()) {
      return std::make_unique<Transfer>(id, request, settings_, shard, share_.get(), now);
    }
    auto transfer = std::move(spare.back());
    spare.pop_back();
    transfer->restart(id, request, now);
    return transfer;
  }

  std::optional<Clock::time_point> connect_limit(const Running& running) const {
    if (running.shard != nullptr || settings_.timeouts.connect <= Millis(0)) return std::nullopt;
    return running.started + settings_.timeouts.connect;
  }

  void arm(Running& running, Clock::time_point now) {
    const auto id = running.transfer->id();
    if (running.check) checks_.erase({*running.check, id});
    running.check = running.transfer->next_check(now);
    const auto limit = connect_limit(running);
    if (limit) running.check = std::min(running.check.value_or(*limit), *limit);
    if (running.check) checks_.emplace(*running.check, id);
  }

  /// Takes a transfer out and reports it.
  std::unique_ptr<Transfer> end(TransferId id, TransferResult result) {
    auto running = std::move(transfers_.extract(id).mapped());
    if (running.check) checks_.erase({*running.check, id});
    auto& origin = running.home->origin();
    if (running.shard != nullptr) {
      running.shard->remove(*running.transfer);
    } else {
      std::erase(origin.waiting, id);
    }
    finished_.push_back({id, std::move(result)});
    release(origin);
    return std::move(running.transfer);
  }

  /// Lets those go that wait for what a server speaks, as far as that is known by now.
  void release(Origin& origin) {
    while (!origin.waiting.empty()) {
      auto* shard = origin.choose(poller_);
      if (shard == nullptr) return;
      auto& running = transfers_.at(origin.waiting.front());
      origin.waiting.pop_front();
      running.transfer->move_to(*shard);
      running.home = shard;
      running.shard = shard;
      shard->add(*running.transfer);
    }
  }

  void act_on_time() {
    const auto now = Clock::now();
    for (const auto& [name, origin] : origins_) {
      // Collecting may add a shard.
      for (std::size_t i = 0; i < origin->shards.size(); ++i) {  // NOLINT(modernize-loop-convert)
        auto& shard = *origin->shards[i];
        if (!shard.due() || *shard.due() > now) continue;
        shard.act_on_time();
        collect(shard);
      }
    }
  }

  Millis pause(Clock::time_point now, Clock::time_point until) const {
    if (!checks_.empty()) until = std::min(until, checks_.begin()->first);
    for (const auto& [name, origin] : origins_) {
      for (const auto& shard : origin->shards)
        until = std::min(until, shard->due().value_or(until));
    }
    return std::max(std::chrono::ceil<Millis>(until - now), Millis(0));
  }

  void collect(Shard& shard) {
    while (const auto done = shard.next_done()) {
      auto result = done->transfer->finish(done->code);
      if (const auto http2 = done->transfer->heard_http2()) {
        shard.origin().speaks = *http2 ? Origin::Speaks::http2 : Origin::Speaks::http1;
      }
      auto transfer = end(done->transfer->id(), std::move(result));
      if (done->code == CURLE_OK) shard.spare().push_back(std::move(transfer));
    }
    release(shard.origin());
  }

  void expire(Clock::time_point now) {
    while (!checks_.empty() && checks_.begin()->first <= now) {
      const auto id = checks_.begin()->second;
      auto& running = transfers_.at(id);
      auto kind = running.transfer->timed_out(now);
      const auto limit = connect_limit(running);
      if (!kind && limit && now >= *limit) kind = TransportFaultKind::connect_timeout;
      if (kind) {
        end(id, running.transfer->abort(*kind, timeout_detail(*kind, settings_.timeouts)));
      } else {
        arm(running, now);
      }
    }
  }

  Settings settings_;
  Share share_;
  Poller poller_;
  std::unordered_map<std::string, std::unique_ptr<Origin>> origins_;
  std::unordered_map<TransferId, Running> transfers_;
  std::set<std::pair<Clock::time_point, TransferId>> checks_;
  std::vector<FinishedTransfer> finished_;
};

/// Twice: an address that fails is given up only after its connection to the next has begun.
void raise_file_limit(int transfers) {
  constexpr rlim_t rest_of_process = 256;
  const auto needed = rest_of_process + 2 * static_cast<rlim_t>(std::max(transfers, 0));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return;
  limit.rlim_cur = std::min(needed, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Expected<std::unique_ptr<Transport>> make_curl(const Options& options) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) return fail(ErrorCode::stopped, "libcurl cannot be initialised");
  raise_file_limit(options.most_transfers);
  auto authorities = find_authorities(options.ca_file);
  if (!authorities) return std::unexpected(authorities.error());
  Share share(curl_share_init());
  if (share == nullptr) return fail(ErrorCode::stopped, "libcurl cannot be initialised");
  auto made = std::make_unique<CurlTransport>(
      Settings{options.timeouts, options.max_response_bytes, std::move(*authorities)},
      std::move(share));
  if (!made->usable()) return fail(ErrorCode::stopped, "too many open files (ulimit -n)");
  return made;
}

}  // namespace sheaf::transport
