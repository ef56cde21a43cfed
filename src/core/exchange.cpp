#include "core/exchange.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace sheaf {

const std::string* HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [name](const Header& header) { return text::equals_fold_ascii(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

void add(Usage& usage, const Usage& more) {
  usage.input_tokens += more.input_tokens;
  usage.cached_input_tokens += more.cached_input_tokens;
  usage.output_tokens += more.output_tokens;
  usage.reasoning_tokens += more.reasoning_tokens;
}

Money Price::cost(const Usage& usage) const {
  const std::int64_t cached = std::min(usage.cached_input_tokens, usage.input_tokens);
  return input * (usage.input_tokens - cached) + cached_input * cached +
         output * usage.output_tokens;
}

}  // namespace sheaf
