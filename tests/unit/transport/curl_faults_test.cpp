#include <atomic>
#include <string>

#include <gtest/gtest.h>

#include "client.hpp"
#include "test_server.hpp"

namespace sheaf::transport {
namespace {

enum class Served { no, maybe };

void expect_fault(const TransferResult& result, TransportFaultKind kind, Served served) {
  const auto fault = fault_of(result);
  EXPECT_EQ(static_cast<int>(fault.kind), static_cast<int>(kind)) << fault.detail;
  EXPECT_EQ(fault.maybe_served, served == Served::maybe) << fault.detail;
  EXPECT_FALSE(fault.detail.empty());
}

Options with(Timeouts timeouts) {
  Options options;
  options.timeouts = timeouts;
  return options;
}

/// Reads a request, sends `bytes` and closes.
TestServer::Script answer_once(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& connection) {
    connection.read_request();
    connection.send(bytes);
  };
}

TEST(NeverServed, ANameThatIsNone) {
  expect_fault(Client().send(post("http://" + std::string(64, 'a') + "/")),
               TransportFaultKind::resolve, Served::no);
}

TEST(NeverServed, ARefusedConnection) {
  DeadPort port;
  expect_fault(Client().send(post(port.url())), TransportFaultKind::connect, Served::no);
}

TEST(NeverServed, AConnectionThatNeverStands) {
  FullPort port;
  expect_fault(Client(with({30ms, 60s, 60s})).send(post(port.url())),
               TransportFaultKind::connect_timeout, Served::no);
}

TEST(NeverServed, TheStallLimitDoesNotCutAConnectionBeingMade) {
  FullPort port;
  expect_fault(Client(with({80ms, 5ms, 60s})).send(post(port.url())),
               TransportFaultKind::connect_timeout, Served::no);
}

TEST(NeverServed, AHandshakeThatBreaks) {
  TestServer plain([](Connection& connection) { connection.send("this is no TLS, is it?\r\n"); });
  auto address = plain.url();
  address.replace(0, 4, "https");
  expect_fault(Client().send(post(address)), TransportFaultKind::connect, Served::no);
}

TEST(NeverServed, ARequestThatCannotBeFormed) {
  Client client;
  for (const std::string url : {"", "http://", "http://h:99999999/", "ftp://127.0.0.1/x",
                                "file:///etc/passwd", "no scheme at all"}) {
    expect_fault(client.send(post(url)), TransportFaultKind::protocol, Served::no);
  }
  auto request = post("http://127.0.0.1:1/");
  request.headers.push_back({"X-Key", "secret\r\nX-Smuggled: 1"});
  const auto result = client.send(request);
  expect_fault(result, TransportFaultKind::protocol, Served::no);
  EXPECT_EQ(fault_of(result).detail.find("secret"), std::string::npos);
}

TEST(Silence, BeforeTheFirstByteIsAStall) {
  TestServer server([](Connection& connection) { connection.wait_for_close(); });
  expect_fault(Client(with({60s, 30ms, 60s})).send(post(server.url())), TransportFaultKind::stall,
               Served::maybe);
}

TEST(Silence, InMidReplyIsAStall) {
  for (const std::string part :
       {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"}) {
    TestServer server([&part](Connection& connection) {
      connection.read_request();
      connection.send(part);
      connection.wait_for_close();
    });
    expect_fault(Client(with({60s, 30ms, 60s})).send(post(server.url())), TransportFaultKind::stall,
                 Served::maybe);
  }
}

TEST(Silence, AfterTheRequestLastsTheLimitOnce) {
  TestServer server([](Connection& connection) {
    connection.read_request();
    connection.wait_for_close();
  });
  auto request = post(server.url());
  request.body.assign(3'000'000, 'x');
  expect_fault(Client(with({60s, 1s, 1900ms})).send(request), TransportFaultKind::stall,
               Served::maybe);
}

TEST(Silence, AnAttemptIsBoundedAsAWhole) {
  TestServer server([](Connection& connection) { connection.wait_for_close(); });
  expect_fault(Client(with({60s, 60s, 30ms})).send(post(server.url())),
               TransportFaultKind::attempt_timeout, Served::maybe);
}

TEST(Silence, AnAttemptThatDripsIsBoundedAsAWhole) {
  TestServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send(" ")) {
    }
  });
  expect_fault(Client(with({60s, 60s, 30ms})).send(post(server.url())),
               TransportFaultKind::attempt_timeout, Served::maybe);
}

TEST(Silence, WithoutLimitsNothingIsCut) {
  TestServer server(answer_all(ok("x")));
  TestServer silent([](Connection& connection) { connection.wait_for_close(); });
  FullPort port;
  Client client(with({0ms, 0ms, 0ms}));
  EXPECT_EQ(response_of(client.send(post(server.url()))).body, "x");
  client.start(post(silent.url()));
  client.start(post(port.url()));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(client.transport->poll(5ms).empty());
}

TEST(BrokenReply, NoByteAtAll) {
  TestServer server(answer_once(""));
  expect_fault(Client().send(post(server.url())), TransportFaultKind::reset, Served::maybe);
}

