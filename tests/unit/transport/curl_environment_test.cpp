#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.hpp"
#include "test_server.hpp"
#include "transport/loopback.hpp"

namespace sheaf::transport {
namespace {

TEST(Loopback, IsWhatNeverLeavesThisMachine) {
  for (const auto host : {"localhost", "LOCALHOST", "localhost.", "api.localhost", "127.0.0.1",
                          "127.255.3.4", "[::1]", "::1", "0:0:0:0:0:0:0:1", "[::ffff:127.0.0.1]"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const auto host :
       {"", "localhost.example.com", "notlocalhost", "127.0.0.1.example.com", "128.0.0.1",
        "10.0.0.1", "[::2]", "api.openai.com", "127.example", "[::ffff:10.0.0.1]"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

const std::string tls_folder = SHEAF_SOURCE_DIR "/tests/unit/transport/tls/";

/// tls/server.py in a process of its own.
class TlsServer {
 public:
  TlsServer() {
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    std::string script = tls_folder + "server.py";
    std::string python = "python3";
    char* arguments[] = {python.data(), script.data(), nullptr};
    if (posix_spawnp(&child_, "python3", &actions, nullptr, arguments, environ) != 0) child_ = 0;
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    keep_alive_ = in[1];
    if (FILE* port = fdopen(out[0], "r")) {
      if (std::fscanf(port, "%d", &port_) != 1) port_ = 0;
      std::fclose(port);
    }
  }
  ~TlsServer() {
    close(keep_alive_);
    if (child_ != 0) waitpid(child_, nullptr, 0);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(port_) + "/";
  }
  bool runs() const { return port_ != 0; }

 private:
  pid_t child_ = 0;
  int keep_alive_ = -1;
  int port_ = 0;
};

class Tls : public testing::Test {
 protected:
  static void SetUpTestSuite() { server = std::make_unique<TlsServer>(); }
  static void TearDownTestSuite() { server.reset(); }
  static std::unique_ptr<TlsServer> server;
};
std::unique_ptr<TlsServer> Tls::server;

TEST_F(Tls, ACertificateOfNoKnownAuthorityIsRefusedBeforeAnythingIsSent) {
  const Variable file("SSL_CERT_FILE", nullptr);
  ASSERT_TRUE(server->runs());
  const auto fault = fault_of(Client().send(post(server->url())));
  EXPECT_EQ(fault.kind, TransportFaultKind::tls) << fault.detail;
  EXPECT_FALSE(fault.maybe_served);
}

TEST_F(Tls, TheAuthorityGivenIsTrusted) {
  const Variable file("SSL_CERT_FILE", nullptr);
  ASSERT_TRUE(server->runs());
  Options options;
  options.ca_file = tls_folder + "certificate.pem";
  Client client(options);
  EXPECT_EQ(response_of(client.send(post(server->url()))).body, "hello");
  EXPECT_EQ(response_of(client.send(post(server->url("localhost")))).body, "hello");
  const auto fault = fault_of(client.send(post(server->url("127.0.0.2"))));
  EXPECT_EQ(fault.kind, TransportFaultKind::connect) << "nobody listens there: " << fault.detail;
}

TEST_F(Tls, ACertificateOfAnotherHostIsRefusedThoughItsAuthorityIsTrusted) {
  const Variable file("SSL_CERT_FILE", nullptr);
  ASSERT_TRUE(server->runs());
  Options options;
  options.ca_file = tls_folder + "certificate.pem";
  const auto fault = fault_of(Client(options).send(post(server->url("other.localhost"))));
  EXPECT_EQ(fault.kind, TransportFaultKind::tls) << fault.detail;
  EXPECT_FALSE(fault.maybe_served);
}

TEST_F(Tls, TransfersDoNotWaitForEachOtherWhereTheServerSpeaksHttp1) {
  ASSERT_TRUE(server->runs());
  Options options;
  options.ca_file = tls_folder + "certificate.pem";
  Client client(options);
  std::vector<TransferId> ids;
  for (int i = 0; i < 8; ++i) ids.push_back(client.start(post(server->url() + "together")));
  for (const auto id : ids) ASSERT_EQ(response_of(client.finish(id)).body, "hello");
}

TEST_F(Tls, SslCertFileIsHonoured) {
  const auto path = tls_folder + "certificate.pem";
  const Variable file("SSL_CERT_FILE", path.c_str());
  ASSERT_TRUE(server->runs());
  EXPECT_EQ(response_of(Client().send(post(server->url()))).body, "hello");
}

TEST(Authorities, AnUnusableFileOfAuthoritiesIsAnErrorThatNamesIt) {
  const auto refused = [](const Options& options, const std::string& file) {
    const auto made = make_curl(options);
    EXPECT_FALSE(made.has_value()) << file;
    if (made) return;
    EXPECT_EQ(made.error().code, ErrorCode::usage);
    EXPECT_NE(made.error().message.find(file), std::string::npos) << made.error().message;
  };
  for (const std::string file :
       {"/no/such/file.pem", "/", "/dev/null", SHEAF_SOURCE_DIR "/CMakeLists.txt"}) {
    Options options;
    options.ca_file = file;
    refused(options, file);
    const Variable variable("SSL_CERT_FILE", file.c_str());
    refused({}, file);
    refused({}, "SSL_CERT_FILE");
  }
}

}  // namespace
}  // namespace sheaf::transport
