// Anthropic's Message Batches. Sources: docs/providers/wire.md, 2.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "provider/bulk.hpp"

namespace sheaf::provider {

/// The lines are the body of POST /messages/batches. A batch keeps nothing of the intent, and tells
/// its counts when all of it has ended. Nothing is billed of a request that failed, was canceled or
/// expired (platform.claude.com/docs/en/build-with-claude/batch-processing).
class AnthropicBulk final : public Bulk {
 public:
  explicit AnthropicBulk(const Provider& provider) : provider_(provider) {}

  BulkLimits limits() const override;
  std::string line(std::string_view custom_id, const HttpRequest& request) const override;
  std::optional<HttpRequest> upload(const BulkIntent& intent, std::string lines) const override;
  std::expected<std::string, Fault> read_upload(const TransferResult& result,
                                                std::int64_t now_unix) const override;
  HttpRequest create(const BulkIntent& intent, std::string lines) const override;
  HttpRequest look(std::string_view id) const override;
  std::expected<BulkStatus, Fault> read_status(const TransferResult& result,
                                               std::int64_t now_unix) const override;
  HttpRequest list(std::string_view page) const override;
  std::expected<BulkPage, Fault> read_list(const TransferResult& result,
                                           std::int64_t now_unix) const override;
  HttpRequest results(std::string_view place) const override;
  std::optional<BulkResult> read_result(std::string_view line,
                                        std::int64_t now_unix) const override;

 private:
  const Provider& provider_;
};

}  // namespace sheaf::provider
