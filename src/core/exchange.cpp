#include "core/exchange.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace sheaf {

const std::string* HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [name](const Header& header) { return text::equals_fold_ascii(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

std::string_view header_of(KeyHeader header) {
  switch (header) {
    case KeyHeader::bearer:
      return "Authorization";
    case KeyHeader::api_key:
      return "api-key";
    case KeyHeader::x_api_key:
      return "x-api-key";
    case KeyHeader::x_goog_api_key:
      break;
  }
  return "x-goog-api-key";
}

void add(Usage& usage, const Usage& more) {
  usage.input_tokens += more.input_tokens;
  usage.cached_input_tokens += more.cached_input_tokens;
  usage.output_tokens += more.output_tokens;
  usage.reasoning_tokens += more.reasoning_tokens;
  usage.cache_write_tokens += more.cache_write_tokens;
}

}  // namespace sheaf
