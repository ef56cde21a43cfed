// Any bytes as the body of a reply that succeeded, and what each provider makes of it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/json.hpp"
#include "core/text.hpp"
#include "provider/reply.hpp"
#include "require.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

void check_usage(const std::optional<Usage>& usage) {
  if (!usage) return;
  require(usage->input_tokens >= 0 && usage->output_tokens >= 0);
  require(usage->cached_input_tokens >= 0 && usage->cached_input_tokens <= usage->input_tokens);
  require(usage->reasoning_tokens >= 0 && usage->reasoning_tokens <= usage->output_tokens);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const Api api : {Api::chat, Api::completions}) {
    const auto read = provider::read_completion(body, api);
    if (!read) {
      const auto& detail = read.error().detail;
      require(!detail.empty() && text::display_safe(detail, detail.size()) == detail);
      check_usage(read.error().usage);
      continue;
    }
    const auto parsed = json::parse(body);
    require(parsed.has_value() && parsed->find("choices") != nullptr);
    require(!read->text.empty() || read->finish != FinishReason::stop);
    check_usage(read->usage);
  }
  return 0;
}
