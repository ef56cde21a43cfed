#include "provider/redact.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace sheaf::provider {
namespace {

constexpr std::string_view hidden = "***";
constexpr std::size_t long_run = 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_key_char(char c) {
  return is_alnum(c) || c == '-' || c == '_' || c == '+' || c == '=' || c == '*';
}

/// A bearer token may hold dots and more (RFC 6750, 2.1).
bool is_token_char(char c) {
  return is_key_char(c) || c == '.' || c == '~' || c == '/' || c == ':';
}

/// How providers' keys begin: OpenAI, OpenRouter and Anthropic, Stripe's style, Groq, xAI, Google,
/// Hugging Face, Replicate, Perplexity, NVIDIA, Fireworks, Cerebras.
constexpr std::array<std::string_view, 12> key_beginnings{
    "sk-", "sk_", "gsk_", "xai-", "AIza", "hf_", "r8_", "pplx-", "nvapi-", "fw_", "csk-", "key-"};

bool starts_as_key(std::string_view word) {
  return word.size() >= 8 && std::ranges::any_of(key_beginnings, [word](std::string_view start) {
           return word.starts_with(start);
         });
}

/// Also behind a name, as in a query: "key=AIza...".
bool holds_key(std::string_view word) {
  for (auto at = word.find('='); at != std::string_view::npos; at = word.find('=')) {
    if (starts_as_key(word.substr(0, at))) return true;
    word.remove_prefix(at + 1);
  }
  return starts_as_key(word);
}

bool has_long_run(std::string_view word) {
  std::size_t run = 0;
  bool digit = false;
  for (const char c : word) {
    run = is_alnum(c) ? run + 1 : 0;
    digit = run > 0 && (digit || is_digit(c));
    if (run >= long_run && digit) return true;
  }
  return false;
}

}  // namespace

std::string redact(std::string_view text) {
  std::string out;
  bool after_bearer = false;
  while (!text.empty()) {
    const auto other =
        std::min(static_cast<std::size_t>(std::ranges::find_if(text, is_key_char) - text.begin()),
                 text.size());
    if (other > 0) {
      after_bearer = after_bearer && text::trim(text.substr(0, other)).empty();
      out += text.substr(0, other);
      text.remove_prefix(other);
      continue;
    }
    const auto length = static_cast<std::size_t>(
        std::ranges::find_if_not(text, after_bearer ? is_token_char : is_key_char) - text.begin());
    const auto word = text.substr(0, length);
    out += after_bearer || holds_key(word) || has_long_run(word) ? hidden : word;
    after_bearer = text::equals_fold_ascii(word, "bearer");
    text.remove_prefix(length);
  }
  return out;
}

std::string shown(std::string_view text, std::size_t max_bytes) {
  return text::display_safe(text::trim(redact(text)), max_bytes);
}

}  // namespace sheaf::provider
