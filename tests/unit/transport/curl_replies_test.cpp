// Replies that are legal and rare, and replies that are made to do harm.
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "client.hpp"
#include "test_server.hpp"

namespace sheaf::transport {
namespace {

/// Reads a request, sends `bytes` and closes.
TestServer::Script answer_once(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& connection) {
    connection.read_request();
    connection.send(bytes);
  };
}

/// Sends `head`, and then `more` until the peer has gone.
TestServer::Script answer_without_end(std::string head, std::string more) {
  return [head = std::move(head), more = std::move(more)](Connection& connection) {
    connection.read_request();
    connection.send(head);
    while (connection.send(more)) {
    }
  };
}

enum class Wrap { gzip = 15 + 16, zlib = 15, none = -15 };

/// So many times `text`.
std::string packed(std::string text, Wrap wrap, int times = 1) {
  z_stream stream{};
  ::deflateInit2(&stream, 6, Z_DEFLATED, static_cast<int>(wrap), 8, Z_DEFAULT_STRATEGY);
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  for (; times > 0; --times) {
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    ::deflate(&stream, times > 1 ? Z_NO_FLUSH : Z_FINISH);
  }
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

/// The most memory this process has had since `forget`, in KiB.
struct Peak {
  static void forget() { std::ofstream("/proc/self/clear_refs") << 5; }
  static long kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    }
    return 0;
  }
};

constexpr long some_kib = 32L * 1024;

std::string value_of(const HttpResponse& response, std::string_view name) {
  const auto* value = response.header(name);
  return value == nullptr ? "(none)" : *value;
}

TransportFault expect_too_large(TestServer::Script script, const Options& options = {}) {
  TestServer server(std::move(script));
  Peak::forget();
  const auto before = Peak::kib();
  const auto fault = fault_of(Client(options).send(post(server.url())));
  EXPECT_EQ(fault.kind, TransportFaultKind::too_large) << fault.detail;
  EXPECT_TRUE(fault.maybe_served);
  EXPECT_LT(Peak::kib() - before, some_kib);
  return fault;
}

TEST(Interim, ResponsesComeBeforeTheRealOneAndLeaveNothing) {
  TestServer server(
      answer_all("HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
                 "HTTP/1.1 100 Continue\r\n\r\n"
                 "HTTP/1.1 102 Processing\r\nRetry-After: 9\r\n\r\n" +
                 ok("real", "X-Real: 1\r\n")));
  Client client;
  for (int i = 0; i < 2; ++i) {
    const auto response = response_of(client.send(post(server.url())));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "real");
    EXPECT_NE(response.header("x-real"), nullptr);
    EXPECT_EQ(response.header("x-early"), nullptr);
    EXPECT_EQ(response.header("retry-after"), nullptr);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Interim, ResponsesAloneAreNoReply) {
  TestServer server(answer_once("HTTP/1.1 100 Continue\r\n\r\n"));
  const auto fault = fault_of(Client().send(post(server.url())));
  EXPECT_EQ(fault.kind, TransportFaultKind::reset) << fault.detail;
  EXPECT_TRUE(fault.maybe_served);
}

TEST(Interim, ResponsesWithoutEndAreTooLarge) {
  const auto fault = expect_too_large(answer_without_end(
      "", "HTTP/1.1 100 Continue\r\nX-Filler: " + std::string(500, 'x') + "\r\n\r\n"));
  EXPECT_NE(fault.detail.find("header"), std::string::npos) << fault.detail;
}

TEST(Headers, OfSixtyKilobytesAreTakenEachTime) {
  std::string headers;
  for (int i = 0; i < 1000; ++i) {
    headers += "X-" + std::to_string(i) + ": " + std::string(50, 'v') + "\r\n";
  }
  TestServer server(answer_all(ok("fine", headers + "Retry-After: 7\r\n")));
  Client client;
  for (int i = 0; i < 4; ++i) {
    const auto response = response_of(client.send(post(server.url())));
    EXPECT_EQ(response.body, "fine");
    EXPECT_EQ(value_of(response, "retry-after"), "7");
    EXPECT_EQ(value_of(response, "x-999"), std::string(50, 'v'));
  }
}

