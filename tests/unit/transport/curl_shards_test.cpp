#include <atomic>
#include <future>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "client.hpp"
#include "test_server.hpp"

namespace sheaf::transport {
namespace {

std::string by_name(std::string url) { return url.replace(7, 9, "localhost"); }

TEST(Shards, ConnectionsOfManyAreKeptAndReused) {
  constexpr int count = 150;
  std::atomic<int> inside = 0;
  std::promise<void> all_inside;
  auto gate = all_inside.get_future().share();
  TestServer server([&](Connection& connection) {
    while (const auto request = connection.read_request()) {
      if (++inside == count) all_inside.set_value();
      gate.wait();
      connection.send(ok(request->substr(request->find("\r\n\r\n") + 4)));
    }
  });
  Client client;
  for (int round = 0; round < 3; ++round) {
    std::vector<TransferId> ids;
    for (int i = 0; i < count; ++i) {
      ids.push_back(client.start(post(server.url(), std::to_string(i))));
    }
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(response_of(client.finish(ids[static_cast<std::size_t>(i)])).body,
                std::to_string(i));
    }
  }
  EXPECT_EQ(server.connections(), count);
}

TEST(Shards, ARequestAfterManyUsesAnIdleConnectionWhereverItIs) {
  TestServer server([](Connection& connection) {
    while (const auto request = connection.read_request()) {
      if (request->ends_with("stay")) return connection.wait_for_close();
      connection.send(ok("x"));
    }
  });
  Client client;
  const auto cut = client.start(post(server.url(), "stay"));
  for (int i = 1; i < 64; ++i) client.start(post(server.url(), "stay"));
  EXPECT_EQ(response_of(client.send(post(server.url()))).body, "x");
  client.transport->cancel(cut);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(response_of(client.send(post(server.url()))).body, "x");
  EXPECT_EQ(server.connections(), 65);
}

TEST(Shards, WhatHasWaitedForTheFirstLookupIsServed) {
  TestServer server(answer_all(ok("x")));
  Client client;
  std::vector<TransferId> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(client.start(post(by_name(server.url()))));
  for (const auto id : ids) ASSERT_EQ(response_of(client.finish(id)).body, "x");
}

TEST(Shards, WhatWaitsForTheFirstLookupIsCutWithTheConnectionsLimit) {
  FullPort port;
  Options options;
  options.timeouts.connect = 50ms;
  Client client(options);
  std::vector<TransferId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(client.start(post(by_name(port.url()))));
  for (const auto id : ids) {
    const auto fault = fault_of(client.finish(id));
    EXPECT_EQ(fault.kind, TransportFaultKind::connect_timeout) << fault.detail;
    EXPECT_FALSE(fault.maybe_served);
  }
}

TEST(Shards, WhatWaitsForTheFirstLookupCanBeCancelled) {
  FullPort port;
  Client client;
  const auto first = client.start(post(by_name(port.url())));
  const auto second = client.start(post(by_name(port.url())));
  client.transport->poll(1ms);
  for (const auto id : {second, first}) {
    client.transport->cancel(id);
    const auto fault = fault_of(client.finish(id));
    EXPECT_EQ(fault.kind, TransportFaultKind::cancelled);
    EXPECT_FALSE(fault.maybe_served);
  }
}

/// Lowers the soft limit of open files and puts it back at the end.
class FileLimit {
 public:
  explicit FileLimit(rlim_t soft) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    set(soft);
  }
  ~FileLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  void set(rlim_t soft) {
    auto lowered = before_;
    lowered.rlim_cur = soft;
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  static rlim_t soft() {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  }

 private:
  rlimit before_{};
};

TEST(OpenFiles, TheSoftLimitRisesToWhatTheTransfersNeed) {
  const FileLimit limit(200);
  Options options;
  options.most_transfers = 300;
  const Client client(options);
  EXPECT_GE(FileLimit::soft(), 300u);
}

TEST(OpenFiles, TooFewAreSaidAndSpoilNothing) {
  TestServer server(answer_all(ok("x")));
  Client client;
  FileLimit limit(FileLimit::soft());
  limit.set(3);
  const auto fault = fault_of(client.send(post(server.url())));
  EXPECT_EQ(fault.kind, TransportFaultKind::connect);
  EXPECT_FALSE(fault.maybe_served);
  EXPECT_NE(fault.detail.find("too many open files"), std::string::npos) << fault.detail;
  limit.set(1024);
  EXPECT_EQ(response_of(client.send(post(server.url()))).body, "x");
}

}  // namespace
}  // namespace sheaf::transport
