#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "client.hpp"
#include "support/http2_server.hpp"

namespace sheaf::transport {
namespace {

using testing::Http2Act;
using testing::Http2Options;
using testing::Http2Reply;
using testing::Http2Request;
using testing::Http2Server;

const std::string tls_folder = SHEAF_SOURCE_DIR "/tests/unit/transport/tls/";

Http2Options with_certificate() {
  Http2Options options;
  options.certificate = tls_folder + "certificate.pem";
  options.key = tls_folder + "key.pem";
  return options;
}

Options trusting(Timeouts timeouts = {}) {
  Options options;
  options.ca_file = tls_folder + "certificate.pem";
  options.timeouts = timeouts;
  return options;
}

Http2Reply echo(const Http2Request& request) { return {.body = request.path + request.body}; }

std::vector<TransferId> start_all(Client& client, const Http2Server& server, int count) {
  std::vector<TransferId> ids;
  for (int i = 1; i <= count; ++i) {
    ids.push_back(client.start(post(server.url("/" + std::to_string(i)))));
  }
  return ids;
}

TEST(Http2, ManyRequestsShareOneConnectionAndEachGetsItsOwnReply) {
  auto options = with_certificate();
  options.gather = 90;
  Http2Server server(options, echo);
  Client client(trusting());
  for (int round = 0; round < 2; ++round) {
    const auto ids = start_all(client, server, 90);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      EXPECT_EQ(response_of(client.finish(ids[i])).body, "/" + std::to_string(i + 1) + "{}");
    }
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.most_streams(), 90);
}

TEST(Http2, FramesInPiecesAndLargeBodiesComeWhole) {
  auto options = with_certificate();
  options.write_bytes = 7;
  Http2Server server(options, echo);
  Client client(trusting());
  const std::string body(200'000, 'x');
  EXPECT_EQ(response_of(client.send(post(server.url("/"), body))).body, "/" + body);
}

TEST(Http2, HeadersAndStatusComeWithTheBody) {
  Http2Server server(with_certificate(), [](const Http2Request&) {
    return Http2Reply{.status = 429, .body = "slow down", .headers = {{"retry-after", "7"}}};
  });
  const auto response = response_of(Client(trusting()).send(post(server.url())));
  EXPECT_EQ(response.status, 429);
  ASSERT_NE(response.header("Retry-After"), nullptr);
  EXPECT_EQ(*response.header("Retry-After"), "7");
}

TEST(Http2, MoreRequestsThanStreamsAreAllServed) {
  auto options = with_certificate();
  options.max_concurrent_streams = 8;
  Http2Server server(options, echo);
  Client client(trusting());
  EXPECT_EQ(response_of(client.send(post(server.url("/first")))).body, "/first{}");
  const auto ids = start_all(client, server, 40);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(response_of(client.finish(ids[i])).body, "/" + std::to_string(i + 1) + "{}");
  }
  EXPECT_LE(server.most_streams(), 8);
}

TEST(Http2, AStreamThatIsResetIsAResetAndSpoilsNoOther) {
  for (const bool begun : {false, true}) {
    for (const std::uint32_t code : {2u, 7u, 8u, 11u}) {
      Http2Server server(with_certificate(), [&](const Http2Request& request) {
        if (request.path != "/bad") return echo(request);
        return Http2Reply{
            .act = Http2Act::reset_stream, .body = "half and half", .code = code, .begun = begun};
      });
      Client client(trusting());
      const auto bad = client.start(post(server.url("/bad")));
      const auto good = client.start(post(server.url("/good")));
      const auto fault = fault_of(client.finish(bad));
      EXPECT_EQ(fault.kind, TransportFaultKind::reset) << fault.detail << " " << code << begun;
      EXPECT_TRUE(fault.maybe_served);
      EXPECT_EQ(response_of(client.finish(good)).body, "/good{}");
      EXPECT_EQ(server.requests(), 2) << "sent again: " << code << begun;
    }
  }
}

TEST(Http2, AStreamThatGoawayIncludesIsServed) {
  Http2Server server(with_certificate(), [](const Http2Request& request) {
    auto reply = echo(request);
    if (request.number == 1) reply.act = Http2Act::goaway_after;
    return reply;
  });
  Client client(trusting());
  EXPECT_EQ(response_of(client.send(post(server.url("/1")))).body, "/1{}");
  EXPECT_EQ(response_of(client.send(post(server.url("/2")))).body, "/2{}");
  EXPECT_EQ(server.connections(), 2);
}

TEST(Http2, AStreamThatGoawayLeavesOutIsAResetAndSentOnlyOnce) {
  Http2Server server(with_certificate(), [](const Http2Request& request) {
    if (request.number == 1) return Http2Reply{.act = Http2Act::goaway_before};
    return echo(request);
  });
  Client client(trusting());
  const auto fault = fault_of(client.send(post(server.url("/1"))));
  EXPECT_EQ(fault.kind, TransportFaultKind::reset) << fault.detail;
  EXPECT_TRUE(fault.maybe_served) << "libcurl does not tell it from a connection that broke";
  EXPECT_EQ(server.requests(), 1);
  EXPECT_EQ(response_of(client.send(post(server.url("/2")))).body, "/2{}");
}

TEST(Http2, AConnectionThatEndsUnderItsStreamsIsAResetForEach) {
  for (const bool begun : {false, true}) {
    auto options = with_certificate();
    options.gather = 5;
    Http2Server server(options, [begun](const Http2Request&) {
      return Http2Reply{.act = Http2Act::cut, .body = "half and half", .begun = begun};
    });
    Client client(trusting());
    for (const auto id : start_all(client, server, 5)) {
      const auto fault = fault_of(client.finish(id));
      EXPECT_EQ(fault.kind, TransportFaultKind::reset) << fault.detail;
      EXPECT_TRUE(fault.maybe_served);
    }
    EXPECT_EQ(server.requests(), 5);
  }
}

TEST(Http2, AStreamOfSilenceIsAStallAndSpoilsNoOther) {
  Http2Server server(with_certificate(), [](const Http2Request& request) {
    if (request.path == "/bad") return Http2Reply{.act = Http2Act::stall};
    return echo(request);
  });
  Client client(trusting({20s, 200ms, 60s}));
  const auto bad = client.start(post(server.url("/bad")));
  const auto good = client.start(post(server.url("/good")));
  EXPECT_EQ(response_of(client.finish(good)).body, "/good{}");
  EXPECT_EQ(fault_of(client.finish(bad)).kind, TransportFaultKind::stall);
  EXPECT_EQ(response_of(client.send(post(server.url("/good")))).body, "/good{}");
  EXPECT_EQ(server.connections(), 1);
}

TEST(Http2, CancellingOneStreamLeavesTheOthers) {
  auto options = with_certificate();
  Http2Server server(options, [](const Http2Request& request) {
    if (request.path == "/bad") return Http2Reply{.act = Http2Act::stall};
    return echo(request);
  });
  Client client(trusting());
  const auto bad = client.start(post(server.url("/bad")));
  EXPECT_EQ(response_of(client.send(post(server.url("/good")))).body, "/good{}");
  client.transport->cancel(bad);
  EXPECT_EQ(fault_of(client.finish(bad)).kind, TransportFaultKind::cancelled);
  EXPECT_EQ(response_of(client.send(post(server.url("/good")))).body, "/good{}");
  EXPECT_EQ(server.connections(), 1);
}

TEST(Http2, AFalseServerGetsNoRequest) {
  const Variable file("SSL_CERT_FILE", nullptr);
  Http2Server server(with_certificate(), echo);
  auto of_another_host = server.url();
  of_another_host.replace(8, 9, "other.localhost");
  const auto unknown = fault_of(Client().send(post(server.url())));
  const auto another = fault_of(Client(trusting()).send(post(of_another_host)));
  EXPECT_EQ(unknown.kind, TransportFaultKind::tls) << unknown.detail;
  EXPECT_EQ(another.kind, TransportFaultKind::tls) << another.detail;
  EXPECT_EQ(server.connections(), 2);
  EXPECT_EQ(server.requests(), 0);
}

}  // namespace
}  // namespace sheaf::transport
