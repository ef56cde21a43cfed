// Whole replies, and what transport faults make of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "core/random.hpp"
#include "simulate/account_limits.hpp"
#include "simulate/fault_kinds.hpp"
#include "simulate/model_request.hpp"
#include "simulate/wire.hpp"

namespace sheaf::simulate {

/// How a reply comes over the wire.
enum class Delivery {
  whole,
  stall,    ///< Half of the body or of the events, `stall` of silence, then the connection ends.
  reset,    ///< Half of them, then the connection is reset.
  nothing,  ///< The connection is reset before any byte.
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
/// As the format has it: its status, its body, its headers that say when to come again.
SimulatedReply refusal_reply(const Wire& wire, const Refusal& refusal, std::string_view request_id);
/// An HTML page as proxies send them, with 200 or 502.
SimulatedReply page_reply(Random shape);

/// What a limit says: 429.
Refusal limit_refusal(const AccountLimits::Refusal& refusal);
/// The refusal that a fault comes as in place of any answer; nullopt: it is none.
std::optional<Refusal> refusal_in_place(WireFault fault);
/// What the other faults do to an answer on its way.
void spoil_delivery(SimulatedReply& reply, WireFault fault, Millis stall);

}  // namespace sheaf::simulate
