#include "simulate/voice.hpp"

#include <cstdint>
#include <cstring>

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

std::string pack_voices(const std::vector<Voice>& voices) {
  std::string packed;
  const auto append = [&](std::string_view part) {
    const auto size = static_cast<std::uint32_t>(part.size());
    packed.append(reinterpret_cast<const char*>(&size), sizeof size).append(part);
  };
  for (const auto& voice : voices) {
    packed.push_back(voice.is_right ? 1 : 0);
    for (const auto part : {voice.text, voice.value, voice.reading}) append(part);
  }
  return packed;
}

std::vector<Voice> unpack_voices(std::string_view packed) {
  std::vector<Voice> voices;
  const auto take = [&] {
    std::uint32_t size = 0;
    std::memcpy(&size, packed.data(), sizeof size);
    const auto part = packed.substr(sizeof size, size);
    packed.remove_prefix(sizeof size + size);
    return part;
  };
  while (!packed.empty()) {
    Voice voice;
    voice.is_right = packed.front() != 0;
    packed.remove_prefix(1);
    voice.text = take();
    voice.value = take();
    voice.reading = take();
    voices.push_back(voice);
  }
  return voices;
}

}  // namespace sheaf::simulate
