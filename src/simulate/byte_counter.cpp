#include "simulate/byte_counter.hpp"

#include <utility>

#include "core/text.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::size_t bytes_per_token = 4;
constexpr std::size_t bytes_per_step = tokens_per_step * bytes_per_token;

std::int64_t tokens_of(std::size_t bytes) {
  return static_cast<std::int64_t>((bytes + bytes_per_token - 1) / bytes_per_token);
}

CountedPrompt counted(std::string text, std::int64_t tokens) {
  CountedPrompt prompt{.text = std::move(text), .tokens = tokens, .steps = {}, .parts = {}};
  for (auto end = bytes_per_step; end <= prompt.text.size(); end += bytes_per_step) {
    prompt.steps.push_back(end);
  }
  return prompt;
}

/// A token's bytes, and more where a character would be cut.
std::size_t piece_size(std::string_view text) {
  auto size = bytes_per_token;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

}  // namespace

std::int64_t ByteCounter::count(std::string_view text) { return tokens_of(text.size()); }

CountedPrompt ByteCounter::chat(std::span<const ChatMessage> messages) {
  std::size_t bytes = 0;
  std::size_t roles = 0;
  for (const auto& message : messages) {
    bytes += message.content.size();
    roles += message.role.size() + 2;
  }
  std::string text;
  text.reserve(bytes + roles);
  std::vector<PartEnd> parts;
  std::size_t before = 0;
  for (const auto& [role, content, ends] : messages) {
    text.append(role).append(1, '\n');
    for (const auto end : ends) {
      const auto tokens = static_cast<std::int64_t>((before + end) / bytes_per_token);
      parts.push_back({text.size() + end, tokens});
    }
    text.append(content).append(1, '\n');
    before += content.size();
  }
  auto prompt = counted(std::move(text), tokens_of(bytes));
  prompt.parts = std::move(parts);
  return prompt;
}

CountedPrompt ByteCounter::completion(std::string_view prompt) {
  return counted(std::string(prompt), tokens_of(prompt.size()));
}

std::string_view ByteCounter::beginning(std::string_view text, std::int64_t most) {
  if (count(text) <= most) return text;
  return text::beginning(text, static_cast<std::size_t>(most) * bytes_per_token);
}

std::vector<std::string_view> ByteCounter::pieces(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    pieces.push_back(text.substr(0, piece_size(text)));
    text.remove_prefix(pieces.back().size());
  }
  return pieces;
}

}  // namespace sheaf::simulate
