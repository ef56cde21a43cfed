// The body of a successful response: a completion, or what is wrong with it.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/exchange.hpp"
#include "core/json.hpp"

namespace sheaf::provider {

/// Why a body with a success status is no completion.
struct BadReply {
  std::string detail;  ///< Display-safe.
  std::optional<Usage> usage;
};

/// What the finish reasons of all servers mean, in any letter case; `other` for one not known.
FinishReason finish_reason_of(std::string_view name);

/// Reads `choices[0]`: its text, why it ended, and the usage beside it. Anything else (HTML, bad
/// UTF-8, half a document, an error member, wrong types, no text without a reason for it) is a
/// BadReply, never an answer.
std::expected<Completion, BadReply> read_completion(std::string_view body, Api api);

/// The usage member of `reply`. Counts that are missing, null, negative, fractional or absurd make
/// it nullopt: a bill that cannot be believed is no bill. Details that cannot be believed count 0.
std::optional<Usage> read_usage(const json::Value& reply);

}  // namespace sheaf::provider
