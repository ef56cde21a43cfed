#include "simulate/voice.hpp"

#include "core/text.hpp"

namespace sheaf::simulate {

std::string voice_text(std::string_view text) {
  std::string out;
  for (const auto line : text::lines(text)) {
    for (const char c : line) out.push_back(c == '\r' ? '\n' : c);
    out.push_back('\n');
  }
  return std::string(text::trim(out));
}

VoiceParts split_voice(std::string_view text) {
  const auto line_end = text.rfind('\n');
  const auto last = line_end == text.npos ? text : text.substr(line_end + 1);
  if (!last.starts_with(voice_label)) return {.body = text, .value = std::nullopt};
  const auto value = text::trim(last.substr(voice_label.size()));
  if (value.empty()) return {.body = text, .value = std::nullopt};
  const auto body = line_end == text.npos ? std::string_view() : text.substr(0, line_end);
  return {.body = text::trim(body), .value = value};
}

}  // namespace sheaf::simulate
