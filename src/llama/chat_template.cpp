#include "llama/chat_template.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <llama.h>

namespace sheaf::llama {
namespace {

constexpr const char* name_of(Role role) {
  switch (role) {
    case Role::system:
      return "system";
    case Role::user:
      return "user";
    case Role::assistant:
      break;
  }
  return "assistant";
}

/// Empty where llama.cpp does not know the template.
std::string render(const std::string& source, std::span<const Message> messages) {
  std::vector<llama_chat_message> chat;
  std::size_t bytes = 256;
  for (const auto& message : messages) {
    chat.push_back({name_of(message.role), message.text.c_str()});
    bytes += message.text.size() + 64;
  }
  std::string text(bytes, '\0');
  while (true) {
    const auto length =
        llama_chat_apply_template(source.c_str(), chat.data(), chat.size(), /*add_ass=*/true,
                                  text.data(), static_cast<std::int32_t>(text.size()));
    if (length < 0) return {};
    const bool fits = static_cast<std::size_t>(length) <= text.size();
    text.resize(static_cast<std::size_t>(length));
    if (fits) return text;
  }
}

/// What stands for the text of a message until the template is rendered: no template has it.
std::string stand_in(std::size_t message) { return fmt::format("\uE000{}\uE001", message); }

/// Whether rendering a message with the template would change what its text is to the model: the
/// template is given texts that a zero byte ends, and tokens are read in all of what it gives.
bool stands_apart(const Vocabulary& vocabulary, std::string_view text) {
  if (text.contains('\0')) return true;
  std::vector<Token> as_text, as_tokens;
  vocabulary.append(as_text, text, Vocabulary::Special::as_text);
  vocabulary.append(as_tokens, text, Vocabulary::Special::as_tokens);
  return as_text != as_tokens;
}

/// Piece by piece, the template's as tokens, the messages' as text.
void append_apart(std::vector<Token>& tokens, const Vocabulary& vocabulary,
                  const std::string& source, std::span<const Message> messages) {
  std::vector<Message> hollow(messages.begin(), messages.end());
  for (std::size_t i = 0; i < hollow.size(); ++i) hollow[i].text = stand_in(i);
  const auto frame = render(source, hollow);
  std::string_view rest = frame;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto sign = stand_in(i);
    const auto at = rest.find(sign);
    if (at == std::string_view::npos) continue;
    vocabulary.append(tokens, rest.substr(0, at), Vocabulary::Special::as_tokens);
    vocabulary.append(tokens, messages[i].text, Vocabulary::Special::as_text);
    rest.remove_prefix(at + sign.size());
  }
  vocabulary.append(tokens, rest, Vocabulary::Special::as_tokens);
}

}  // namespace

bool is_known_template(const std::string& source) {
  const Message probe{Role::user, "probe"};
  return !source.empty() && !render(source, {&probe, 1}).empty();
}

std::optional<ChatTemplate> ChatTemplate::of(const Model& model) {
  const auto* source = llama_model_chat_template(model.handle(), nullptr);
  if (source == nullptr || !is_known_template(source)) return std::nullopt;
  return ChatTemplate(source);
}

std::vector<Token> ChatTemplate::tokens(const Vocabulary& vocabulary,
                                        std::span<const Message> messages) const {
  std::vector<Token> beginning, tokens;
  vocabulary.append_beginning(beginning);
  const bool apart = std::ranges::any_of(
      messages, [&](const Message& message) { return stands_apart(vocabulary, message.text); });
  if (apart) {
    append_apart(tokens, vocabulary, source_, messages);
  } else {
    vocabulary.append(tokens, render(source_, messages), Vocabulary::Special::as_tokens);
  }
  // Some templates write it themselves.
  if (std::ranges::mismatch(beginning, tokens).in1 != beginning.end()) {
    tokens.insert(tokens.begin(), beginning.begin(), beginning.end());
  }
  return tokens;
}

}  // namespace sheaf::llama
