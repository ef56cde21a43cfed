// The simulated model behind a real HTTP server on loopback.
#pragma once

#include <memory>
#include <string>

#include <sheaf/error.hpp>
#include <sheaf/simulate.hpp>

#include "task/task.hpp"

namespace sheaf::simulate {

/// Serves from `start` to `stop` on a thread of its own, which alone touches the model; what the
/// public functions need they ask of that thread. HTTP/1.1 with keep-alive, bodies of at most
/// 64 MiB, of bulk jobs 256 MiB. Any thread may call; `stop` once.
class Server {
 public:
  /// Reads the rows (an empty name: it knows none), then listens at 127.0.0.1:`port`; 0 takes a
  /// free port. Errors: rows that
  /// cannot be read, options that cannot be, a port in use.
  static Expected<std::unique_ptr<Server>> start(const task::Task& task, const std::string& rows,
                                                 const SimulateOptions& options, int port = 0);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  /// "http://127.0.0.1:8080/v1"
  std::string base_url() const;
  /// What GET /stats says; after `stop` as it was then.
  std::string stats_json();
  /// Closes every connection and ends the thread. The destructor does so too.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sheaf::simulate
