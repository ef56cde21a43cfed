#include "simulate/responses.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

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

SimulatedReply refusal_reply(const Wire& wire, const Refusal& refusal,
                             std::string_view request_id) {
  auto reply =
      json_reply(wire.status(refusal.status), json::dump(wire.refusal(refusal, request_id)));
  std::ranges::move(wire.wait_headers(refusal), std::back_inserter(reply.headers));
  return reply;
}

SimulatedReply page_reply(Random shape) {
  return reply_of(shape.below(2) == 0 ? 200 : 502, "text/html; charset=utf-8",
                  "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head>\n"
                  "<body><h1>Bad gateway</h1><p>A page of the simulated model, where JSON should "
                  "be.</p></body></html>\n");
}

Refusal limit_refusal(const AccountLimits::Refusal& refusal) {
  const bool never = !refusal.retry_after;
  Refusal out{
      .status = 429,
      .message = fmt::format("{} on {}: limit {}, used {}, requested {}",
                             never ? "request too large" : "rate limit reached",
                             name_of(refusal.limit), refusal.allowed, refusal.used, refusal.asked),
      .type = refusal.limit == AccountLimits::Limit::tokens ? "tokens" : "requests",
      .code = "rate_limit_exceeded",
      .never = never};
  if (!never) {
    out.retry_after = std::max(std::chrono::ceil<Millis>(*refusal.retry_after), Millis(1));
  }
  return out;
}

std::optional<Refusal> refusal_in_place(WireFault fault) {
  if (fault == WireFault::http_429) {
    return Refusal{.status = 429,
                   .message = "rate limit reached, by a drawn fault",
                   .type = "requests",
                   .code = "rate_limit_exceeded",
                   .retry_after = drawn_429_wait};
  }
  if (fault != WireFault::http_500 && fault != WireFault::http_503) return std::nullopt;
  return Refusal{.status = fault == WireFault::http_500 ? 500 : 503,
                 .message = "the server had an error, by a drawn fault",
                 .type = "server_error"};
}

void spoil_delivery(SimulatedReply& reply, WireFault fault, Millis stall) {
  if (fault == WireFault::half_json) break_off(reply);
  if (fault == WireFault::reset) reply.delivery = Delivery::reset;
  if (fault != WireFault::stall) return;
  reply.delivery = Delivery::stall;
  reply.stall = stall;
}

}  // namespace sheaf::simulate
