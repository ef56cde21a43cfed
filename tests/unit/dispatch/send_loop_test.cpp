#include "dispatch/send_loop.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "virtual_world.hpp"

namespace sheaf::dispatch {
namespace {

struct Recorder final : transport::Transport {
  void start(transport::TransferId id, const HttpRequest&) override { started.push_back(id); }
  void cancel(transport::TransferId) override {}
  std::vector<transport::FinishedTransfer> poll(Millis) override { return {}; }
  void wake() override {}
  std::vector<transport::TransferId> started;
};

Wire refusing() {
  Wire wire;
  wire.address = [](HttpRequest request, std::size_t) { return request; };
  wire.read = [](const TransferResult&) { return throttled(3ms); };
  return wire;
}

TEST(SendLoop, PausesUntilSomethingMayStartAndNotLess) {
  Recorder transport;
  SchedulerOptions options;
  options.endpoints = {{}};
  SendLoop loop(transport, options, refusing());
  EXPECT_EQ(loop.pause(0s), 1h) << "only a command can change anything";
  loop.execute(Submit{{{1, {}, 10, false}}}, 0s);
  EXPECT_EQ(loop.pause(0s), 0ms);
  loop.start(0s);
  ASSERT_EQ(transport.started.size(), 1u);
  EXPECT_EQ(loop.pause(0s), 1h);
  loop.finish({{transport.started[0], HttpResponse{}}}, 1s);
  EXPECT_EQ(loop.pause(1s), 3ms);
  EXPECT_EQ(loop.pause(1s + 2500us), 1ms) << "half a millisecond is not spent spinning";
}

TEST(SendLoop, IgnoresTransfersItDoesNotKnow) {
  Recorder transport;
  SchedulerOptions options;
  options.endpoints = {{}};
  SendLoop loop(transport, options, refusing());
  EXPECT_TRUE(loop.finish({{77, HttpResponse{}}}, 1s).empty());
}

}  // namespace
}  // namespace sheaf::dispatch
