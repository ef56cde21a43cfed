// Which attempts sent again what an earlier one had sent, over all calls of a run.
#pragma once

#include <set>
#include <utility>

#include "store/checkpoint.hpp"

namespace sheaf::store {

/// Is told of every attempt in order of number. A later call begins to count attempts anew, so that
/// the number of an attempt alone does not say it. Holds the samples that are without a reply.
class Retries {
 public:
  /// Whether the attempt is a retry: not the first of its request, or of samples of which every one
  /// was sent in this round before and brought no reply. Not one that never left, nor, where a
  /// later call asks for vectors again, the first of it: of which texts it was is not kept.
  bool count(const Attempt& attempt);

 private:
  std::set<std::pair<int, SampleNo>> without_reply_;  ///< By round.
};

}  // namespace sheaf::store
