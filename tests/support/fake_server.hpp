// A model that knows one trick: a sample says "say WORD", and its answer is WORD. It reads request
// bytes only, and spoils replies and transfers as a seed tells it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange.hpp"
#include "core/random.hpp"
#include "support/virtual_dispatch.hpp"

namespace sheaf::testing {

/// The server is up and serves nobody.
struct FakeBusy {
  static constexpr int silent = 0;  ///< No reply ever.
  Time from{0};
  Time until{0};
  int status = 429;
};

struct FakeFaults {
  double content = 0;                 ///< Share of replies spoiled in one way.
  double transport = 0;               ///< Share of requests that meet a 429, 500, reset or HTML.
  std::set<std::string> poison = {};  ///< Words whose prompts are refused,
  int poison_status = 400;            ///< with this.
  double cut = 0;                     ///< Share of replies cut at some byte: reason "length".
  /// Latency is drawn from 1 ms to this with a uniform logarithm; 0: from 0.2 s to 1 s.
  Time slowest{0};
  FakeBusy busy = {};
};

class FakeServer {
 public:
  FakeServer(std::uint64_t seed, FakeFaults faults) : random_(seed), faults_(std::move(faults)) {}

  VirtualReply answer(const HttpRequest& request, Time now);

  /// How often each word was asked in a request that was answered.
  const std::map<std::string, int>& served() const { return served_; }
  /// The words of each prompt, in the order of requests.
  const std::vector<std::vector<std::string>>& prompts() const { return prompts_; }

  /// The (key, word) pairs of the last user message; key 0 for a plain prompt.
  static std::vector<std::pair<int, std::string>> samples(const std::string& body);

 private:
  std::string reply(const std::vector<std::pair<int, std::string>>& samples);
  VirtualReply broken();
  Time latency();

  Random random_;
  FakeFaults faults_;
  std::map<std::string, int> served_;
  std::vector<std::vector<std::string>> prompts_;
};

}  // namespace sheaf::testing
