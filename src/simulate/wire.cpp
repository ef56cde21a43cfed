#include "simulate/wire.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::simulate {

std::vector<std::string> Wire::events(const ModelReply&, std::span<const std::string_view>,
                                      bool) const {
  return {};
}

std::vector<Header> Wire::wait_headers(const Refusal& refusal) const {
  if (refusal.never) return {{"x-should-retry", "false"}};
  if (!refusal.retry_after) return {};
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(*refusal.retry_after).count();
  return {{"Retry-After", std::to_string(std::max<std::int64_t>(1, seconds))},
          {"retry-after-ms", std::to_string(refusal.retry_after->count())}};
}

const std::string* find_header(std::span<const Header> headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [name](const Header& header) { return text::equals_fold_ascii(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

void add_bearer(const HttpRequest& request, std::vector<std::string_view>& keys) {
  constexpr std::string_view scheme = "Bearer ";
  const auto* header = find_header(request.headers, "authorization");
  if (header == nullptr) return;
  const auto value = std::string_view(*header);
  keys.push_back(value.starts_with(scheme) ? value.substr(scheme.size()) : "");
}

void add_key_header(const HttpRequest& request, std::string_view name,
                    std::vector<std::string_view>& keys) {
  if (const auto* header = find_header(request.headers, name)) keys.emplace_back(*header);
}

std::string reply_id(const ModelReply& reply, std::string_view prefix) {
  return fmt::format("{}{}-{}", prefix, model_name, reply.number);
}

}  // namespace sheaf::simulate
