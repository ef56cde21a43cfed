// The body of a successful response: a completion, or what is wrong with it.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
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

using ReadBody = std::function<std::expected<Completion, BadReply>(std::string_view body)>;

/// Reads a transfer: a lost one and a status that is not 2xx by the tables of faults, the body of
/// any other by `read_body`, with what the headers say about limits.
Exchange read_transfer(const TransferResult& result, std::int64_t now_unix,
                       const ReadBody& read_body);

/// The JSON of a body that succeeded; a BadReply says what else it is. A key that stands twice is
/// refused, and so is an object whose `error` member says something.
std::expected<json::Value, BadReply> read_object(std::string_view body);

/// What the finish reasons of all servers mean, in any letter case; `other` for one not known.
FinishReason finish_reason_of(std::string_view name);

/// Reads `choices[0]`: its text, why it ended, and the usage beside it. Anything else (HTML, bad
/// UTF-8, half a document, an error member, wrong types, no text without a reason for it) is a
/// BadReply, never an answer.
std::expected<Completion, BadReply> read_completion(std::string_view body, Api api);

/// Reads the vectors of a reply, each put into its place by its own `index`, never by where it
/// stands. BadReply: an index that is missing, stands twice or leaves a gap, vectors of unequal
/// lengths, a number that is not finite, and what is no list of vectors at all. A vector is a list
/// of numbers, or base64 of float32, lowest byte first.
std::expected<Completion, BadReply> read_vectors(std::string_view body);

/// A count of tokens in `usage`; nullopt when it is absent or cannot be believed.
std::optional<std::int64_t> token_count(const json::Value& usage, std::string_view path);

/// The usage member of `reply`. Counts that are missing, null, negative, fractional or absurd make
/// it nullopt: a bill that cannot be believed is no bill. Details that cannot be believed count 0.
std::optional<Usage> read_usage(const json::Value& reply);

}  // namespace sheaf::provider
