// Connections of the simulated model's server. All of it runs on the server's one thread.
#pragma once

#include <chrono>
#include <memory>
#include <unordered_set>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <sheaf/error.hpp>

#include "simulate/model.hpp"

namespace sheaf::simulate {

class Session;

/// Accepts connections and knows the open ones. Borrows the loop and the model.
class Listener {
 public:
  Listener(boost::asio::io_context& loop, Model& model) : acceptor_(loop), model_(model) {}

  /// Binds to loopback and starts to accept. Returns the port.
  Expected<int> open(int port);
  /// Stops accepting and closes every connection: the loop runs dry.
  void close();

  Model& model() { return model_; }
  const Connections& connections() const { return connections_; }
  /// Since the listener was made.
  Time now() const;
  void forget(Session* session);

 private:
  void accept();
  void add(boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  Model& model_;
  Connections connections_;
  std::unordered_set<Session*> sessions_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace sheaf::simulate
