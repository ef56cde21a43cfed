// A provider's wire format, from the server's side: one class a format, one file a class.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/simulate.hpp>

#include "core/exchange.hpp"
#include "core/json.hpp"
#include "simulate/account_limits.hpp"
#include "simulate/calendar.hpp"
#include "simulate/model_reply.hpp"
#include "simulate/model_request.hpp"
#include "simulate/token_counter.hpp"

namespace sheaf::simulate {

/// What a request is read from.
struct Asked {
  std::span<const Header> headers;
  std::string_view path;  ///< Without a query.
  const json::Value& body;
  const SimulateOptions& options;
  TokenCounter& counter;
};

/// One format. Immutable; any thread.
class Wire {
 public:
  virtual ~Wire() = default;

  /// All keys that a request sends, as this format sends them.
  virtual std::vector<std::string_view> keys(const HttpRequest& request) const = 0;
  /// Members that do not matter here are ignored, unless the provider itself refuses them.
  virtual std::expected<ModelRequest, Refusal> read(const Asked& asked) const = 0;

  virtual json::Value reply(const ModelReply& reply) const = 0;
  /// The same as server-sent events, `pieces` being the reply's text; for requests whose `stream`
  /// the format accepts.
  virtual std::vector<std::string> events(const ModelReply& reply,
                                          std::span<const std::string_view> pieces,
                                          bool include_usage) const;

  /// The HTTP status that stands for OpenAI's here.
  virtual int status(int openai_status) const { return openai_status; }
  /// The body of a refusal. `request_id` is the one that its headers tell.
  virtual json::Value refusal(const Refusal& refusal, std::string_view request_id) const = 0;
  /// Headers of a refusal that say when to come again: seconds, milliseconds, or not at all.
  virtual std::vector<Header> wait_headers(const Refusal& refusal) const;

  virtual std::string_view request_id_header() const { return "x-request-id"; }
  /// What is left of the limits, at the calendar's `now`.
  virtual std::vector<Header> limit_headers(std::span<const LimitLeft> left,
                                            CalendarTime now) const = 0;

  /// The rule by which this provider caches prompts.
  virtual SimulatedCache cache_rule() const { return SimulatedCache::openai_automatic; }

  /// Whether a reply may run until the context is full. Otherwise the prompt and the cap must fit
  /// into it together.
  virtual bool ends_at_context() const { return false; }
  /// Prompt and cap do not fit into `context` tokens.
  virtual Refusal beyond_context(const ModelRequest& request, std::int64_t context) const = 0;
  /// The cap is above `most` tokens.
  virtual Refusal beyond_cap(const ModelRequest& request, std::int64_t most) const = 0;
};

/// The first header of that name, compared without case; nullptr when there is none.
const std::string* find_header(std::span<const Header> headers, std::string_view name);
/// Adds the key of `Authorization: Bearer KEY`.
void add_bearer(const HttpRequest& request, std::vector<std::string_view>& keys);
/// Adds the value of a header that is the key.
void add_key_header(const HttpRequest& request, std::string_view name,
                    std::vector<std::string_view>& keys);
/// "simulated-7"
std::string reply_id(const ModelReply& reply, std::string_view prefix = {});

}  // namespace sheaf::simulate
