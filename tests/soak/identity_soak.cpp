// Law 2 for ten million sample-answers (or as many as the first argument says), those of cut
// replies among them, on all cores. Exits
// 1 with the seed, the task and the reply of the first answer that is not its sample's own.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <iostream>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "identity_trial.hpp"

namespace {

using sheaf::hostile::Answers;
using sheaf::hostile::Tally;

constexpr std::int64_t default_answers = 10'000'000;
constexpr std::uint64_t trials_a_turn = 64;
constexpr std::uint64_t program_every = 4;  ///< Trials: one of so many has programs for answers.

/// Trials 0, 1, 2, ... by turns, until enough answers are checked or one fails.
Tally run(std::int64_t wanted) {
  std::atomic<std::uint64_t> next_trial = 0;
  std::mutex mutex;
  Tally all;
  const auto work = [&] {
    for (;;) {
      Tally tally;
      const std::uint64_t first = next_trial.fetch_add(trials_a_turn);
      for (std::uint64_t i = 0; i < trials_a_turn; ++i) {
        const bool programs = i % program_every == 0;
        sheaf::hostile::run_trial(first + i, tally, programs ? Answers::programs : Answers::texts);
      }
      const std::lock_guard lock(mutex);
      if (!all.failures.empty() || all.answers() + all.cut_answers() >= wanted) return;
      all.add(tally);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work);
  }
  threads.clear();
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t wanted = default_answers;
  if (argc > 1) {
    const std::string_view text = argv[1];
    std::from_chars(text.data(), text.data() + text.size(), wanted);
  }
  const Tally tally = run(wanted);
  const double seconds = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  std::cout << tally.table() << seconds << " s of CPU time\n";
  for (const auto& [mangle, failure] : tally.failures) std::cout << failure << "\n";
  return tally.failures.empty() ? 0 : 1;
}
