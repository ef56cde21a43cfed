// One bulk job, as this process knows it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "dispatch/dispatcher.hpp"
#include "provider/bulk.hpp"
#include "store/checkpoint.hpp"
#include "transport/transport.hpp"

namespace sheaf::bulk {

/// A job's life, in order; `looking` in place of `creating` where nobody knows whether it exists.
enum class Phase {
  queued,     ///< Complete; waits until the account has room.
  uploading,  ///< Its lines are on their way.
  creating,   ///< The provider is asked to create it.
  looking,    ///< It is looked for among the account's jobs.
  working,    ///< The provider has it.
  fetching,   ///< It is over, and its results are fetched.
  over,       ///< All its requests have their ends.
};

/// One of its requests.
struct Member {
  store::AttemptNo attempt = 0;
  dispatch::JobId job = 0;  ///< 0: of an earlier process, and not claimed.
  bool has_end = false;
};

/// Where the search for a job stands that may exist.
struct Search {
  enum class Step { list, look, read };
  Step step = Step::list;
  int times = 0;          ///< Through the whole list, in vain.
  std::string page = {};  ///< Of the list, the next.
  /// Jobs that may be the one; the last is looked at.
  std::vector<std::string> candidates = {};
  std::string results = {};                        ///< Of that one, the place.
  std::string unsure = {};                         ///< A job that told nothing that decides.
  std::set<std::string, std::less<>> others = {};  ///< Jobs that are not the one.
};

struct BulkJob {
  store::BulkJob record;
  store::BulkJobNo number = 0;  ///< 0: not written down yet.
  Phase phase = Phase::queued;
  std::vector<Member> members;  ///< In ascending order of attempts.
  std::size_t open = 0;         ///< Of them, without an end.
  std::size_t unclaimed = 0;    ///< Of those, whose `job` is 0.
  std::int64_t tokens = 0;      ///< Reserved for all of them.
  std::string lines;            ///< Until the provider has them.

  std::optional<transport::TransferId> transfer;  ///< Under way for it.
  Time due{0};                                    ///< Not before, the next one.
  int tries = 0;                                  ///< Of the present step, that failed.
  Time interval{0};                               ///< Between two polls.
  Time created{0};
  provider::BulkStatus status;  ///< As it was told last.
  bool is_seen = false;         ///< This process was told of it.
  std::size_t place = 0;        ///< Of its results, the one to be fetched next.
  std::int64_t billable = 0;    ///< Results that were fetched and may be billed.
  bool is_alone = false;        ///< It was refused for want of room with none of ours beside it.

  Search search;

  bool is_with_provider() const {
    return phase == Phase::looking || phase == Phase::working || phase == Phase::fetching;
  }
  /// Before, an end would have nobody to take it.
  bool is_claimed() const { return unclaimed == 0; }
};

/// Whether what was asked for is there no more.
inline bool is_gone(const Fault& fault) { return fault.status == 404 || fault.status == 410; }

/// Whether the same step may succeed later.
inline bool may_pass(const Fault& fault) {
  return fault.remedy == Remedy::wait || fault.remedy == Remedy::retry;
}

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty()) visit(line);
  }
}

}  // namespace sheaf::bulk
