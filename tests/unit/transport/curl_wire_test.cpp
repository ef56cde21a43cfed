#include <algorithm>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "client.hpp"
#include "core/text.hpp"
#include "test_server.hpp"

namespace sheaf::transport {
namespace {

/// The requests a server gets, in order.
struct Requests {
  std::mutex mutex;
  std::vector<std::string> all;
  TestServer::Script answering(std::string reply) {
    return [this, reply = std::move(reply)](Connection& connection) {
      while (auto request = connection.read_request()) {
        {
          const std::lock_guard lock(mutex);
          all.push_back(std::move(*request));
        }
        connection.send(reply);
      }
    };
  }
};

TEST(Wire, ARequestIsTheseBytesAndNoOthers) {
  Requests requests;
  TestServer server(requests.answering(ok("hello")));
  Client client;
  auto request = post(server.url("/v1/chat/completions?a=b"), R"({"x":1})");
  request.headers.push_back({"Authorization", "Bearer k"});
  request.headers.push_back({"X-Empty", ""});
  EXPECT_EQ(response_of(client.send(request)).body, "hello");
  const auto host = server.url("").substr(7);
  EXPECT_EQ(requests.all.at(0), "POST /v1/chat/completions?a=b HTTP/1.1\r\nHost: " + host +
                                    "\r\nUser-Agent: sheaf\r\nAccept: */*\r\n"
                                    "Accept-Encoding: gzip\r\n"
                                    "Content-Type: application/json\r\n"
                                    "Authorization: Bearer k\r\nX-Empty:\r\n"
                                    "Content-Length: 7\r\n\r\n{\"x\":1}");
}

TEST(Wire, ARequestWithoutABodySaysNothingOfOne) {
  Requests requests;
  TestServer server(requests.answering(ok("")));
  Client client;
  const auto host = server.url("").substr(7);
  for (const std::string method : {"GET", "POST", "DELETE", "GET"}) {
    const auto request =
        method == "POST" ? post(server.url("/x")) : HttpRequest{method, server.url("/x"), {}, {}};
    EXPECT_EQ(response_of(client.send(request)).status, 200);
  }
  const auto without = [&host](const std::string& method) {
    return method + " /x HTTP/1.1\r\nHost: " + host +
           "\r\nUser-Agent: sheaf\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n";
  };
  ASSERT_EQ(requests.all.size(), 4u);
  EXPECT_EQ(requests.all.at(0), without("GET"));
  EXPECT_TRUE(requests.all.at(1).starts_with("POST /x HTTP/1.1\r\n"));
  EXPECT_TRUE(requests.all.at(1).ends_with("Content-Length: 2\r\n\r\n{}"));
  EXPECT_EQ(requests.all.at(2), without("DELETE"));
  EXPECT_EQ(requests.all.at(3), without("GET"));
}

TEST(Wire, APostWithoutABodySaysThatItIsEmpty) {
  Requests requests;
  TestServer server(requests.answering(ok("")));
  Client client;
  EXPECT_EQ(response_of(client.send(post(server.url(), ""))).status, 200);
  EXPECT_TRUE(requests.all.at(0).ends_with("Content-Length: 0\r\n\r\n")) << requests.all.at(0);
}

TEST(Wire, ALargeBodyGoesOutWholeAndWithoutAskingFirst) {
  Requests requests;
  TestServer server(requests.answering(ok("")));
  Client client;
  std::string body(3'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 1000)
    body[i] = static_cast<char>('a' + i / 1000 % 26);
  EXPECT_EQ(response_of(client.send(post(server.url(), body))).status, 200);
  const auto& request = requests.all.at(0);
  EXPECT_TRUE(request.ends_with("\r\n\r\n" + body));
  EXPECT_EQ(text::fold_ascii(request.substr(0, 500)).find("expect"), std::string::npos);
}

TEST(Wire, AResponseComesWithStatusHeadersAndBody) {
  TestServer server(answer_all(
      "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
      "HTTP/1.1 429 Too Many Requests\r\nRetry-After:  7 \r\nX-Twice: a\r\nX-Twice: b\r\n"
      "X-Empty:\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  Client client;
  const auto response = response_of(client.send(post(server.url())));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.body, "abcde");
  ASSERT_NE(response.header("retry-after"), nullptr);
  EXPECT_EQ(*response.header("retry-after"), "7");
  EXPECT_EQ(*response.header("x-twice"), "a");
  EXPECT_EQ(*response.header("x-empty"), "");
  EXPECT_EQ(response.header("x-early"), nullptr) << "of an interim response";
}

TEST(Wire, ACompressedReplyIsUnpacked) {
  using namespace std::string_literals;
  const auto packed =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x2b\x48\x4c\xce\x4e\x4d\x01\x00\x10\xb4\xf6\x21"
      "\x06\x00\x00\x00"s;
  TestServer server(answer_all(ok(packed, "Content-Encoding: gzip\r\n")));
  Client client;
  EXPECT_EQ(response_of(client.send(post(server.url()))).body, "packed");
}

TEST(Wire, ARedirectIsNotFollowed) {
  Requests requests;
  TestServer server(requests.answering(
      "HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
  Client client;
  const auto response = response_of(client.send(post(server.url())));
  EXPECT_EQ(response.status, 301);
  ASSERT_NE(response.header("location"), nullptr);
  EXPECT_EQ(*response.header("location"), "/elsewhere");
  EXPECT_EQ(requests.all.size(), 1u);
}

TEST(Wire, ARedirectToAnotherHostTakesNothingThere) {
  Requests requests;
  TestServer other(requests.answering(ok("stolen")));
  for (const int status : {301, 302, 303, 307, 308}) {
    TestServer server(answer_all("HTTP/1.1 " + std::to_string(status) +
                                 " Moved\r\nLocation: " + other.url("/", "localhost") +
                                 "\r\nRefresh: 0; url=" + other.url() +
                                 "\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_EQ(response_of(Client().send(post(server.url()))).status, status);
  }
  EXPECT_EQ(other.connections(), 0);
}

TEST(Connections, AreKeptAndReused) {
  TestServer server(answer_all(ok("x")));
  Client client;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(response_of(client.send(post(server.url()))).body, "x");
  EXPECT_EQ(server.connections(), 1);
}

TEST(Connections, ManyTransfersRunAtOnceAndTheirConnectionsStay) {
  constexpr int count = 40;
  std::atomic<int> inside = 0;
  std::promise<void> all_inside;
  auto gate = all_inside.get_future().share();
  TestServer server([&](Connection& connection) {
    while (connection.read_request()) {
      if (++inside == count) all_inside.set_value();
      gate.wait();
      connection.send(ok("x"));
    }
  });
  Client client;
  for (int round = 0; round < 2; ++round) {
    std::vector<TransferId> ids;
    for (int i = 0; i < count; ++i) ids.push_back(client.start(post(server.url())));
    for (const auto id : ids) ASSERT_EQ(response_of(client.finish(id)).body, "x");
    EXPECT_EQ(response_of(client.send(post(server.url()))).body, "x");
  }
  EXPECT_EQ(server.connections(), count);
}

TEST(Poll, WakeMakesItReturnBeforeAndDuring) {
  TestServer server([](Connection& connection) { connection.wait_for_close(); });
  Client client;
  client.start(post(server.url()));
  for (int i = 0; i < 20; ++i) {
    std::promise<void> go;
    std::thread waker([&client, ready = go.get_future()]() mutable {
      ready.wait();
      client.transport->wake();
    });
    const auto began = std::chrono::steady_clock::now();
    go.set_value();
    EXPECT_TRUE(client.transport->poll(60s).empty());
    EXPECT_LT(std::chrono::steady_clock::now() - began, 50s) << "it did not hear the wake";
    waker.join();
  }
}

TEST(Poll, ReturnsWithNothingWhenTimeIsOver) {
  Client client;
  EXPECT_TRUE(client.transport->poll(0ms).empty());
  EXPECT_TRUE(client.transport->poll(2ms).empty());
}

TEST(Cancel, IsReportedOnceAndAtOnce) {
  TestServer server([](Connection& connection) { connection.wait_for_close(); });
  Client client;
  const auto cut = client.start(post(server.url()));
  const auto other = client.start(post(server.url()));
  client.transport->poll(1ms);
  client.transport->cancel(cut);
  client.transport->cancel(cut);
  client.transport->cancel(77);
  const auto finished = client.transport->poll(60s);
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].id, cut);
  EXPECT_EQ(fault_of(finished[0].result).kind, TransportFaultKind::cancelled);
  client.transport->cancel(other);
  EXPECT_EQ(client.transport->poll(60s).size(), 1u);
}

TEST(Cancel, KnowsWhetherTheRequestMayHaveArrived) {
  FullPort never_accepts;
  std::promise<void> arrived;
  TestServer server([&](Connection& connection) {
    connection.read_request();
    arrived.set_value();
    connection.wait_for_close();
  });
  Client client;
  const auto unsent = client.start(post(never_accepts.url()));
  const auto sent = client.start(post(server.url()));
  auto future = arrived.get_future();
  while (future.wait_for(0s) != std::future_status::ready) client.transport->poll(1ms);
  client.transport->cancel(unsent);
  client.transport->cancel(sent);
  EXPECT_FALSE(fault_of(client.finish(unsent)).maybe_served);
  EXPECT_TRUE(fault_of(client.finish(sent)).maybe_served);
}

}  // namespace
}  // namespace sheaf::transport
