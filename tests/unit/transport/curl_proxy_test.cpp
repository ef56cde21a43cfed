// Proxies, which the environment names.
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "client.hpp"
#include "test_server.hpp"

namespace sheaf::transport {
namespace {

/// No proxy variables but those a test sets.
struct NoProxies {
  Variable http{"http_proxy", nullptr};
  Variable https{"https_proxy", nullptr};
  Variable https_upper{"HTTPS_PROXY", nullptr};
  Variable all{"all_proxy", nullptr};
  Variable all_upper{"ALL_PROXY", nullptr};
  Variable none{"no_proxy", nullptr};
  Variable none_upper{"NO_PROXY", nullptr};
};

TEST(Proxy, IsNeverUsedForLoopback) {
  const NoProxies clean;
  DeadPort dead;
  const Variable http("http_proxy", dead.url().c_str());
  const Variable all("ALL_PROXY", dead.url().c_str());
  TestServer server(answer_all(ok("direct")));
  Client client;
  EXPECT_EQ(response_of(client.send(post(server.url()))).body, "direct");
  auto by_name = server.url();
  by_name.replace(7, 9, "localhost");
  EXPECT_EQ(response_of(client.send(post(by_name))).body, "direct");
}

TEST(Proxy, OfTheEnvironmentIsUsedForOtherHosts) {
  const NoProxies clean;
  std::string seen;
  TestServer proxy([&seen](Connection& connection) {
    seen = connection.read_request().value_or("").substr(0, 45);
    connection.send(ok("by proxy"));
  });
  const Variable http("http_proxy", proxy.url().c_str());
  EXPECT_EQ(response_of(Client().send(post("http://api.example.invalid/v1/x"))).body, "by proxy");
  EXPECT_EQ(seen, "POST http://api.example.invalid/v1/x HTTP/1.1");
}

TEST(Proxy, NoProxyIsHonoured) {
  const NoProxies clean;
  TestServer proxy(answer_all(ok("by proxy")));
  const Variable http("http_proxy", proxy.url().c_str());
  const std::string host(64, 'a');
  const Variable none("NO_PROXY", host.c_str());
  EXPECT_EQ(fault_of(Client().send(post("http://" + host + "/"))).kind,
            TransportFaultKind::resolve);
  EXPECT_EQ(proxy.connections(), 0);
}

/// Takes one request of a connection, keeps it, answers with `reply` and closes.
class RecordingProxy {
 public:
  explicit RecordingProxy(std::string reply)
      : server_([this, reply = std::move(reply)](Connection& connection) {
          const auto request = connection.read_request().value_or("");
          {
            const std::lock_guard lock(mutex_);
            seen_ += request;
          }
          connection.send(reply);
        }) {}
  std::string url(const std::string& credentials = {}) const {
    return server_.url().insert(7, credentials);
  }
  std::string seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::string seen_;
  TestServer server_;
};

HttpRequest with_key(const std::string& url) {
  auto request = post(url);
  request.headers.push_back({"Authorization", "Bearer the-key"});
  return request;
}

TEST(Proxy, OfAllIsUsedWhereNoneIsNamedForTheScheme) {
  const NoProxies clean;
  RecordingProxy proxy(ok("by proxy"));
  const Variable all("ALL_PROXY", proxy.url().c_str());
  EXPECT_EQ(response_of(Client().send(post("http://api.example.invalid/v1"))).body, "by proxy");
}

TEST(Proxy, IsToldTheHostOfAnEncryptedRequestAndNoKey) {
  const NoProxies clean;
  RecordingProxy proxy("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
  const auto url = proxy.url("user:word@");
  const Variable https("HTTPS_PROXY", url.c_str());
  const auto fault = fault_of(Client().send(with_key("https://api.example.invalid/v1")));
  EXPECT_EQ(fault.kind, TransportFaultKind::connect) << fault.detail;
  EXPECT_FALSE(fault.maybe_served);
  EXPECT_NE(fault.detail.find("502"), std::string::npos) << fault.detail;
  const auto seen = proxy.seen();
  EXPECT_TRUE(seen.starts_with("CONNECT api.example.invalid:443 HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("\r\nProxy-Authorization: Basic dXNlcjp3b3Jk\r\n"), std::string::npos)
      << seen;
  EXPECT_EQ(seen.find("the-key"), std::string::npos) << seen;
}

TEST(Proxy, ThatWantsCredentialsIsAResponseThatSaysSo) {
  const NoProxies clean;
  RecordingProxy proxy(
      "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n"
      "Proxy-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n\r\n");
  const auto address = proxy.url();
  const Variable http("http_proxy", address.c_str());
  const Variable https("HTTPS_PROXY", address.c_str());
  Client client;
  for (const std::string scheme : {"http", "https"}) {
    for (int i = 0; i < 2; ++i) {
      const auto result = client.send(with_key(scheme + "://api.example.invalid/v1"));
      EXPECT_EQ(response_of(result).status, 407) << scheme;
    }
  }
}

TEST(Proxy, ThatClosesTheTunnelServedNothing) {
  const NoProxies clean;
  RecordingProxy proxy("HTTP/1.1 200 Connection established\r\n\r\n");
  const auto address = proxy.url();
  const Variable https("HTTPS_PROXY", address.c_str());
  const auto fault = fault_of(Client().send(with_key("https://api.example.invalid/v1")));
  EXPECT_EQ(fault.kind, TransportFaultKind::connect) << fault.detail;
  EXPECT_FALSE(fault.maybe_served);
  EXPECT_EQ(proxy.seen().find("the-key"), std::string::npos);
}

TEST(Proxy, ThatIsGoneServedNothing) {
  const NoProxies clean;
  DeadPort dead;
  const auto address = dead.url();
  const Variable http("http_proxy", address.c_str());
  const Variable https("HTTPS_PROXY", address.c_str());
  for (const std::string scheme : {"http", "https"}) {
    const auto fault = fault_of(Client().send(post(scheme + "://api.example.invalid/v1")));
    EXPECT_EQ(fault.kind, TransportFaultKind::connect) << fault.detail;
    EXPECT_FALSE(fault.maybe_served);
  }
}

}  // namespace
}  // namespace sheaf::transport
