// Any HTTP response: status, headers and body. The first two bytes are the status and the kind of
// API; lines up to an empty one are headers; the rest is the body.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "core/text.hpp"
#include "provider/provider.hpp"
#include "require.hpp"
#include "require_usage.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

constexpr std::int64_t now_unix = 1'750'000'000;
constexpr std::int64_t week_ms = 7LL * 24 * 3600 * 1000;
/// What a header would have to smuggle past the redaction of a fault.
constexpr std::string_view key = "sk-proj-0123456789abcdefghijKLMNOP";

void check_hint(const RateLimitHint& hint) {
  for (const auto& limit : {hint.limit_requests, hint.limit_tokens}) require(!limit || *limit > 0);
  for (const auto& left : {hint.remaining_requests, hint.remaining_tokens}) {
    require(!left || *left >= 0);
  }
  for (const auto& reset : {hint.reset_requests, hint.reset_tokens}) {
    require(!reset || reset->count() >= 0);
  }
}

void check(const Exchange& exchange, const HttpResponse& response) {
  check_hint(exchange.hint);
  if (const auto* completion = std::get_if<Completion>(&exchange.outcome)) {
    require(response.status >= 200 && response.status < 300);
    require(!text::find_invalid_utf8(completion->text));
    fuzz::require_possible(completion->usage);
    return;
  }
  const auto& fault = std::get<Fault>(exchange.outcome);
  fuzz::require_possible(fault.usage);
  require(!fault.reason.empty() && fault.status == response.status);
  require(text::display_safe(fault.detail, fault.detail.size()) == fault.detail);
  require(fault.detail.find(key) == std::string::npos);
  require(!fault.retry_after ||
          (fault.retry_after->count() > 0 && fault.retry_after->count() <= week_ms));
}

std::unique_ptr<provider::Provider> provider_of(Api api) {
  ModelSpec model;
  model.name = "gpt-4o-mini";
  model.api = api;
  return provider::make_provider(model);
}

HttpResponse response_of(int status, std::string_view bytes) {
  HttpResponse response{.status = status, .headers = {}, .body = {}};
  while (!bytes.empty() && bytes.front() != '\n') {
    const auto line = bytes.substr(0, bytes.find('\n'));
    const auto colon = std::min(line.find(':'), line.size());
    const auto value = text::trim(line.substr(std::min(colon + 1, line.size())));
    response.headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
  }
  response.body = bytes.substr(std::min<std::size_t>(1, bytes.size()));
  return response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const std::array providers{provider_of(Api::chat), provider_of(Api::completions),
                                    provider_of(Api::responses), provider_of(Api::messages),
                                    provider_of(Api::generate_content)};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto response = response_of(200 + data[0] * 2, bytes);
  const auto& provider = providers.at(data[1] % providers.size());
  check(provider->read(response, now_unix), response);
  return 0;
}
