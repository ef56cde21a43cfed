// OpenAI's Responses.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "provider/provider.hpp"
#include "provider/reply.hpp"

namespace sheaf::provider {

/// POST /responses, with `store: false`. This API has no stop sequences.
class Responses final : public Provider {
 public:
  explicit Responses(ModelSpec model) : model_(std::move(model)) {}
  using Provider::request;
  std::string opening(std::span<const Message> shared) const override;
  HttpRequest request(std::string_view opening, const Prompt& own) const override;
  Exchange read(const TransferResult& result, std::int64_t now_unix) const override;

 private:
  ModelSpec model_;
};

/// As `read_completion`: the texts of messages are the answer, reasoning is not. An error inside is
/// a BadReply with the remedy of its code.
std::expected<Completion, BadReply> read_response(std::string_view body);

}  // namespace sheaf::provider
