#include "api/simulated.hpp"

#include <utility>

#include <sheaf/simulate.hpp>

#include "simulate/options.hpp"

namespace sheaf {

Expected<std::unique_ptr<simulate::Server>> api::start_simulated(
    const task::Task& task, const std::string& rows,
    const std::map<std::string, std::string>& simulated, int port) {
  if (rows == "-") {
    return fail(ErrorCode::usage,
                "the simulated model looks samples up in the rows file, so it cannot be used with "
                "standard input; give a file");
  }
  auto options = simulate::read_options(task.simulated);
  if (!options) return std::unexpected(options.error());
  for (const auto& [name, value] : simulated) {
    if (auto set = set_simulate_option(*options, name, value); !set) {
      return std::unexpected(set.error());
    }
  }
  if (auto checked = check_simulate_options(*options); !checked) {
    return std::unexpected(checked.error());
  }
  return simulate::Server::start(task, rows, *options, port);
}

SimulatedServer::SimulatedServer(std::unique_ptr<simulate::Server> server)
    : server_(std::move(server)) {}
SimulatedServer::SimulatedServer(SimulatedServer&&) noexcept = default;
SimulatedServer& SimulatedServer::operator=(SimulatedServer&&) noexcept = default;
SimulatedServer::~SimulatedServer() = default;

Expected<SimulatedServer> SimulatedServer::start(const Task& task, const ServeOptions& options) {
  auto server =
      api::start_simulated(*task.internal(), options.rows, options.simulated, options.port);
  if (!server) return std::unexpected(server.error());
  return SimulatedServer(std::move(*server));
}

int SimulatedServer::port() const { return server_->port(); }
std::string SimulatedServer::base_url() const { return server_->base_url(); }
std::string SimulatedServer::stats_json() const { return server_->stats_json(); }
void SimulatedServer::stop() { server_->stop(); }

}  // namespace sheaf
