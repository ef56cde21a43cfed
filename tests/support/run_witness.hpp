// Sees every event of one run over all its calls, and says which law an event breaks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sheaf/run.hpp>

#include "core/json.hpp"
#include "support/lossy_checkpoint.hpp"
#include "support/virtual_run.hpp"

namespace sheaf::testing {

/// Every breach is a test failure whose message begins with the law. Single-threaded.
class RunWitness {
 public:
  /// The run's rows, no two words alike.
  explicit RunWitness(std::vector<WordRow> rows);

  /// A call begins: hooks itself into both, which outlive the call. At each of the events
  /// (commits, requests, result lines) numbered in `stop_at` the call is asked to stop.
  void begin_call(LossyCheckpoint& store, VirtualRunSettings& settings,
                  std::set<std::size_t> stop_at);
  void end_call(const VirtualRunResult& result);

  /// The body of every request so far, in order.
  const std::vector<std::string>& bodies() const { return bodies_; }

 private:
  /// What a sample was last asked in.
  struct Asked {
    std::size_t size = 0;
    std::int64_t cap = 0;
    int times = 0;
  };

  void sees_event();
  void sees_commit();
  void sees_request(const std::vector<SentRequest>& sent);
  void sees_line(const json::Value& result);
  void sees_failure(const std::string& word, const std::string& reason);
  void check_budget();
  void check_attempts(const std::vector<SentRequest>& sent);
  void check_first_round(const std::vector<std::string>& words);
  void check_follow_up(const std::vector<std::string>& words, std::int64_t cap);
  void check_windows(const std::vector<SentRequest>& sent);

  std::map<std::string, std::string> word_of_;   ///< By id.
  std::map<std::string, std::string> group_of_;  ///< By word.
  std::vector<WordRow> rows_;

  LossyCheckpoint* store_ = nullptr;
  VirtualRunSettings* settings_ = nullptr;
  std::optional<StopSignal> stop_;
  std::set<std::size_t> stop_at_;
  std::size_t events_ = 0;
  std::size_t answers_seen_ = 0;  ///< Of the present store.
  std::size_t replies_seen_ = 0;  ///< Likewise.
  std::size_t began_attempts_ = 0;
  int calls_ = 0;
  bool is_honest_ = false;        ///< The server: every reply answers every sample.
  bool is_clean_ = false;         ///< Besides, no fault but rows that a request is refused for.
  std::set<std::string> bought_;  ///< Words whose answer ever came into a commit.
  std::set<std::string> asked_;   ///< Words ever asked.
  std::set<std::vector<std::string>> firsts_;  ///< The first call's first-round batches.
  std::set<std::string> lines_;                ///< Ids of the present call's results.
  std::map<std::string, Asked> last_;          ///< By word, of the present call.
  std::set<dispatch::JobId> jobs_;             ///< Of the present call.
  std::vector<SentRequest> earlier_;           ///< Of earlier calls, by the wall clock, no bodies.
  std::vector<std::string> bodies_;
};

}  // namespace sheaf::testing
