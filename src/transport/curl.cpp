#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "transport/transfer.hpp"
#include "transport/transport.hpp"

namespace sheaf::transport {
namespace {

/// Idle connections kept at most; without it libcurl closes those beyond four for each transfer
/// under way, and a pause for a rate limit would cost every handshake again.
constexpr long most_idle_connections = 16'384;
constexpr Millis longest_poll = std::chrono::minutes(1);

struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

std::string timeout_detail(TransportFaultKind kind, const Timeouts& timeouts) {
  const bool stalled = kind == TransportFaultKind::stall;
  const auto limit = stalled ? timeouts.stall : timeouts.attempt;
  return fmt::format("{} for {} ms", stalled ? "no byte" : "not finished", limit.count());
}

class CurlTransport final : public Transport {
 public:
  CurlTransport(CURLM* multi, Settings settings) : multi_(multi), settings_(std::move(settings)) {
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, most_idle_connections);
  }

  ~CurlTransport() override {
    for (const auto& [id, running] : transfers_) {
      curl_multi_remove_handle(multi_.get(), running.transfer->easy());
    }
  }

  void start(TransferId id, const HttpRequest& request) override {
    const auto now = Clock::now();
    auto transfer = std::make_unique<Transfer>(id, take_easy(), request, settings_, now);
    if (transfer->refused()) {
      finished_.push_back({id, *transfer->refused()});
      return;
    }
    curl_multi_add_handle(multi_.get(), transfer->easy());
    auto& running = transfers_[id];
    running.transfer = std::move(transfer);
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
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      collect();
      expire(Clock::now());
      const auto now = Clock::now();
      if (!finished_.empty() || woken_.exchange(false) || now >= until) {
        return std::exchange(finished_, {});
      }
      auto pause = until - now;
      if (!checks_.empty()) pause = std::min(pause, checks_.begin()->first - now);
      const auto ms = std::max(std::chrono::ceil<Millis>(pause), Millis(0));
      curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(ms.count()), nullptr);
    }
  }

  void wake() override {
    woken_ = true;
    curl_multi_wakeup(multi_.get());
  }

 private:
  struct Running {
    std::unique_ptr<Transfer> transfer;
    std::optional<Clock::time_point> check;
  };

  EasyHandle take_easy() {
    if (spare_.empty()) return EasyHandle(curl_easy_init());
    auto easy = std::move(spare_.back());
    spare_.pop_back();
    curl_easy_reset(easy.get());
    return easy;
  }

  void arm(Running& running, Clock::time_point now) {
    const auto id = running.transfer->id();
    if (running.check) checks_.erase({*running.check, id});
    running.check = running.transfer->next_check(now);
    if (running.check) checks_.emplace(*running.check, id);
  }

  /// Takes a transfer out and reports it.
  std::unique_ptr<Transfer> end(TransferId id, TransferResult result) {
    auto running = std::move(transfers_.extract(id).mapped());
    if (running.check) checks_.erase({*running.check, id});
    curl_multi_remove_handle(multi_.get(), running.transfer->easy());
    finished_.push_back({id, std::move(result)});
    return std::move(running.transfer);
  }

  void collect() {
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto code = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      auto done = end(transfer->id(), transfer->finish(code));
      if (code == CURLE_OK) spare_.push_back(done->release());
    }
  }

  void expire(Clock::time_point now) {
    while (!checks_.empty() && checks_.begin()->first <= now) {
      const auto id = checks_.begin()->second;
      auto& running = transfers_.at(id);
      if (const auto kind = running.transfer->timed_out(now)) {
        end(id, running.transfer->abort(*kind, timeout_detail(*kind, settings_.timeouts)));
      } else {
        arm(running, now);
      }
    }
  }

  std::unique_ptr<CURLM, MultiDeleter> multi_;
  Settings settings_;
  std::vector<EasyHandle> spare_;
  std::unordered_map<TransferId, Running> transfers_;
  std::set<std::pair<Clock::time_point, TransferId>> checks_;
  std::vector<FinishedTransfer> finished_;
  std::atomic<bool> woken_{false};
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// The text of a file; nullopt when it cannot be read (a directory cannot).
std::optional<std::string> read_file(const std::string& name) {
  std::FILE* file = std::fopen(name.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 65'536> bytes{};
  while (const auto length = std::fread(bytes.data(), 1, bytes.size(), file)) {
    text.append(bytes.data(), length);
  }
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  return failed ? std::nullopt : std::optional(std::move(text));
}

Expected<void> check_file(const std::string& file, std::string_view source) {
  const auto text = read_file(file);
  if (!text) {
    return fail(ErrorCode::usage,
                fmt::format("{}: cannot read the certificate authorities ({})", file, source));
  }
  if (text->find("-----BEGIN") == std::string::npos) {
    return fail(ErrorCode::usage,
                fmt::format("{}: no certificate in PEM form in it ({})", file, source));
  }
  return {};
}

Expected<Authorities> find_authorities(const std::string& ca_file) {
  Authorities found;
  const bool given = !ca_file.empty();
  found.file = given ? ca_file : environment("SSL_CERT_FILE");
  found.only_file = given;
  if (!given) found.folder = environment("SSL_CERT_DIR");
  if (found.file.empty()) return found;
  const auto checked = check_file(found.file, given ? "--ca-file" : "SSL_CERT_FILE");
  if (!checked) return std::unexpected(checked.error());
  return found;
}

}  // namespace

Expected<std::unique_ptr<Transport>> make_curl(const Options& options) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) return fail(ErrorCode::stopped, "libcurl cannot be initialised");
  auto authorities = find_authorities(options.ca_file);
  if (!authorities) return std::unexpected(authorities.error());
  auto* multi = curl_multi_init();
  if (multi == nullptr) return fail(ErrorCode::stopped, "libcurl cannot be initialised");
  return std::make_unique<CurlTransport>(
      multi, Settings{options.timeouts, options.max_response_bytes, std::move(*authorities)});
}

}  // namespace sheaf::transport