TEST(Headers, WithoutEndAreTooLarge) {
  for (const std::string line : {"a:\r\n", "X-Some-Name: some value\r\n"}) {
    std::string lines;
    while (lines.size() < 4000) lines += line;
    const auto fault = expect_too_large(answer_without_end("HTTP/1.1 200 OK\r\n", lines));
    EXPECT_NE(fault.detail.find("header"), std::string::npos) << fault.detail;
  }
}

TEST(Headers, InOneLineWithoutEndAreTooLarge) {
  const auto fault =
      expect_too_large(answer_without_end("HTTP/1.1 200 OK\r\nX-Long: ", std::string(4000, 'x')));
  EXPECT_NE(fault.detail.find("header"), std::string::npos) << fault.detail;
}

TEST(Headers, AStatusLineWithoutEndIsAFault) {
  TestServer server(answer_without_end("HTTP/1.1 200 ", std::string(4000, 'x')));
  Peak::forget();
  const auto before = Peak::kib();
  const auto fault = fault_of(Client().send(post(server.url())));
  EXPECT_TRUE(fault.maybe_served);
  EXPECT_FALSE(fault.detail.empty());
  EXPECT_LT(Peak::kib() - before, some_kib);
}

TEST(Headers, ThatAreFoldedAreOneValue) {
  TestServer server(answer_all(
      ok("x", "X-Before: 1\r\nX-Folded: one\r\n two\r\n\t retry-after: 99\r\nX-Next: next\r\n")));
  const auto response = response_of(Client().send(post(server.url())));
  EXPECT_EQ(value_of(response, "x-folded"), "one two retry-after: 99");
  EXPECT_EQ(value_of(response, "x-next"), "next");
  for (const auto& header : response.headers) {
    EXPECT_EQ(header.name.find("retry-after"), std::string::npos) << header.name;
  }
}

