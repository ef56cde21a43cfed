// The body of a successful response: a completion, or what is wrong with it.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/exchange.hpp"
#include "core/json.hpp"

namespace sheaf::provider {

/// Why a body with a success status is no completion.
struct BadReply {
  std::string detail;  ///< Display-safe.
  std::optional<Usage> usage;
  /// What the error inside it calls for, where that is known.
  std::string reason = "bad-reply";
  Remedy remedy = Remedy::retry;
};

using ReadBody = std::function<std::expected<Completion, BadReply>(std::string_view body)>;

/// Reads a transfer: a lost one and a status that is not 2xx by the tables of faults, the body of
/// any other by `read_body`, with what the headers say about limits.
Exchange read_transfer(const TransferResult& result, std::int64_t now_unix, Api api,
                       const ReadBody& read_body);

/// The object that a body is; a BadReply says what else it is. A key that stands twice is refused.
std::expected<json::Value, BadReply> parse_object(std::string_view body);

/// What its `error` member says; nullopt without one. Display-safe.
std::optional<std::string> error_member(const json::Value& reply);

/// `parse_object` in OpenAI's older shape; an object whose `error` member says something is
/// refused.
std::expected<json::Value, BadReply> read_object(std::string_view body);

/// What a provider calls an end.
struct FinishName {
  std::string_view name;
  FinishReason reason;
};

/// What the word means, in any letter case; `other` for one not known and for no word.
FinishReason finish_named(const json::Value* told, std::span<const FinishName> names);

/// What the ends that OpenAI-compatible servers name mean, likewise.
FinishReason finish_reason_of(std::string_view name);

/// The texts of the parts of that type, in order, each under its `member`; nullopt without any.
std::optional<std::string> text_of_parts(const json::Array& parts, std::string_view type,
                                         std::string_view member = "text");

/// The completion. Without a text it is one only where the end explains that: refused, or cut.
std::expected<Completion, BadReply> completion_of(std::optional<std::string> text,
                                                  FinishReason finish, std::optional<Usage> usage);

/// Reads `choices[0]` of chat or completions: its text, why it ended, and the usage beside it.
/// Anything else (HTML, bad UTF-8, half a document, an error member, wrong types, no text without a
/// reason for it) is a BadReply, never an answer.
std::expected<Completion, BadReply> read_completion(std::string_view body, Api api);

/// Reads the vectors of a reply, each put into its place by its own `index`, never by where it
/// stands. BadReply: an index that is missing, stands twice or leaves a gap, vectors of unequal
/// lengths, a number that is not finite, and what is no list of vectors at all. A vector is a list
/// of numbers, or base64 of float32, lowest byte first.
std::expected<Completion, BadReply> read_vectors(std::string_view body);

/// A count of tokens in `usage`; nullopt when it is absent or cannot be believed.
std::optional<std::int64_t> token_count(const json::Value& usage, std::string_view path);

/// Where a usage member has its counts.
struct UsageNames {
  std::string_view input = "prompt_tokens";
  std::string_view output = "completion_tokens";
  std::string_view input_details = "prompt_tokens_details";
  std::string_view output_details = "completion_tokens_details";
};

/// The usage member of `reply`. Counts that are missing, null, negative, fractional or absurd make
/// it nullopt: a bill that cannot be believed is no bill. Details that cannot be believed count 0.
std::optional<Usage> read_usage(const json::Value& reply, const UsageNames& names = {});

/// Whether there is input at all, and no part is more than its whole.
bool is_possible(const Usage& usage);

}  // namespace sheaf::provider
