// What passes between prompt, provider, transport and settle: one prompt, one request, one reply.
// Plain values; every type here may be copied between threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sheaf/usage.hpp>

#include "core/json.hpp"
#include "core/price.hpp"
#include "core/secret.hpp"

namespace sheaf {

/// A moment on a clock that only the caller knows: monotonic in a run, virtual in a simulation.
using Time = std::chrono::microseconds;
using Millis = std::chrono::milliseconds;

enum class Role { system, user, assistant };

struct Message {
  Role role = Role::user;
  std::string text;
};

/// The messages for one batch, before any provider's JSON. For the completions API `messages` holds
/// one user message whose text is the whole prompt.
struct Prompt {
  std::vector<Message> messages;
  /// What the reply is primed with ("A[1]:"), to be put back before decoding; empty in chat.
  std::string primed;
  /// Sent as the stop sequence; empty when none.
  std::string stop;
  /// Requests with equal keys go to one cache, where the provider routes by it; empty when none.
  std::string cache_key = {};
  /// Bytes at the beginning of the last message that are equal in all prompts with its prefix.
  std::size_t static_bytes = 0;
  std::int64_t max_output_tokens = 0;
  /// A GBNF grammar that the reply has to keep to; empty: none.
  std::string grammar = {};
};

/// The wire formats.
enum class Api {
  chat,              ///< OpenAI's chat completions, and what is compatible with it.
  completions,       ///< OpenAI's completions, likewise.
  responses,         ///< OpenAI's Responses.
  messages,          ///< Anthropic's Messages.
  generate_content,  ///< Google's Gemini.
};
enum class OutputCap { max_tokens, max_completion_tokens };

/// How a request marks the end of the prefix that it shares with others, for the provider's cache.
enum class CacheMark {
  none,           ///< Not at all.
  breakpoint,     ///< OpenAI's `prompt_cache_breakpoint`, and no automatic one.
  cache_control,  ///< Anthropic's, on the last block of the prefix.
};

struct PromptCache {
  CacheMark mark = CacheMark::none;
  std::string lifetime;  ///< As the provider writes it ("5m", "1h", "30m"); empty: its default.
};

/// Everything about the model that reaches the request bytes.
struct ModelSpec {
  std::string name;  ///< As sent: the provider segment is already removed.
  Api api = Api::chat;
  OutputCap output_cap = OutputCap::max_tokens;                 ///< Of chat.
  std::optional<json::Number> temperature = json::Number{"0"};  ///< nullopt: not sent.
  bool stops = true;                                            ///< Stop sequences are sent.
  /// Members that keep reasoning off, or lowest; of Gemini members of `generationConfig`.
  json::Object reasoning;
  /// Added to the output cap of every request for the model's reasoning.
  std::int64_t reasoning_tokens = 0;
  PromptCache cache;
  std::string service_tier;  ///< OpenAI's, of chat and Responses; empty: none is sent.
  json::Object parameters;   ///< Members added to the body as they are; they win over ours.
};

/// The model that turns texts into vectors.
struct EmbeddingSpec {
  std::string name;                        ///< As sent: the provider segment is already removed.
  std::optional<std::int64_t> dimensions;  ///< Absent: the model's own.
};

struct Header {
  std::string name;
  std::string value;
};

/// The header that carries the key.
enum class KeyHeader {
  bearer,          ///< `Authorization: Bearer KEY`
  api_key,         ///< `api-key`: Azure.
  x_api_key,       ///< `x-api-key`: Anthropic.
  x_goog_api_key,  ///< `x-goog-api-key`: Gemini.
};

/// Its name.
std::string_view header_of(KeyHeader header);

/// One account at one address, with the key that opens it.
struct Endpoint {
  std::string base_url;  ///< "https://api.openai.com/v1", without a trailing slash.
  Secret key;            ///< Empty: none is sent.
  KeyHeader key_header = KeyHeader::bearer;
  std::vector<std::pair<std::string, Secret>> headers;  ///< Further headers, as the task says.
};

/// Never log a request as a whole: `headers` holds the key.
struct HttpRequest {
  std::string method;
  std::string url;
  std::vector<Header> headers;
  std::string body;
};

struct HttpResponse {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  /// Value of the first header of that name, compared without case; nullptr when absent.
  const std::string* header(std::string_view name) const;
};

/// Why no response came.
enum class TransportFaultKind {
  resolve,
  connect,
  tls,
  connect_timeout,
  stall,
  attempt_timeout,
  reset,
  protocol,
  too_large,
  cancelled
};

struct TransportFault {
  TransportFaultKind kind = TransportFaultKind::connect;
  std::string detail;
  /// False only when the request certainly never reached the server, so that it cannot be billed.
  bool maybe_served = true;
};

using TransferResult = std::variant<HttpResponse, TransportFault>;

/// Adds every count of `more` to `usage`.
void add(Usage& usage, const Usage& more);

/// Why the model stopped. `refused`: the provider says so (content_filter, refusal), not the words.
enum class FinishReason { stop, length, refused, other };

/// Vectors of texts: a row for each text, in the order of the texts, all of one length.
struct TextVectors {
  std::size_t dimensions = 0;
  std::vector<float> values;  ///< Finite.
};

struct Completion {
  std::string text;
  FinishReason finish = FinishReason::stop;
  std::optional<Usage> usage;
  TextVectors vectors = {};  ///< Of a request for vectors, in place of a text.
};

/// What to do about a request that brought no completion.
enum class Remedy {
  wait,           ///< 429, 529: the same bytes later; uses up no attempt.
  retry,          ///< Network or server fault: the same bytes again, with jitter.
  smaller_batch,  ///< This prompt is refused: halve it; at one sample, the sample fails.
  same_batch,     ///< Nobody came to it: its samples again, in a batch as large.
  stop_run,       ///< No request will do better: key refused, no credit, wrong address.
};

/// A fault never becomes an answer. `reason` is one of the words in docs/output-format.md.
struct Fault {
  std::string reason;
  std::string detail;  ///< For people; display-safe; holds no key.
  Remedy remedy = Remedy::retry;
  int status = 0;  ///< HTTP status; 0 when there was no response.
  std::optional<Millis> retry_after;
  std::optional<Usage> usage;
  /// True when the attempt may have been billed although no usage was told.
  bool maybe_billed = true;
  /// What came, in a form of its reader's, where whoever wrote the request is to see it: a request
  /// that is asked alone then fails alone, with this as its text. Else empty.
  std::string response = {};
};

/// What x-ratelimit-* headers said; absent, 0 or negative limits are unknown.
struct RateLimitHint {
  std::optional<std::int64_t> limit_requests, remaining_requests, limit_tokens, remaining_tokens;
  std::optional<Millis> reset_requests, reset_tokens;
};

/// One attempt, read.
struct Exchange {
  std::variant<Completion, Fault> outcome;
  RateLimitHint hint;
};

}  // namespace sheaf
