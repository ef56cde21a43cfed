// Law 2 in bulk: one trial is one task, one batch, its faithful reply and several mangled ones,
// each settled as a run settles it. All of a trial follows from its seed.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "hostile_task.hpp"

namespace sheaf::hostile {

/// Samples of one kind of reply, by what became of them.
struct Count {
  std::int64_t answered = 0;  ///< With their own answer.
  std::int64_t doubted = 0;   ///< Asked again, with a reason.
  std::int64_t misjoined = 0;
  std::int64_t sum() const { return answered + doubted + misjoined; }
};

struct Tally {
  std::map<std::string, Count> by_mangle;
  std::map<std::string, Count> hidden;  ///< Of manglings that no reader of keys can tell.
  /// By mangling, the first sample that got what is not its own answer, or whose faithful answer
  /// was doubted: seed, task, reply.
  std::map<std::string, std::string> failures;

  std::int64_t answers() const;      ///< Of whole replies; `hidden` ones not counted.
  std::int64_t cut_answers() const;  ///< Of cut replies.
  std::int64_t misjoined() const;    ///< Of `by_mangle`.
  void add(const Tally& other);
  /// One line for each mangling: how many samples, how many keep their answer; and the sums.
  std::string table() const;
};

/// Formats take turns by seed; so do the batch sizes 1 to 64.
void run_trial(std::uint64_t seed, Tally& tally, Answers answers = Answers::texts);

}  // namespace sheaf::hostile
