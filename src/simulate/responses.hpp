// Whole replies: refusals, and what transport faults make of a reply.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/exchange.hpp"
#include "core/random.hpp"
#include "simulate/account_limits.hpp"
#include "simulate/fault_kinds.hpp"
#include "simulate/request_reader.hpp"

namespace sheaf::simulate {

/// How a reply comes over the wire.
enum class Delivery {
  whole,
  stall,  ///< Half of the body or of the events, `stall` of silence, then the connection ends.
  reset,  ///< Half of them, then the connection is reset.
};

struct SimulatedReply {
  int status = 200;
  std::vector<Header> headers;  ///< Content-Type among them.
  std::string body;
  /// Of a stream, in place of the body: its events, paced evenly from `first` to `delay`.
  std::vector<std::string> events = {};
  Time first{0};  ///< From the request's arrival to the first event.
  Time delay{0};  ///< From the request's arrival to the reply; of a stream to its last event.
  Delivery delivery = Delivery::whole;
  Time stall{0};
};

SimulatedReply json_reply(int status, std::string body);
/// 200 with server-sent events.
SimulatedReply stream_reply(std::vector<std::string> events);
SimulatedReply refusal_reply(const Refusal& refusal);
/// 429 with `Retry-After` in whole seconds and `retry-after-ms`; where waiting is no help,
/// `x-should-retry: false` in their place.
SimulatedReply limited_reply(const AccountLimits::Refusal& refusal);

/// The reply of a fault that comes in place of any answer: a status, a page.
std::optional<SimulatedReply> reply_in_place(WireFault fault, Random shape);
/// What the other faults do to an answer on its way.
void spoil_delivery(SimulatedReply& reply, WireFault fault, Millis stall);

}  // namespace sheaf::simulate
