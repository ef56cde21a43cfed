// OpenAI's Batch API. Sources: docs/providers/wire.md, 4.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "provider/bulk.hpp"

namespace sheaf::provider {

/// A file of lines is uploaded as a form, then named by POST /batches, whose `metadata` keeps the
/// intent. What of the file is refused fails the batch after it was created. Results stand in two
/// files: of requests that were answered, and of all others.
class OpenAiBulk final : public Bulk {
 public:
  explicit OpenAiBulk(const Provider& provider) : provider_(provider) {}

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
  std::expected<BulkStatus, Fault> status_of(const json::Value& batch, std::int64_t now_unix) const;
  void refuse(BulkStatus& status, const json::Value& batch, std::int64_t now_unix) const;

  const Provider& provider_;
};

}  // namespace sheaf::provider
