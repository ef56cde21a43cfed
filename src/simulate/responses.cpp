#include "simulate/responses.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "simulate/response_body.hpp"

namespace sheaf::simulate {
namespace {

constexpr Millis drawn_429_wait{200};

SimulatedReply reply_of(int status, std::string type, std::string body) {
  SimulatedReply reply;
  reply.status = status;
  reply.headers = {{"Server", "sheaf-simulate"}, {"Content-Type", std::move(type)}};
  reply.body = std::move(body);
  return reply;
}

void add_wait(SimulatedReply& reply, Millis wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  reply.headers.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(1, seconds))});
  reply.headers.push_back({"retry-after-ms", std::to_string(wait.count())});
}

/// Half of the body; of a stream half of its events, the last of them half.
void break_off(SimulatedReply& reply) {
  reply.body.resize(reply.body.size() / 2);
  if (reply.events.empty()) return;
  reply.events.resize((reply.events.size() + 1) / 2);
  reply.events.back().resize(reply.events.back().size() / 2);
}

std::string_view name_of(AccountLimits::Limit limit) {
  switch (limit) {
    case AccountLimits::Limit::requests:
      return "requests per minute";
    case AccountLimits::Limit::tokens:
      return "tokens per minute";
    case AccountLimits::Limit::concurrency:
      break;
  }
  return "requests at once";
}

}  // namespace

SimulatedReply json_reply(int status, std::string body) {
  return reply_of(status, "application/json", std::move(body));
}

SimulatedReply stream_reply(std::vector<std::string> events) {
  auto reply = reply_of(200, "text/event-stream; charset=utf-8", {});
  reply.headers.push_back({"Cache-Control", "no-cache"});
  reply.events = std::move(events);
  return reply;
}

SimulatedReply refusal_reply(const Refusal& refusal) {
  return json_reply(refusal.status, error_body(refusal));
}

SimulatedReply limited_reply(const AccountLimits::Refusal& refusal) {
  const bool never = !refusal.retry_after;
  const auto what = name_of(refusal.limit);
  auto reply =
      refusal_reply({.status = 429,
                     .message = fmt::format("{} on {}: limit {}, used {}, requested {}",
                                            never ? "request too large" : "rate limit reached",
                                            what, refusal.allowed, refusal.used, refusal.asked),
                     .type = refusal.limit == AccountLimits::Limit::tokens ? "tokens" : "requests",
                     .code = "rate_limit_exceeded"});
  if (never) {
    reply.headers.push_back({"x-should-retry", "false"});
  } else {
    const auto wait = std::chrono::ceil<Millis>(*refusal.retry_after);
    add_wait(reply, std::max(wait, Millis(1)));
  }
  return reply;
}

std::optional<SimulatedReply> reply_in_place(WireFault fault, Random shape) {
  if (fault == WireFault::http_429) {
    auto reply = refusal_reply({.status = 429,
                                .message = "rate limit reached, by a drawn fault",
                                .type = "requests",
                                .code = "rate_limit_exceeded"});
    add_wait(reply, drawn_429_wait);
    return reply;
  }
  if (fault == WireFault::http_500 || fault == WireFault::http_503) {
    const int status = fault == WireFault::http_500 ? 500 : 503;
    return refusal_reply({.status = status,
                          .message = "the server had an error, by a drawn fault",
                          .type = "server_error"});
  }
  if (fault != WireFault::html) return std::nullopt;
  return reply_of(shape.below(2) == 0 ? 200 : 502, "text/html; charset=utf-8", html_page());
}

void spoil_delivery(SimulatedReply& reply, WireFault fault, Millis stall) {
  if (fault == WireFault::half_json) break_off(reply);
  if (fault == WireFault::reset) reply.delivery = Delivery::reset;
  if (fault != WireFault::stall) return;
  reply.delivery = Delivery::stall;
  reply.stall = stall;
}

}  // namespace sheaf::simulate
