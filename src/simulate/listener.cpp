#include "simulate/listener.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/address_v4.hpp>
#include <fmt/format.h>

#include "simulate/session.hpp"

namespace sheaf::simulate {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {
constexpr int highest_port = 65'535;
}  // namespace

Expected<int> Listener::open(int port) {
  if (port < 0 || port > highest_port) {
    return fail(ErrorCode::usage, fmt::format("{} is no port; give one from 0 to 65535", port));
  }
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port));
  error_code error;
  const auto failed = [&] { return static_cast<bool>(error); };
  acceptor_.open(endpoint.protocol(), error);
  if (!failed()) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!failed()) acceptor_.bind(endpoint, error);
  if (!failed()) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  const auto bound = failed() ? tcp::endpoint() : acceptor_.local_endpoint(error);
  if (failed()) {
    return fail(ErrorCode::usage,
                fmt::format("the simulated model cannot listen at 127.0.0.1:{}: {}; choose another "
                            "port, or 0 for a free one",
                            port, error.message()));
  }
  accept();
  return bound.port();
}

void Listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
  for (Session* session : sessions_) session->close();
}

Time Listener::now() const {
  return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - start_);
}

void Listener::forget(Session* session) {
  sessions_.erase(session);
  --connections_.open;
}

void Listener::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (!error) add(std::move(socket));
    accept();
  });
}

void Listener::add(tcp::socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  ++connections_.accepted;
  connections_.peak = std::max(connections_.peak, ++connections_.open);
  const auto session = std::make_shared<Session>(std::move(socket), *this);
  sessions_.insert(session.get());
  session->start();
}

}  // namespace sheaf::simulate