TEST(BrokenReply, ShorterThanItsLength) {
  TestServer server(answer_once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"half\":"));
  expect_fault(Client().send(post(server.url())), TransportFaultKind::reset, Served::maybe);
}

TEST(BrokenReply, CutInAChunk) {
  TestServer server(
      answer_once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab"));
  expect_fault(Client().send(post(server.url())), TransportFaultKind::reset, Served::maybe);
}

TEST(BrokenReply, CutBetweenChunks) {
  TestServer server(
      answer_once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"));
  expect_fault(Client().send(post(server.url())), TransportFaultKind::reset, Served::maybe);
}

TEST(BrokenReply, ResetInMidBody) {
  TestServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.reset_at_end();
  });
  expect_fault(Client().send(post(server.url())), TransportFaultKind::reset, Served::maybe);
}

TEST(BrokenReply, NoHttp) {
  TestServer server(answer_once("SSH-2.0-OpenSSH_9.2\r\n"));
  expect_fault(Client().send(post(server.url())), TransportFaultKind::protocol, Served::maybe);
}

TEST(BrokenReply, CompressedButNot) {
  TestServer server(answer_once(ok("not gzip", "Content-Encoding: gzip\r\n")));
  expect_fault(Client().send(post(server.url())), TransportFaultKind::protocol, Served::maybe);
}

TEST(TooLarge, WithAndWithoutALengthAndUnpacked) {
  using namespace std::string_literals;
  const auto zeros =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\x4a\xeb\x9f"
      "\xce\x1a\x1e\x40\x01"s +
      std::string(96, '\0') + "\xaf\x06\x85\xc2\x4d\xc5\xa0\x86\x01\x00"s;
  ASSERT_EQ(zeros.size(), 133u);
  const std::string big(2000, 'x');
  Options options;
  options.max_response_bytes = 1000;
  for (const auto& reply :
       {ok(big), "HTTP/1.1 200 OK\r\n\r\n" + big, ok(zeros, "Content-Encoding: gzip\r\n")}) {
    TestServer server(answer_once(reply));
    expect_fault(Client(options).send(post(server.url())), TransportFaultKind::too_large,
                 Served::maybe);
  }
  TestServer server(answer_once(ok(std::string(1000, 'x'))));
  EXPECT_EQ(response_of(Client(options).send(post(server.url()))).body.size(), 1000u);
}

TEST(KeptConnection, OneThatBreaksUnderARequestDoesNotSendItAgain) {
  std::atomic<int> requests = 0;
  TestServer server([&requests](Connection& connection) {
    if (!connection.read_request()) return;
    ++requests;
    connection.send(ok("first"));
    if (connection.read_request()) ++requests;
  });
  Client client;
  EXPECT_EQ(response_of(client.send(post(server.url()))).body, "first");
  expect_fault(client.send(post(server.url())), TransportFaultKind::reset, Served::maybe);
  EXPECT_EQ(requests, 2);
  EXPECT_EQ(response_of(client.send(post(server.url()))).body, "first")
      << "and the next transfer is not the worse for it";
}

TEST(KeptConnection, OneThatTheServerClosedMeanwhileIsReplaced) {
  TestServer server([](Connection& connection) {
    connection.read_request();
    connection.send(ok("x"));
  });
  Client client;
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(response_of(client.send(post(server.url()))).body, "x");
    while (server.closed() < i) std::this_thread::yield();
  }
}

TEST(KeptConnection, OneThatBreaksWhileItsServerIsGoneMayHaveServed) {
  TestServer server([](Connection& connection) {
    while (const auto request = connection.read_request()) {
      if (request->ends_with("last")) return;
      connection.send(ok("first"));
    }
  });
  Client client;
  const auto url = server.url();
  EXPECT_EQ(response_of(client.send(post(url))).body, "first");
  server.stop_listening();
  expect_fault(client.send(post(url, "last")), TransportFaultKind::reset, Served::maybe);
}

TEST(Afterwards, AFaultSpoilsNoLaterTransfer) {
  DeadPort dead;
  TestServer cut(answer_once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
  TestServer server(answer_all(ok("fine")));
  Client client(with({60s, 30ms, 60s}));
  for (int i = 0; i < 3; ++i) {
    fault_of(client.send(post(dead.url())));
    fault_of(client.send(post(cut.url())));
    EXPECT_EQ(response_of(client.send(post(server.url()))).body, "fine");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Afterwards, AFaultOfOneKindIsNoneOfAnother) {
  TestServer server([](Connection& connection) {
    const auto request = connection.read_request();
    if (request->ends_with("big")) connection.send(ok(std::string(2000, 'x')));
  });
  Options options;
  options.max_response_bytes = 1000;
  Client client(options);
  expect_fault(client.send(post(server.url(), "big")), TransportFaultKind::too_large,
               Served::maybe);
  expect_fault(client.send(post(server.url(), "cut")), TransportFaultKind::reset, Served::maybe);
}

}  // namespace
}  // namespace sheaf::transport
