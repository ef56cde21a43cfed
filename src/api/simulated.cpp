#include "api/simulated.hpp"

#include <string_view>
#include <utility>

#include <sheaf/simulate.hpp>

#include "api/local_model.hpp"
#include "provider/provider.hpp"
#include "simulate/options.hpp"

namespace sheaf {

namespace {

Expected<SimulateOptions> options_of(const task::Task& task, const api::Simulated& simulated) {
  auto options = simulate::read_options(task.simulated);
  if (!options) return options;
  for (const auto& [name, value] : simulated) {
    if (auto set = set_simulate_option(*options, name, value); !set) {
      return std::unexpected(set.error());
    }
  }
  return options;
}

std::string_view encoding_of(SimulatedTokens tokens) {
  switch (tokens) {
    case SimulatedTokens::bytes:
      return "";
    case SimulatedTokens::o200k_base:
      return "o200k_base";
    case SimulatedTokens::cl100k_base:
      return "cl100k_base";
  }
  return "";
}

}  // namespace

Expected<run::ModelCounter> api::counter_of(const task::Task& task, const Simulated& simulated) {
  if (is_local(task)) return local_counter(task);
  if (task.provider != "simulated") {
    return run::model_counter(task, task.known == nullptr ? "" : task.known->encoding);
  }
  const auto options = options_of(task, simulated);
  if (!options) return std::unexpected(options.error());
  return run::model_counter(task, encoding_of(options->tokens));
}

Expected<std::unique_ptr<simulate::Server>> api::start_simulated(const task::Task& task,
                                                                 const std::string& rows,
                                                                 const Simulated& simulated,
                                                                 int port) {
  if (rows == "-") {
    return fail(ErrorCode::usage,
                "the simulated model looks samples up in the rows file, so it cannot be used with "
                "standard input; give a file");
  }
  const auto options = options_of(task, simulated);
  if (!options) return std::unexpected(options.error());
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