TEST(Trailers, AreNoHeaders) {
  TestServer server(answer_all(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Retry-After\r\nX-Head: 1\r\n\r\n"
      "3\r\nabc\r\n2;extension=1\r\nde\r\n0\r\nRetry-After: 99\r\nHTTP/1.1 100: x\r\n"
      "X-Trailer: 1\r\n\r\n"));
  Client client;
  for (int i = 0; i < 2; ++i) {
    const auto response = response_of(client.send(post(server.url())));
    EXPECT_EQ(response.body, "abcde");
    EXPECT_EQ(response.header("retry-after"), nullptr);
    EXPECT_EQ(response.header("x-trailer"), nullptr);
    EXPECT_NE(response.header("x-head"), nullptr);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Trailers, WithoutEndAreTooLarge) {
  std::string lines;
  while (lines.size() < 4000) lines += "X-Some-Name: some value\r\n";
  expect_too_large(answer_without_end(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", lines));
}

TEST(Coding, DeflateIsUnpackedWithAndWithoutItsWrapper) {
  for (const auto wrap : {Wrap::zlib, Wrap::none}) {
    TestServer server(answer_all(ok(packed("flat", wrap), "Content-Encoding: deflate\r\n")));
    EXPECT_EQ(response_of(Client().send(post(server.url()))).body, "flat");
  }
}

TEST(Coding, ThatNobodyAskedForIsAFaultThatNamesIt) {
  TestServer server(answer_all(ok("???", "Content-Encoding: sdch\r\n")));
  const auto fault = fault_of(Client().send(post(server.url())));
  EXPECT_EQ(fault.kind, TransportFaultKind::protocol);
  EXPECT_TRUE(fault.maybe_served);
  EXPECT_NE(fault.detail.find("encoding"), std::string::npos) << fault.detail;
}

TEST(Coding, ABrokenBrotliReplyIsAFault) {
  TestServer server(answer_all(ok("this is no brotli", "Content-Encoding: br\r\n")));
  const auto fault = fault_of(Client().send(post(server.url())));
  EXPECT_EQ(fault.kind, TransportFaultKind::protocol) << fault.detail;
}

TEST(Coding, ABombIsCutOffAtTheLimit) {
  const auto bomb = packed(std::string(1u << 20, '\0'), Wrap::gzip, 128);
  ASSERT_LT(bomb.size(), 200'000u);
  Options options;
  options.max_response_bytes = 1u << 20;
  expect_too_large(answer_once(ok(bomb, "Content-Encoding: gzip\r\n")), options);
  const auto twice = packed(bomb, Wrap::gzip);
  expect_too_large(answer_once(ok(twice, "Content-Encoding: gzip, gzip\r\n")), options);
}

TEST(EarlyReply, ARefusalBeforeTheRequestHasLeftIsTaken) {
  TestServer server([](Connection& connection) {
    connection.read_head();
    connection.send(
        "HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge");
    connection.shut();
    connection.wait_for_close();
  });
  Client client;
  const auto response = response_of(client.send(post(server.url(), std::string(8'000'000, 'x'))));
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.body, "large");
  EXPECT_EQ(response_of(client.send(post(server.url()))).status, 413);
  EXPECT_EQ(server.connections(), 2);
}

TEST(EarlyReply, OverWhichTheServerClosesAtOnceIsTheReplyOrABrokenConnection) {
  TestServer server([](Connection& connection) {
    connection.read_head();
    connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge");
  });
  const auto result = Client().send(post(server.url(), std::string(8'000'000, 'x')));
  if (const auto* fault = std::get_if<TransportFault>(&result)) {
    EXPECT_EQ(fault->kind, TransportFaultKind::reset) << fault->detail;
    EXPECT_TRUE(fault->maybe_served);
  } else {
    EXPECT_EQ(std::get<HttpResponse>(result).status, 413);
  }
}

TEST(EarlyReply, OfSuccessIsTakenOnceTheRequestHasLeft) {
  TestServer server([](Connection& connection) {
    connection.read_head();
    connection.send(ok("early"));
    connection.read_request();
    while (connection.read_request()) connection.send(ok("late"));
  });
  Client client;
  EXPECT_EQ(response_of(client.send(post(server.url(), std::string(8'000'000, 'x')))).body,
            "early");
  EXPECT_EQ(response_of(client.send(post(server.url()))).status, 200)
      << "and the next one has its own";
}

TEST(Http10, AReplyWithoutALengthEndsWithItsConnection) {
  TestServer server(answer_once("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\nold"));
  Client client;
  for (int i = 1; i <= 2; ++i) {
    const auto response = response_of(client.send(post(server.url())));
    EXPECT_EQ(response.body, "old");
    EXPECT_EQ(server.connections(), i);
  }
}

TEST(Http10, AReplyWithoutALengthThatIsResetIsAFault) {
  TestServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.0 200 OK\r\n\r\nol");
    connection.reset_at_end();
  });
  EXPECT_EQ(fault_of(Client().send(post(server.url()))).kind, TransportFaultKind::reset);
}

TEST(Ipv6, ALiteralAddressIsReachedWithoutAProxy) {
  const auto bound = bind_any_port_of_ipv6();
  if (bound.first < 0) GTEST_SKIP() << "this machine has no IPv6";
  DeadPort dead;
  const Variable http("http_proxy", dead.url().c_str());
  const Variable all("ALL_PROXY", dead.url().c_str());
  TestServer server(
      [](Connection& connection) {
        while (const auto request = connection.read_request()) connection.send(ok(*request));
      },
      bound);
  Client client;
  for (int i = 0; i < 3; ++i) {
    const auto request = response_of(client.send(post(server.url("/v1", "[::1]")))).body;
    EXPECT_TRUE(request.starts_with("POST /v1 HTTP/1.1\r\nHost: [::1]:")) << request;
  }
  EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace sheaf::transport
