// Any bytes as the body of a reply that succeeded, and what each provider makes of it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/json.hpp"
#include "core/text.hpp"
#include "provider/reply.hpp"
#include "require.hpp"
#include "require_usage.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sheaf;
  using fuzz::require;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const Api api : {Api::chat, Api::completions}) {
    const auto read = provider::read_completion(body, api);
    if (!read) {
      const auto& detail = read.error().detail;
      require(!detail.empty() && text::display_safe(detail, detail.size()) == detail);
      fuzz::require_possible(read.error().usage);
      continue;
    }
    const auto parsed = json::parse(body);
    require(parsed.has_value() && parsed->find("choices") != nullptr);
    require(!read->text.empty() || read->finish != FinishReason::stop);
    fuzz::require_possible(read->usage);
  }
  return 0;
}
