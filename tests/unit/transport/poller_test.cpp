#include "transport/poller.hpp"

#include <array>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sheaf::transport {
namespace {

constexpr Millis now{0};

/// Two sockets joined to each other.
class Pair {
 public:
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~Pair() {
    close_ours();
    close_theirs();
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  int ours() const { return ends_[0]; }
  void say() const { EXPECT_EQ(::send(ends_[1], "x", 1, MSG_NOSIGNAL), 1); }
  void close_ours() { close(0); }
  void close_theirs() { close(1); }

 private:
  void close(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

TEST(Poller, TellsTheOwnerWhatItWatchesFor) {
  Poller poller;
  Pair pair;
  int owner = 0;
  poller.watch(pair.ours(), &owner, true, false);
  EXPECT_TRUE(poller.poll(now).empty());
  pair.say();
  const auto readable = poller.poll(now);
  ASSERT_EQ(readable.size(), 1u);
  EXPECT_EQ(readable[0].socket, pair.ours());
  EXPECT_EQ(readable[0].owner, &owner);
  EXPECT_TRUE(readable[0].readable);
  EXPECT_FALSE(readable[0].writable);
  poller.watch(pair.ours(), &owner, false, true);
  const auto writable = poller.poll(now);
  ASSERT_EQ(writable.size(), 1u);
  EXPECT_TRUE(writable[0].writable);
  EXPECT_FALSE(writable[0].readable);
  poller.watch(pair.ours(), &owner, true, true);
  ASSERT_EQ(poller.poll(now).size(), 1u);
  EXPECT_TRUE(poller.poll(now)[0].readable);
  EXPECT_TRUE(poller.poll(now)[0].writable);
}

TEST(Poller, TellsOfAPeerThatIsGone) {
  Poller poller;
  Pair pair;
  poller.watch(pair.ours(), nullptr, true, false);
  pair.close_theirs();
  const auto events = poller.poll(now);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].broken);
}

TEST(Poller, AKeptSocketIsSilentWhileNobodyWatchesAndHeardWhenSomebodyDoes) {
  Poller poller;
  Pair pair;
  int first = 0;
  int second = 0;
  poller.watch(pair.ours(), &first, true, false);
  poller.keep(pair.ours());
  poller.watch(pair.ours(), &first, false, false);
  pair.say();
  EXPECT_TRUE(poller.poll(now).empty());
  poller.watch(pair.ours(), &second, true, false);
  const auto events = poller.poll(now);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].owner, &second);
}

TEST(Poller, TheNumberOfAForgottenSocketServesTheNextOne) {
  Poller poller;
  Pair old;
  const int number = old.ours();
  poller.watch(number, nullptr, true, false);
  poller.keep(number);
  EXPECT_TRUE(poller.forget(number));
  old.close_ours();
  Pair next;
  ASSERT_EQ(next.ours(), number) << "the lowest free number is given";
  EXPECT_FALSE(poller.forget(number)) << "only the old one was kept";
  poller.watch(number, nullptr, true, false);
  next.say();
  EXPECT_EQ(poller.poll(now).size(), 1u);
}

TEST(Poller, TellsOfMoreSocketsThanItTakesAtOnce) {
  Poller poller;
  constexpr std::size_t count = 300;
  std::array<Pair, count> pairs;
  for (const auto& pair : pairs) {
    poller.watch(pair.ours(), nullptr, true, false);
    pair.say();
  }
  std::size_t told = 0;
  for (int i = 0; i < 3; ++i) {
    for (const auto& event : poller.poll(now)) {
      poller.watch(event.socket, nullptr, false, false);
      ++told;
    }
  }
  EXPECT_EQ(told, count);
}

TEST(Poller, AWakeIsTakenOnceAndEndsThePoll) {
  Poller poller;
  EXPECT_FALSE(poller.take_wake());
  for (int i = 0; i < 2; ++i) {
    poller.wake();
    poller.wake();
    EXPECT_TRUE(poller.poll(std::chrono::hours(1)).empty());
    EXPECT_TRUE(poller.take_wake());
    EXPECT_FALSE(poller.take_wake());
  }
}

}  // namespace
}  // namespace sheaf::transport
