// Any bytes as a template: its literal text comes out as it is, and a field's text is never
// expanded again. A 0x1E byte parts the template from the field.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "require.hpp"
#include "task/template.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

/// The text of the template with `field` for every column: told without the parser's own parts.
std::string expected(std::string_view text, std::string_view field) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with("{{{{")) {
      out += "{{";
      text.remove_prefix(4);
    } else if (text.starts_with("{{")) {
      out += field;
      text.remove_prefix(text.find("}}") + 2);
    } else {
      out.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto part = bytes.find('\x1E');
  const auto source = bytes.substr(0, part);
  const std::string field(part == bytes.npos ? "{{a}}" : bytes.substr(part + 1));
  const auto parsed = task::Template::parse(source);
  if (!parsed) {
    require(parsed.error().offset <= source.size() && !parsed.error().reason.empty());
    return 0;
  }
  json::Object row;
  for (const auto& name : parsed->columns()) {
    require(!name.empty());
    if (name.find('.') != std::string::npos) return 0;
    row.emplace_back(name, json::Value(field));
  }
  const auto expanded = parsed->expand(json::Value(std::move(row)));
  require(expanded && *expanded == expected(source, field));
  return 0;
}
