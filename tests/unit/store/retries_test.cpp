#include "store/retries.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sheaf::store {
namespace {

enum class Came { reply, fault, nothing };

Attempt attempt(int round, std::vector<SampleNo> samples, Came came, int number = 1) {
  Attempt made;
  made.start.round = round;
  made.start.attempt = number;
  made.start.samples = std::move(samples);
  if (came == Came::nothing) return made;
  made.end.emplace();
  made.end->started_unix_ms = 1;
  if (came == Came::fault) made.end->fault_reason = "network";
  return made;
}

TEST(Retries, AreWhatALaterCallSendsAgain) {
  Retries retries;
  EXPECT_FALSE(retries.count(attempt(1, {1, 2}, Came::nothing)));
  EXPECT_FALSE(retries.count(attempt(1, {3, 4}, Came::fault)));
  EXPECT_TRUE(retries.count(attempt(1, {3, 4}, Came::fault, 2)));
  EXPECT_TRUE(retries.count(attempt(1, {2, 3}, Came::reply))) << "in another composition too";
  EXPECT_FALSE(retries.count(attempt(1, {4, 5}, Came::reply))) << "5 was never sent";
}

TEST(Retries, AreNotTheRepairOfAReplyNorAHalfOfWhatWasGivenUp) {
  Retries retries;
  EXPECT_FALSE(retries.count(attempt(1, {1, 2}, Came::fault)));
  EXPECT_FALSE(retries.count(attempt(2, {1}, Came::reply)));
  EXPECT_TRUE(retries.count(attempt(1, {1, 2}, Came::reply)));
  EXPECT_FALSE(retries.count(attempt(1, {1, 2}, Came::reply))) << "--retry-errors";
}

TEST(Retries, AreNotWhatNeverLeft) {
  Retries retries;
  auto unsent = attempt(1, {1}, Came::fault);
  unsent.end->started_unix_ms = 0;
  EXPECT_FALSE(retries.count(unsent));
  EXPECT_FALSE(retries.count(attempt(1, {1}, Came::fault)));
  unsent.start.attempt = 2;
  EXPECT_FALSE(retries.count(unsent));
}

TEST(Retries, OfVectorsAreToldByTheirNumberAlone) {
  Retries retries;
  EXPECT_FALSE(retries.count(attempt(0, {}, Came::fault)));
  EXPECT_TRUE(retries.count(attempt(0, {}, Came::nothing, 2)));
  EXPECT_FALSE(retries.count(attempt(0, {}, Came::reply)));
}

}  // namespace
}  // namespace sheaf::store
