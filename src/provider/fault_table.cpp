#include "provider/fault_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "provider/headers.hpp"
#include "provider/redact.hpp"

namespace sheaf::provider {
namespace {

/// Whether a refused attempt may have cost something although no usage was told.
enum class Billing { none, possible };

/// How a row of the status table is recognised: by status alone, by one of the error's codes or
/// types, or by words of its message (lower case).
enum class By { status, code, words };

struct Row {
  int from;
  int to;
  By by;
  std::string_view sign;
  std::string_view reason;
  Remedy remedy;
  Billing billing;
  std::string_view advice;  ///< What to do, where the run stops.
};

constexpr std::string_view check_key =
    "the key was refused: check that it is right and may use this model";
constexpr std::string_view check_credit =
    "the account has no credit left: add some, then run the same command again";
constexpr std::string_view check_address =
    "nothing answers at this address: check the base URL and the model's name";
constexpr std::string_view check_redirect =
    "the address answers with a redirect, which is not followed because the key would go along: "
    "give the base URL that it leads to";
constexpr std::string_view check_proxy =
    "the proxy wants credentials: put them into its address (HTTPS_PROXY)";

constexpr int any_first = 300;
constexpr int any_last = 599;
constexpr auto none = Billing::none;
constexpr auto possible = Billing::possible;
using enum Remedy;

/// First match wins: what the error says about itself goes before what its status says.
// Sources: platform.openai.com/docs/guides/error-codes; openrouter.ai/docs/api/reference/
// errors-and-debugging; Azure: "innererror" of the content filter; llama.cpp: tools/server README;
// vLLM, LM Studio and Groq: the words of their context errors.
constexpr std::array rows{
    Row{any_first, 499, By::code, "insufficient_quota", "no-credit", stop_run, none, check_credit},
    Row{any_first, 499, By::code, "billing_hard_limit_reached", "no-credit", stop_run, none,
        check_credit},
    Row{any_first, 499, By::code, "billing_not_active", "no-credit", stop_run, none, check_credit},
    Row{400, 499, By::code, "context_length_exceeded", "too-long", smaller_batch, none, {}},
    Row{400, any_last, By::code, "exceed_context_size_error", "too-long", smaller_batch, none, {}},
    Row{400, 499, By::code, "string_above_max_length", "too-long", smaller_batch, none, {}},
    Row{400, 499, By::code, "content_filter", "refused", smaller_batch, none, {}},
    Row{400, 499, By::code, "content_policy_violation", "refused", smaller_batch, none, {}},
    Row{400, 499, By::code, "responsibleaipolicyviolation", "refused", smaller_batch, none, {}},
    Row{400, 499, By::code, "flagged_input", "refused", smaller_batch, none, {}},
    Row{400, 499, By::code, "invalid_prompt", "refused", smaller_batch, none, {}},
    Row{400, 499, By::code, "bio_policy", "refused", smaller_batch, none, {}},
    Row{400, 499, By::code, "misalignment_policy_violation", "refused", smaller_batch, none, {}},
    Row{400, 400, By::code, "invalid_api_key", "key-refused", stop_run, none, check_key},
    Row{400, 400, By::code, "model_not_found", "not-found", stop_run, none, check_address},
    Row{400, 422, By::code, "invalid_model", "not-found", stop_run, none, check_address},
    Row{503, 503, By::code, "slow_down", "rate-limited", wait, none, {}},
    Row{400, 400, By::words, "incorrect api key", "key-refused", stop_run, none, check_key},
    Row{400, 400, By::words, "api key not valid", "key-refused", stop_run, none, check_key},
    Row{400,
        500,
        By::words,
        "exceeds the available context size",
        "too-long",
        smaller_batch,
        none,
        {}},
    Row{400, 422, By::words, "context length", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "context window", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "prompt is too long", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "input is too long", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "too many tokens", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "maximum model length", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "maximum number of tokens", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "max_new_tokens", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "must be at least 1, got -", "too-long", smaller_batch, none, {}},
    Row{400, 422, By::words, "completion tokens", "too-long", smaller_batch, none, {}},
    Row{429, 429, By::words, "request too large", "too-long", smaller_batch, none, {}},
    Row{503, 503, By::words, "slow down", "rate-limited", wait, none, {}},
    Row{300, 399, By::status, {}, "redirect", stop_run, none, check_redirect},
    Row{401, 401, By::status, {}, "key-refused", stop_run, none, check_key},
    Row{402, 402, By::status, {}, "no-credit", stop_run, none, check_credit},
    Row{403, 403, By::status, {}, "key-refused", stop_run, none, check_key},
    Row{404, 405, By::status, {}, "not-found", stop_run, none, check_address},
    Row{407, 407, By::status, {}, "proxy", stop_run, none, check_proxy},
    Row{408, 408, By::status, {}, "timeout", retry, none, {}},
    Row{409, 409, By::status, {}, "server-error", retry, none, {}},
    Row{410, 410, By::status, {}, "not-found", stop_run, none, check_address},
    Row{413, 413, By::status, {}, "too-long", smaller_batch, none, {}},
    Row{425, 425, By::status, {}, "server-error", retry, none, {}},
    Row{429, 429, By::status, {}, "rate-limited", wait, none, {}},
    Row{400, 499, By::status, {}, "rejected", smaller_batch, none, {}},
    Row{529, 529, By::status, {}, "overloaded", wait, none, {}},
    Row{500, 599, By::status, {}, "server-error", retry, possible, {}},
};

/// What Anthropic says in its own way. Source: docs/providers/wire.md, 1.
constexpr std::array anthropic_rows{
    Row{400, 499, By::code, "billing_error", "no-credit", stop_run, none, check_credit},
    Row{400, 499, By::words, "credit balance is too low", "no-credit", stop_run, none,
        check_credit},
    Row{400, 499, By::words, "exceed context limit", "too-long", smaller_batch, none, {}},
    Row{400,
        499,
        By::words,
        "allowed number of output tokens",
        "too-long",
        smaller_batch,
        none,
        {}},
    Row{400, 499, By::words, "content filtering policy", "refused", smaller_batch, none, {}},
    Row{400, any_last, By::code, "overloaded_error", "overloaded", wait, none, {}},
    Row{504, 504, By::code, "timeout_error", "timeout", retry, possible, {}},
};

/// What Gemini says in its own way: its statuses, and the reasons of google.rpc.ErrorInfo.
/// Source: docs/providers/wire.md, 6.
constexpr std::array gemini_rows{
    Row{400, 499, By::code, "api_key_invalid", "key-refused", stop_run, none, check_key},
    Row{400, 499, By::code, "billing_disabled", "no-credit", stop_run, none, check_credit},
    Row{400, 499, By::words, "enable billing", "no-credit", stop_run, none, check_credit},
    Row{400, 499, By::words, "credits are depleted", "no-credit", stop_run, none, check_credit},
    Row{400, 400, By::code, "failed_precondition", "key-refused", stop_run, none, check_key},
    Row{400, 499, By::words, "payload size exceeds", "too-long", smaller_batch, none, {}},
    Row{503, 503, By::code, "unavailable", "overloaded", wait, none, {}},
    Row{504, 504, By::code, "deadline_exceeded", "timeout", retry, possible, {}},
};

std::span<const Row> own_rows(Api api) {
  switch (api) {
    case Api::messages:
      return anthropic_rows;
    case Api::generate_content:
      return gemini_rows;
    case Api::chat:
    case Api::completions:
    case Api::responses:
      break;
  }
  return {};
}

constexpr Row no_http{0, 0, By::status, {}, "bad-reply", retry, possible, {}};

/// What an error response says about itself, wherever its server puts it.
struct ErrorBody {
  std::string message;
  std::vector<std::string> codes;  ///< Codes and types, in lower case.
  std::optional<Usage> usage;
  std::optional<Millis> retry_delay;
};

void add_code(ErrorBody& error, const json::Value* value) {
  if (value == nullptr) return;
  if (const auto* word = value->string()) error.codes.push_back(text::fold_ascii(*word));
}

const std::string* find_string(const json::Value& value, std::string_view path) {
  const auto* found = value.find_path(path);
  return found == nullptr ? nullptr : found->string();
}

std::string html_or_text(std::string_view body) {
  body = text::trim(body);
  return body.starts_with('<') ? "(an HTML page)" : std::string(body);
}

/// Google's list of details: reasons, and how long to wait.
void read_details(const json::Value& root, ErrorBody& error) {
  const auto* details = root.find_path("error.details");
  const auto* list = details == nullptr ? nullptr : details->array();
  if (list == nullptr) return;
  for (const auto& detail : *list) {
    add_code(error, detail.find("reason"));
    const auto* delay = find_string(detail, "retryDelay");
    if (delay == nullptr) continue;
    const auto asked = read_duration(*delay);
    if (asked && asked->count() > 0) error.retry_delay = asked;
  }
}

ErrorBody read_error(std::string_view body) {
  ErrorBody error;
  const auto parsed = json::parse(body);
  if (!parsed) {
    error.message = html_or_text(body);
    return error;
  }
  // Gemini wraps its error in a list.
  const auto* list = parsed->array();
  const auto& root = list != nullptr && !list->empty() ? list->front() : *parsed;
  error.usage = read_usage(root);
  for (const auto path :
       {"error.message", "error", "message", "detail", "detail.0.msg", "message.detail.0.msg"}) {
    const auto* words = find_string(root, path);
    if (words == nullptr || words->empty()) continue;
    error.message = *words;
    break;
  }
  if (error.message.empty()) error.message = body;
  // A router says "Provider returned error" and quotes the provider.
  if (const auto* quoted = find_string(root, "error.metadata.raw")) {
    error.message += ": " + *quoted;
  }
  for (const auto path :
       {"error.code", "error.type", "error.status", "error.innererror.code", "code", "type"}) {
    add_code(error, root.find_path(path));
  }
  read_details(root, error);
  if (root.find_path("error.metadata.flagged_input") != nullptr) {
    error.codes.emplace_back("flagged_input");
  }
  return error;
}

const Row& row_of(int status, const ErrorBody& error, Api api) {
  const auto message = text::fold_ascii(error.message);
  const auto matches = [&](const Row& row) {
    if (status < row.from || status > row.to) return false;
    if (row.by == By::code) return std::ranges::find(error.codes, row.sign) != error.codes.end();
    return row.by == By::status || message.find(row.sign) != std::string::npos;
  };
  const auto own = own_rows(api);
  if (const auto found = std::ranges::find_if(own, matches); found != own.end()) return *found;
  const auto* found = std::ranges::find_if(rows, matches);
  return found == rows.end() ? no_http : *found;
}

/// `x-should-retry` decides between again and not again where the status alone would: a wait stays
/// a wait, and what the error said about itself stands.
Remedy remedy_of(const Row& row, const HttpResponse& response) {
  const auto* told = response.header("x-should-retry");
  if (told == nullptr || row.by != By::status || row.remedy == wait) return row.remedy;
  const auto word = text::fold_ascii(text::trim(*told));
  if (word == "true") return retry;
  if (word == "false" && row.remedy == retry) return smaller_batch;
  return row.remedy;
}

std::string detail_of(const Row& row, const HttpResponse& response, const ErrorBody& error) {
  auto said = fmt::format("HTTP {}", response.status);
  if (const auto words = shown(error.message); !words.empty()) said += ": " + words;
  const auto* location = response.header("location");
  if (location != nullptr && response.status < 400) said += " -> " + shown(*location);
  return row.advice.empty() ? said : fmt::format("{} ({})", row.advice, said);
}

struct NetworkRow {
  TransportFaultKind kind;
  std::string_view reason;
  Remedy remedy;
  std::string_view advice;
};

/// In the order of the kinds.
constexpr std::array network_rows{
    NetworkRow{TransportFaultKind::resolve, "network", retry, "the address was not found"},
    NetworkRow{TransportFaultKind::connect, "network", retry, "no connection"},
    NetworkRow{TransportFaultKind::tls, "tls", stop_run,
               "the server's certificate was not accepted; for a private authority give --ca-file"},
    NetworkRow{TransportFaultKind::connect_timeout, "timeout", retry, "no connection in time"},
    NetworkRow{TransportFaultKind::stall, "timeout", retry, "the server fell silent"},
    NetworkRow{TransportFaultKind::attempt_timeout, "timeout", retry, "no whole reply in time"},
    NetworkRow{TransportFaultKind::reset, "network", retry, "the connection broke"},
    NetworkRow{TransportFaultKind::protocol, "network", retry, "the reply was not HTTP"},
    NetworkRow{TransportFaultKind::too_large, "bad-reply", retry, "the reply was too large"},
    NetworkRow{TransportFaultKind::cancelled, "cancelled", retry, "cancelled"},
};
static_assert(network_rows.size() == static_cast<std::size_t>(TransportFaultKind::cancelled) + 1);

/// A request that could not even be formed: no second try forms it.
constexpr NetworkRow not_formed{TransportFaultKind::protocol, "bad-request", stop_run,
                                "the request could not be made; check the base URL and headers"};

const NetworkRow& network_row(const TransportFault& fault) {
  if (fault.kind == TransportFaultKind::protocol && !fault.maybe_served) return not_formed;
  const auto& row = network_rows.at(static_cast<std::size_t>(fault.kind));
  assert(row.kind == fault.kind);
  return row;
}

}  // namespace

Fault refusal(const HttpResponse& response, std::int64_t now_unix, Api api) {
  const auto error = read_error(response.body);
  const auto& row = row_of(response.status, error, api);
  Fault fault;
  fault.reason = row.reason;
  fault.detail = detail_of(row, response, error);
  fault.remedy = remedy_of(row, response);
  fault.status = response.status;
  fault.retry_after = retry_after(response, now_unix);
  if (!fault.retry_after) fault.retry_after = error.retry_delay;
  fault.usage = error.usage;
  fault.maybe_billed = row.billing == possible && !error.usage;
  return fault;
}

Fault lost(const TransportFault& lost) {
  const auto& row = network_row(lost);
  Fault fault;
  fault.reason = row.reason;
  fault.detail = row.advice;
  if (const auto words = shown(lost.detail); !words.empty()) fault.detail += ": " + words;
  fault.remedy = row.remedy;
  fault.maybe_billed = lost.maybe_served;
  return fault;
}

Fault bad_reply(int status, BadReply bad) {
  Fault fault;
  fault.reason = std::move(bad.reason);
  fault.detail = std::move(bad.detail);
  fault.remedy = bad.remedy;
  fault.status = status;
  fault.usage = bad.usage;
  const bool turned_away = bad.remedy == wait || bad.remedy == stop_run;
  fault.maybe_billed = !bad.usage && !turned_away;
  return fault;
}

}  // namespace sheaf::provider
