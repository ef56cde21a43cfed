// The healthy server of a case and what stands before it to break one exchange, or all from one on.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "fault/fault_kinds.hpp"
#include "support/fault_server.hpp"
#include "support/http2_server.hpp"
#include "support/tcp_gate.hpp"

namespace sheaf::testing {

/// Host names that only a test knows, and how they are looked up.
class TestNames {
 public:
  using Lookup = std::function<bool()>;  ///< Whether the name is found this time.

  static TestNames& all() {
    static TestNames names;
    return names;
  }
  /// A new name; `lookup` is called on the transport's threads.
  std::string add(Lookup lookup) {
    const std::lock_guard lock(mutex_);
    auto name = "name-" + std::to_string(lookups_.size() + 1) + ".test";
    lookups_.emplace(name, std::move(lookup));
    return name;
  }
  /// Empty for a name that no test made.
  Lookup find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = lookups_.find(name);
    return found == lookups_.end() ? Lookup() : found->second;
  }
  /// The next connection to any host has to look its name up: libcurl keeps one for a minute.
  void forget() { skipped_s_ += 120; }
  /// By how many seconds the clock of names is ahead.
  std::int64_t skipped_s() const { return skipped_s_; }

 private:
  mutable std::mutex mutex_;
  std::atomic<std::int64_t> skipped_s_{0};
  std::map<std::string, Lookup, std::less<>> lookups_;
};

/// How much a run has to do, and how much of it at once.
struct FaultLoad {
  static constexpr int batch_size = 3;
  int concurrency = 1;
  int rows = 12;
  /// Of a run that meets no fault.
  int exchanges() const { return rows / batch_size; }
};

struct FaultCase {
  std::string kind;
  int n = 1;
  bool is_persistent = false;
  FaultLoad load = {};
  std::string name() const {
    return kind + (is_persistent ? ", from exchange " : ", exchange ") + std::to_string(n) + ", " +
           std::to_string(load.concurrency) + " at once";
  }
};

class FaultSite {
 public:
  FaultSite(FaultCase which, const FaultKind& kind, int model_port)
      : case_(std::move(which)),
        kind_(kind),
        model_port_(model_port),
        plain_(model_port, [this](FaultExchange& exchange) { return meet(exchange); }) {
    if (kind.place == FaultPlace::listener && case_.n == 1) refuse();
    if (kind.place == FaultPlace::name) make_name();
    if (is_secure())
      secure_ = make_secure("tests/unit/transport/tls/certificate.pem",
                            "tests/unit/transport/tls/key.pem");
    if (is_gated()) make_gate();
  }

  std::string base_url() const {
    if (!host_.empty()) return "http://" + host_ + ":" + std::to_string(plain_.port()) + "/v1";
    if (gate_) return "https://127.0.0.1:" + std::to_string(gate_->port()) + "/v1";
    return secure_ ? secure_->url("/v1") : plain_.base_url();
  }
  std::string ca_file() const {
    return secure_ ? SHEAF_SOURCE_DIR "/tests/unit/transport/tls/certificate.pem" : "";
  }
  /// Requests that arrived.
  int exchanges() const { return secure_ ? secure_->requests() : plain_.exchanges(); }
  bool is_met() const { return is_met_; }
  /// Input tokens that whole replies told.
  std::int64_t delivered_tokens() const { return delivered_; }
  /// A refused connection is over: one request found nobody.
  void listen_again_after(std::int64_t requests) {
    if (case_.is_persistent || !plain_.is_refusing()) return;
    if (requests > plain_.exchanges()) plain_.listen_again();
  }
  /// From now on nothing breaks.
  void heal() {
    is_healed_ = true;
    plain_.listen_again();
  }

 private:
  bool is_gated() const {
    return kind_.place == FaultPlace::certificate || kind_.place == FaultPlace::handshake;
  }
  bool is_secure() const { return is_gated() || kind_.place == FaultPlace::stream; }

  bool is_hit(int number) const {
    if (is_healed_) return false;
    return case_.is_persistent ? number >= case_.n : number == case_.n;
  }
  bool hit(int number) {
    if (!is_hit(number)) return false;
    is_met_ = true;
    return true;
  }

  static std::int64_t tokens_of(const std::string& body) {
    const auto reply = json::parse(body);
    const auto* tokens = reply ? reply->find_path("usage.prompt_tokens") : nullptr;
    return tokens == nullptr ? 0 : tokens->integer().value_or(0);
  }

  bool meet(FaultExchange& exchange) {
    if (kind_.place == FaultPlace::listener) return refuse_next(exchange);
    if (kind_.make && hit(exchange.number)) {
      kind_.make(exchange);
      return true;
    }
    exchange.upstream = [body = exchange.upstream()] { return body; };
    delivered_ += tokens_of(exchange.upstream());
    return kind_.place == FaultPlace::name && look_up_next(exchange);
  }

  /// The answer that ends the connection and after which the name has to be looked up again.
  static bool look_up_next(const FaultExchange& exchange) {
    TestNames::all().forget();
    exchange.write_reply(exchange.upstream(), last_one);
    return true;
  }

  /// The answer that ends the connection, behind which nobody listens; nobody needs to be found
  /// behind the last.
  bool refuse_next(FaultExchange& exchange) {
    if (!is_hit(exchange.number + 1) || exchange.number == case_.load.exchanges()) return false;
    refuse();
    exchange.write_reply(exchange.upstream(), last_one);
    return true;
  }
  void refuse() {
    is_met_ = true;
    plain_.refuse();
  }

  void make_name() {
    host_ = TestNames::all().add([this] { return !hit(++lookups_); });
  }

  std::unique_ptr<Http2Server> make_secure(const std::string& certificate, const std::string& key) {
    Http2Options options;
    options.certificate = SHEAF_SOURCE_DIR "/" + certificate;
    options.key = SHEAF_SOURCE_DIR "/" + key;
    return std::make_unique<Http2Server>(
        options, [this](const Http2Request& request) { return answer(request); });
  }

  /// Behind the gate each exchange needs a connection of its own.
  Http2Reply answer(const Http2Request& request) {
    Http2Reply reply;
    reply.body = ask_upstream(model_port_, request.path, request.body);
    reply.headers = {{"content-type", "application/json"}};
    if (is_gated()) reply.act = Http2Act::goaway_after;
    if (kind_.spoil && hit(request.number)) {
      kind_.spoil(reply);
    } else {
      delivered_ += tokens_of(reply.body);
    }
    return reply;
  }

  void make_gate() {
    const auto port_of = [](const Http2Server& server) {
      const auto url = server.url("");
      return std::stoi(url.substr(url.rfind(':') + 1));
    };
    int broken = 0;
    if (kind_.place == FaultPlace::certificate) {
      untrusted_ =
          make_secure("tests/support/tls/untrusted.pem", "tests/support/tls/untrusted_key.pem");
      broken = port_of(*untrusted_);
    }
    gate_ = std::make_unique<TcpGate>([this, broken, good = port_of(*secure_)](int connection) {
      return hit(connection) ? broken : good;
    });
  }

  FaultCase case_;
  const FaultKind& kind_;
  int model_port_;
  std::atomic<bool> is_healed_{false};
  std::atomic<bool> is_met_{false};
  std::atomic<int> lookups_{0};
  std::atomic<std::int64_t> delivered_{0};
  std::string host_;
  FaultServer plain_;
  std::unique_ptr<Http2Server> secure_;
  std::unique_ptr<Http2Server> untrusted_;
  std::unique_ptr<TcpGate> gate_;
};

}  // namespace sheaf::testing
