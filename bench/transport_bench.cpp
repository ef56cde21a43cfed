// CPU of the client per HTTP/1.1 request, against an instant server in a process of its own, as a
// Markdown table: the raw-epoll floor and the transports, interleaved, medians with quartiles over
// the rounds, and the ratio to the floor of the same round. Arguments: in flight, ... (default: 64
// 1000 8000).
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "support/canned_server.hpp"
#include "support/epoll_client.hpp"
#include "support/measure.hpp"
#include "transport/transport.hpp"

namespace sheaf {
namespace {

constexpr int rounds = 7;
constexpr std::uint64_t requests_a_round = 24'000;
constexpr std::size_t request_bytes = 497;
constexpr std::size_t reply_bytes = 403;

/// Runs `count` requests.
using Run = std::function<void(std::uint64_t count)>;

struct Contestant {
  std::string name;
  /// Opens the connections and sends once over each.
  std::function<Run(int in_flight)> warm_up;
};

HttpRequest request_to(const std::string& url) {
  return {"POST",
          url + "/v1/chat/completions",
          {{"Content-Type", "application/json"}, {"Authorization", "Bearer none"}},
          std::string(request_bytes, 'x')};
}

class TransportRun {
 public:
  TransportRun(std::unique_ptr<transport::Transport> transport, HttpRequest request, int in_flight)
      : transport_(std::move(transport)),
        request_(std::move(request)),
        in_flight_(static_cast<std::uint64_t>(in_flight)) {}

  void run(std::uint64_t count) {
    std::uint64_t started = 0;
    std::uint64_t done = 0;
    while (started < std::min(count, in_flight_)) transport_->start(++started, request_);
    while (done < count) {
      for (const auto& finished : transport_->poll(std::chrono::minutes(1))) {
        check(finished.result);
        ++done;
        if (started < count) transport_->start(++started, request_);
      }
    }
  }

 private:
  static void check(const TransferResult& result) {
    const auto* response = std::get_if<HttpResponse>(&result);
    if (response != nullptr && response->body.size() == reply_bytes) return;
    const auto* fault = std::get_if<TransportFault>(&result);
    fmt::print(stderr, "a request failed: {}\n", fault ? fault->detail : "a wrong reply");
    std::exit(1);
  }

  std::unique_ptr<transport::Transport> transport_;
  HttpRequest request_;
  std::uint64_t in_flight_;
};

transport::Options options(int in_flight) {
  transport::Options options;
  options.most_transfers = in_flight;
  return options;
}

using Make = Expected<std::unique_ptr<transport::Transport>> (*)(const transport::Options&);

Contestant contestant(std::string name, Make make, const bench::CannedServer& server) {
  return {std::move(name), [make, &server](int in_flight) {
            auto run = std::make_shared<TransportRun>(make(options(in_flight)).value(),
                                                      request_to(server.url()), in_flight);
            run->run(static_cast<std::uint64_t>(in_flight));
            return Run([run](std::uint64_t count) { run->run(count); });
          }};
}

Contestant floor_client(const bench::CannedServer& server) {
  const auto request = fmt::format(
      "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: sheaf\r\n"
      "Accept: */*\r\nAccept-Encoding: gzip\r\nContent-Type: application/json\r\n"
      "Authorization: Bearer none\r\nContent-Length: {}\r\n\r\n{}",
      server.port(), request_bytes, std::string(request_bytes, 'x'));
  return {"raw epoll (floor)", [request, &server](int in_flight) {
            auto client = std::make_shared<bench::EpollClient>(server.port(), in_flight);
            client->run(request, static_cast<std::uint64_t>(in_flight));
            return Run([client, request](std::uint64_t count) { client->run(request, count); });
          }};
}

double cost(const Run& run) {
  const auto before = bench::cpu_time();
  run(requests_a_round);
  return (bench::cpu_time() - before).count() / static_cast<double>(requests_a_round);
}

void measure(const std::vector<Contestant>& contestants, int in_flight) {
  std::vector<std::vector<double>> costs(contestants.size());
  std::vector<std::vector<double>> ratios(contestants.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      costs[i].push_back(cost(contestants[i].warm_up(in_flight)));
      ratios[i].push_back(costs[i].back() / costs[0].back());
    }
  }
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    const auto cpu = bench::quartiles(costs[i]);
    const auto ratio = bench::quartiles(ratios[i]);
    fmt::print("| {} | {} | {:.1f} ({:.1f} to {:.1f}) | {:.1f} ({:.1f} to {:.1f}) |\n",
               contestants[i].name, in_flight, cpu.median, cpu.lower, cpu.upper, ratio.median,
               ratio.lower, ratio.upper);
  }
}

}  // namespace
}  // namespace sheaf

int main(int argc, char** argv) {
  using namespace sheaf;
  std::vector<int> in_flight;
  for (int i = 1; i < argc; ++i) in_flight.push_back(std::atoi(argv[i]));
  if (in_flight.empty()) in_flight = {64, 1'000, 8'000};
  const bench::CannedServer server(bench::json_response(std::string(reply_bytes, 'y')));
  const std::vector<Contestant> contestants{floor_client(server),
                                            contestant("curl", transport::make_curl, server)};
  fmt::print("Load of the last minute: {:.2f}. {} rounds of {} requests.\n\n",
             bench::load_average(), rounds, requests_a_round);
  fmt::print("| client | in flight | CPU µs/request | × floor |\n| --- | --: | --: | --: |\n");
  for (const int count : in_flight) measure(contestants, count);
}
