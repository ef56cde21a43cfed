// Google's Gemini: generateContent.
#pragma once

#include <string_view>
#include <vector>

#include "simulate/wire.hpp"

namespace sheaf::simulate {

/// The model stands in the path. Members that the provider does not know are refused; sampling is
/// taken and ignored. No limit headers; the wait stands in the error. Does not stream.
class GeminiWire final : public Wire {
 public:
  std::vector<std::string_view> keys(const HttpRequest& request) const override;
  std::expected<ModelRequest, Refusal> read(const Asked& asked) const override;
  json::Value reply(const ModelReply& reply) const override;
  int status(int openai_status) const override;
  json::Value refusal(const Refusal& refusal, std::string_view request_id) const override;
  std::vector<Header> wait_headers(const Refusal& refusal) const override;
  std::vector<Header> limit_headers(std::span<const LimitLeft> left,
                                    CalendarTime now) const override;
  bool ends_at_context() const override { return true; }
  Refusal beyond_context(const ModelRequest& request, std::int64_t context) const override;
  Refusal beyond_cap(const ModelRequest& request, std::int64_t most) const override;
};

}  // namespace sheaf::simulate
