// The simulated model over real sockets, loopback only.
#include "simulate/server.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "lab.hpp"

namespace sheaf::simulate {
namespace {

/// What came before the connection ended or the promised length was there.
struct Received {
  std::string head;
  std::string body;
  std::size_t length = 0;  ///< Content-Length.
  int error = 0;           ///< errno of the last read; 0 after an orderly end.
  int status() const { return head.size() < 12 ? 0 : std::stoi(head.substr(9, 3)); }
  bool whole() const { return body.size() == length; }
};

/// A plain HTTP client over one connection.
class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // What never comes fails its test alone.
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool connected() const { return connected_; }

  void send(const std::string& method, const std::string& path, const std::string& body) {
    send_bytes(method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  void send_bytes(const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      const auto sent = ::send(socket_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
  }

  Received receive() {
    Received received;
    while (!take(received) && fill(received)) {
    }
    if (received.head.empty()) return received;
    received.body = buffer_.substr(0, received.length);
    buffer_.erase(0, received.body.size());
    return received;
  }

  /// All bytes up to `end`, or what came before the connection did.
  Received receive_until(std::string_view end) {
    Received received;
    while (buffer_.find(end) == buffer_.npos && fill(received)) {
    }
    received.body = std::exchange(buffer_, {});
    received.head = received.body.substr(0, received.body.find("\r\n\r\n"));
    return received;
  }

  Received ask(const std::string& method, const std::string& path, const std::string& body = {}) {
    send(method, path, body);
    return receive();
  }

 private:
  bool take(Received& received) {
    if (received.head.empty()) {
      const auto end = buffer_.find("\r\n\r\n");
      if (end == buffer_.npos) return false;
      received.head = buffer_.substr(0, end + 2);
      buffer_.erase(0, end + 4);
      const auto length = received.head.find("Content-Length: ");
      if (length != received.head.npos) {
        received.length = std::stoul(received.head.substr(length + 16));
      }
    }
    return buffer_.size() >= received.length;
  }

  bool fill(Received& received) {
    char bytes[65'536];
    const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
    received.error = size < 0 ? errno : 0;
    if (size <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  std::string buffer_;
};

class SimulatedServer : public testing::Test {
 protected:
  SimulatedServer() : lab_(parse_task(number_yaml()), number_rows(20)) {
    std::string folder = testing::TempDir() + "simulateXXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = folder;
    std::ofstream file(folder_ / "rows.jsonl");
    for (const auto& row : number_rows(20)) file << row << '\n';
  }
  ~SimulatedServer() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Server> start(const SimulateOptions& options = {}) {
    auto server = Server::start(lab_.task, folder_ / "rows.jsonl", options);
    EXPECT_TRUE(server) << server.error().message;
    return *std::move(server);
  }

  std::string body(const std::vector<std::size_t>& batch) { return lab_.request(batch).body; }

  void send_for_stream(Connection& connection, const std::vector<std::size_t>& batch) {
    connection.send("POST", "/v1/chat/completions", body(batch).insert(1, R"("stream":true,)"));
  }

  Received post(Connection& connection, const std::vector<std::size_t>& batch) {
    return connection.ask("POST", "/v1/chat/completions", body(batch));
  }

  Reading read(const std::vector<std::size_t>& batch, const Received& received) {
    return lab_.read(batch, {.status = received.status(), .headers = {}, .body = received.body});
  }

  Lab lab_;
  std::filesystem::path folder_;
};

std::int64_t count(const std::string& stats, std::string_view path) {
  const auto parsed = json::parse(stats);
  const auto* found = parsed ? parsed->find_path(path) : nullptr;
  return found == nullptr ? -1 : found->integer().value_or(-1);
}

TEST_F(SimulatedServer, AnswersManyRequestsOnOneConnection) {
  const auto server = start();
  EXPECT_EQ(server->base_url(), "http://127.0.0.1:" + std::to_string(server->port()) + "/v1");
  Connection connection(server->port());
  for (std::size_t i = 0; i + 3 <= 20; ++i) {
    const std::vector<std::size_t> batch{i, i + 1, i + 2};
    const auto received = post(connection, batch);
    ASSERT_EQ(received.status(), 200) << received.body;
    EXPECT_NE(received.head.find("Server: sheaf-simulate\r\n"), std::string::npos);
    const auto reading = read(batch, received);
    EXPECT_EQ(*reading.values[2], json::Value(static_cast<int>(2 * (i + 2))));
  }
  EXPECT_EQ(count(server->stats_json(), "connections.accepted"), 1);
  EXPECT_EQ(count(server->stats_json(), "requests"), 18);
}

TEST_F(SimulatedServer, TellsModelsAndStats) {
  const auto server = start();
  Connection connection(server->port());
  EXPECT_NE(connection.ask("GET", "/v1/models").body.find("\"simulated\""), std::string::npos);
  post(connection, {0});
  const auto stats = connection.ask("GET", "/stats");
  EXPECT_EQ(stats.status(), 200);
  EXPECT_EQ(count(stats.body, "samples.n0.asked"), 1);
  EXPECT_EQ(connection.ask("GET", "/nothing").status(), 404);
}

TEST_F(SimulatedServer, ServesConnectionsSideBySide) {
  SimulateOptions options;
  options.first_token_ms = 1;
  const auto server = start(options);
  std::vector<std::thread> clients;
  std::vector<int> right(8);
  for (std::size_t i = 0; i < right.size(); ++i) {
    clients.emplace_back([&, i, bytes = body({i})] {
      Connection connection(server->port());
      for (int n = 0; n < 20; ++n) {
        const auto received = connection.ask("POST", "/v1/chat/completions", bytes);
        const auto said = "The answer is " + std::to_string(2 * i) + ".";
        right[i] += received.body.find(said) != std::string::npos ? 1 : 0;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(right, std::vector<int>(8, 20));
  EXPECT_EQ(count(server->stats_json(), "asked"), 160);
  EXPECT_EQ(count(server->stats_json(), "connections.accepted"), 8);
}

TEST_F(SimulatedServer, AResetBreaksOffInTheBody) {
  SimulateOptions options;
  options.reset = 1;
  const auto server = start(options);
  Connection connection(server->port());
  const auto received = post(connection, {0, 1});
  EXPECT_FALSE(received.whole());
  EXPECT_EQ(received.error, ECONNRESET);
  EXPECT_EQ(count(server->stats_json(), "faults.reset"), 1);
}

TEST_F(SimulatedServer, AStallSendsHalfAndEndsAfterItsSilence) {
  SimulateOptions options;
  options.stall = 1;
  options.stall_ms = 1;
  const auto server = start(options);
  Connection connection(server->port());
  const auto received = post(connection, {0, 1});
  EXPECT_EQ(received.status(), 200);
  EXPECT_EQ(received.body.size(), received.length / 2);
  EXPECT_EQ(received.error, 0);
}

TEST_F(SimulatedServer, HalfJsonIsAWholeResponse) {
  SimulateOptions options;
  options.half_json = 1;
  const auto server = start(options);
  Connection connection(server->port());
  const auto received = post(connection, {0, 1});
  EXPECT_TRUE(received.whole());
  EXPECT_FALSE(json::parse(received.body));
  EXPECT_EQ(post(connection, {0, 1}).status(), 200);
}

constexpr std::string_view end_of_stream = "data: [DONE]\n\n\r\n0\r\n\r\n";

TEST_F(SimulatedServer, AStreamIsChunksToItsEndAndLeavesTheConnectionOpen) {
  const auto server = start();
  Connection connection(server->port());
  for (int i = 0; i < 2; ++i) {
    send_for_stream(connection, {0, 1});
    const auto received = connection.receive_until(end_of_stream);
    EXPECT_EQ(received.status(), 200);
    EXPECT_NE(received.head.find("Transfer-Encoding: chunked"), std::string::npos);
    EXPECT_NE(received.head.find("Content-Type: text/event-stream"), std::string::npos);
    EXPECT_TRUE(received.body.ends_with(end_of_stream)) << received.body;
  }
  EXPECT_EQ(post(connection, {0, 1}).status(), 200);
}

TEST_F(SimulatedServer, AResetBreaksOffInTheMiddleOfAStream) {
  SimulateOptions options;
  options.reset = 1;
  const auto server = start(options);
  Connection connection(server->port());
  send_for_stream(connection, {0, 1});
  const auto received = connection.receive_until(end_of_stream);
  EXPECT_NE(received.body.find("data: {"), std::string::npos);
  EXPECT_EQ(received.body.find("[DONE]"), std::string::npos);
  EXPECT_EQ(received.error, ECONNRESET);
}

TEST_F(SimulatedServer, AStallEndsAStreamInItsMiddle) {
  SimulateOptions options;
  options.stall = 1;
  options.stall_ms = 1;
  const auto server = start(options);
  Connection connection(server->port());
  send_for_stream(connection, {0, 1});
  const auto received = connection.receive_until(end_of_stream);
  EXPECT_NE(received.body.find("data: {"), std::string::npos);
  EXPECT_EQ(received.body.find("\r\n0\r\n\r\n"), std::string::npos);
  EXPECT_EQ(received.error, 0);
}

TEST_F(SimulatedServer, AStreamsFirstPieceComesLongBeforeItsLast) {
  SimulateOptions options;
  options.tokens_per_second = 0.5;
  const auto server = start(options);
  Connection connection(server->port());
  send_for_stream(connection, {0, 1});
  const auto received = connection.receive_until("data: {");
  EXPECT_EQ(received.status(), 200);
  EXPECT_EQ(received.body.find("[DONE]"), std::string::npos);
}

TEST_F(SimulatedServer, RefusesABodyThatIsTooLarge) {
  const auto server = start();
  Connection connection(server->port());
  connection.send_bytes(
      "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n"
      "\r\n");
  EXPECT_EQ(connection.receive().status(), 413);
}

TEST_F(SimulatedServer, ABodyThatOnlyABulkJobMayHaveIsRefusedElsewhere) {
  const auto server = start();
  Connection connection(server->port());
  const std::string large((std::size_t{64} << 20) + 1, 'x');
  EXPECT_EQ(connection.ask("POST", "/v1/completions", large).status(), 413);
  EXPECT_EQ(connection.ask("POST", "/v1/files", large).status(), 400) << "it is no form";
}

TEST_F(SimulatedServer, ABulkJobMayBeAcceptedAlthoughNoByteOfTheReplyComes) {
  SimulateOptions options;
  options.bulk_accept_then_drop = 1;
  const auto server = start(options);
  const auto params = R"({"model":"m","max_tokens":9,"messages":[{"role":"user",)"
                      R"("content":"Q: What is 0 and 0?"}]})";
  const std::string jobs =
      std::string(R"({"requests":[{"custom_id":"a","params":)") + params + "}]}";
  Connection connection(server->port());
  connection.send_bytes(
      "POST /v1/messages/batches HTTP/1.1\r\nHost: x\r\nanthropic-version: 2023-06-01\r\n"
      "Content-Length: " +
      std::to_string(jobs.size()) + "\r\n\r\n" + jobs);
  const auto received = connection.receive();
  EXPECT_EQ(received.head, "");
  EXPECT_EQ(received.error, ECONNRESET);
  EXPECT_EQ(count(server->stats_json(), "bulk.jobs"), 1);
  EXPECT_EQ(count(server->stats_json(), "bulk.succeeded"), 1);
}

TEST_F(SimulatedServer, ReadsABodyOfSomeMegabytes) {
  const auto server = start();
  Connection connection(server->port());
  const std::string large(std::size_t{3} << 20, 'x');
  const auto received =
      connection.ask("POST", "/v1/completions", R"({"model":"m","prompt":")" + large + "\"}");
  EXPECT_EQ(received.status(), 400);
  EXPECT_NE(received.body.find("the prompt does not end with"), std::string::npos);
}

TEST_F(SimulatedServer, StopClosesConnectionsAndWaitingReplies) {
  SimulateOptions options;
  options.first_token_ms = 3'600'000;
  const auto server = start(options);
  Connection idle(server->port());
  Connection waiting(server->port());
  waiting.send("POST", "/v1/chat/completions", body({0}));
  while (count(server->stats_json(), "asked") != 1) std::this_thread::yield();
  server->stop();
  EXPECT_EQ(waiting.receive().status(), 0);
  EXPECT_EQ(idle.receive().status(), 0);
  EXPECT_FALSE(Connection(server->port()).connected());
  EXPECT_EQ(count(server->stats_json(), "asked"), 1);
  EXPECT_EQ(count(server->stats_json(), "connections.open"), 0);
}

TEST_F(SimulatedServer, APortInUseAndUnreadableRowsAreErrors) {
  const auto server = start();
  const auto again = Server::start(lab_.task, folder_ / "rows.jsonl", {}, server->port());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::usage);
  EXPECT_NE(again.error().message.find(std::to_string(server->port())), std::string::npos);
  EXPECT_FALSE(Server::start(lab_.task, folder_ / "rows.jsonl", {}, 70'000));
  EXPECT_FALSE(Server::start(lab_.task, folder_ / "none.jsonl", {}));
}

}  // namespace
}  // namespace sheaf::simulate
