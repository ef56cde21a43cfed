// One connection: reads a request, waits as long as the model takes, writes the reply, and again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "simulate/listener.hpp"

namespace sheaf::simulate {

/// Lives as long as an operation of its own is under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(boost::asio::ip::tcp::socket socket, Listener& listener);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start() { read(); }
  void close();

 private:
  using Request = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  void read();
  void answer();
  void deliver();
  void write_whole();
  void write_half();
  void open_stream();
  void write_events();
  void await_events();
  void end_stream();
  void after_reply();
  /// From the request's arrival.
  Time due_of(std::size_t event) const;
  void stay_silent();
  void refuse_body();
  void reset();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  Listener& listener_;
  boost::beast::flat_buffer buffer_;
  std::optional<Request> request_;
  SimulatedReply reply_;
  Response response_;
  std::string half_;  ///< What is being written piece by piece.
  Time arrived_{0};
  std::size_t events_sent_ = 0;
};

}  // namespace sheaf::simulate
