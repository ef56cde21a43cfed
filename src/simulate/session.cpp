#include "simulate/session.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

namespace sheaf::simulate {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

/// A bulk job's, and a little more for what is around it.
constexpr std::uint64_t body_limit = std::uint64_t{257} << 20;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

constexpr std::string_view last_chunk = "0\r\n\r\n";

std::string chunk_of(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

HttpRequest plain_request(http::request<http::string_body> request) {
  HttpRequest plain;
  plain.method = std::string(view(request.method_string()));
  plain.url = std::string(view(request.target()));
  for (const auto& field : request) {
    plain.headers.push_back(
        {std::string(view(field.name_string())), std::string(view(field.value()))});
  }
  plain.body = std::move(request.body());
  return plain;
}

}  // namespace

Session::Session(asio::ip::tcp::socket socket, Listener& listener)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), listener_(listener) {}

Session::~Session() { listener_.forget(this); }

void Session::close() {
  error_code ignored;
  timer_.cancel(ignored);
  socket_.close(ignored);
}

void Session::read() {
  request_.emplace();
  request_->body_limit(body_limit);
  http::async_read(socket_, buffer_, *request_,
                   [self = shared_from_this()](error_code error, std::size_t) {
                     if (error == http::error::body_limit) {
                       self->refuse_body();
                     } else if (!error) {
                       self->answer();
                     }
                   });
}

void Session::answer() {
  const auto version = request_->get().version();
  const bool keep_alive = request_->get().keep_alive();
  arrived_ = listener_.now();
  reply_ = listener_.model().answer(plain_request(request_->release()), arrived_,
                                    listener_.connections());
  response_ = Response(static_cast<http::status>(reply_.status), version);
  for (const auto& header : reply_.headers) response_.insert(header.name, header.value);
  response_.keep_alive(keep_alive && reply_.delivery == Delivery::whole);
  if (!reply_.events.empty()) return open_stream();
  response_.body() = std::move(reply_.body);
  response_.prepare_payload();
  if (reply_.delay == Time(0)) return deliver();
  timer_.expires_after(reply_.delay);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->deliver();
  });
}

void Session::deliver() {
  if (reply_.delivery == Delivery::whole) return write_whole();
  if (reply_.delivery == Delivery::nothing) return reset();
  write_half();
}

void Session::write_whole() {
  http::async_write(socket_, response_, [self = shared_from_this()](error_code error, std::size_t) {
    if (!error) self->after_reply();
  });
}

void Session::write_half() {
  std::ostringstream head;
  head << response_.base();
  half_ = head.str() + response_.body().substr(0, response_.body().size() / 2);
  asio::async_write(socket_, asio::buffer(half_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      if (error) return;
                      if (self->reply_.delivery == Delivery::reset) return self->reset();
                      self->stay_silent();
                    });
}

void Session::open_stream() {
  response_.chunked(true);
  std::ostringstream head;
  head << response_.base();
  half_ = head.str();
  events_sent_ = 0;
  if (reply_.delivery != Delivery::whole) reply_.events.resize(reply_.events.size() / 2);
  await_events();
}

/// The head leaves with the first event, each event when it is due, and what is due together at
/// once.
void Session::write_events() {
  const auto due = [this] {
    return events_sent_ < reply_.events.size() &&
           arrived_ + due_of(events_sent_) <= listener_.now();
  };
  while (due()) half_ += chunk_of(reply_.events[events_sent_++]);
  const bool done = events_sent_ == reply_.events.size();
  if (done && reply_.delivery == Delivery::whole) half_ += last_chunk;
  asio::async_write(socket_, asio::buffer(half_),
                    [self = shared_from_this(), done](error_code error, std::size_t) {
                      if (error) return;
                      self->half_.clear();
                      if (!done) return self->await_events();
                      self->end_stream();
                    });
}

void Session::await_events() {
  const auto wait = arrived_ + due_of(events_sent_) - listener_.now();
  if (wait <= Time(0)) return write_events();
  timer_.expires_after(wait);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->write_events();
  });
}

void Session::end_stream() {
  if (reply_.delivery == Delivery::reset) return reset();
  if (reply_.delivery == Delivery::stall) return stay_silent();
  after_reply();
}

Time Session::due_of(std::size_t event) const {
  const auto steps = std::max<std::size_t>(reply_.events.size() - 1, 1);
  return reply_.first + (reply_.delay - reply_.first) * static_cast<std::int64_t>(event) /
                            static_cast<std::int64_t>(steps);
}

void Session::after_reply() {
  if (response_.keep_alive()) return read();
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Session::stay_silent() {
  timer_.expires_after(reply_.stall);
  timer_.async_wait([self = shared_from_this()](error_code) { self->close(); });
}

void Session::refuse_body() {
  reply_ = listener_.model().too_large(view(request_->get().target()));
  response_ = Response(static_cast<http::status>(reply_.status), 11);
  for (const auto& header : reply_.headers) response_.insert(header.name, header.value);
  response_.body() = std::move(reply_.body);
  response_.keep_alive(false);
  response_.prepare_payload();
  write_whole();
}

void Session::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

}  // namespace sheaf::simulate
