// What all providers' replies about bulk jobs have in common. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/exchange.hpp"
#include "core/json.hpp"
#include "provider/bulk.hpp"
#include "provider/provider.hpp"

namespace sheaf::provider {

/// The object of a reply that succeeded; else what `provider` makes of the same failure.
std::expected<json::Value, Fault> read_bulk_reply(const TransferResult& result,
                                                  std::int64_t now_unix, const Provider& provider);

/// The fault of a success status whose body is not what was asked for ("the reply is no batch").
Fault not_told(std::string detail);

/// The text at a dotted path; empty where there is none.
std::string told_text(const json::Value& value, std::string_view path);
/// The count at a dotted path; 0 where there is none, or one that cannot be.
std::int64_t told_count(const json::Value& value, std::string_view path);

using ReadJob = std::function<std::expected<BulkStatus, Fault>(const json::Value& job)>;

/// A page in the form that OpenAI and Anthropic share: `data`, `has_more`. One job in it that
/// cannot be read makes the page a fault: who looks for a job must not pass it over.
std::expected<BulkPage, Fault> read_page(const json::Value& reply, const ReadJob& read_job);

/// A result line, and whose it is.
struct ResultLine {
  std::string custom_id;
  json::Value line;
};

/// nullopt where it does not say whose it is, or says so twice.
std::optional<ResultLine> read_result_line(std::string_view line);

/// What `provider` makes of a body that stands inside a result line, as if it had come alone. A
/// body that is a text was no JSON.
Exchange read_inner(const Provider& provider, int status, const json::Value* body,
                    std::int64_t now_unix);

/// The result of a request that the provider did not come to; `detail` is display-safe.
BulkResult unserved(std::string custom_id, std::string detail);

}  // namespace sheaf::provider
