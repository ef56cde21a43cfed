// Anthropic's Messages.
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

/// Sent as `anthropic-version`: later ones refuse sampling parameters.
inline constexpr const char* anthropic_version = "2023-06-01";

/// POST /messages. The system's text and what is shared are blocks, the last of them with the
/// cache's mark.
class Anthropic final : public Provider {
 public:
  explicit Anthropic(ModelSpec model) : model_(std::move(model)) {}
  using Provider::request;
  std::string opening(std::span<const Message> shared) const override;
  HttpRequest request(std::string_view opening, const Prompt& own) const override;
  Exchange read(const TransferResult& result, std::int64_t now_unix) const override;

 private:
  ModelSpec model_;
};

/// As `read_completion`: the text blocks are the answer, thoughts are not. The three disjoint
/// counts of input are summed; one that cannot be believed leaves no bill.
std::expected<Completion, BadReply> read_message(std::string_view body);

}  // namespace sheaf::provider
