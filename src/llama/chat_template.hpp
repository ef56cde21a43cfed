// A chat as the tokens that its model was made for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/exchange.hpp"
#include "llama/generation.hpp"
#include "llama/vocabulary.hpp"

namespace sheaf::llama {

/// Whether llama.cpp knows a template (llama_chat_apply_template): no empty one.
bool is_known_template(const std::string& source);

/// The template of a model's file. Immutable; any thread.
class ChatTemplate {
 public:
  /// nullopt: the file has none, or one that llama.cpp does not know.
  static std::optional<ChatTemplate> of(const Model& model);

  /// The messages and the beginning of the reply. What stands in a message is text, also where it
  /// looks like a token that tells messages apart.
  std::vector<Token> tokens(const Vocabulary& vocabulary, std::span<const Message> messages) const;

 private:
  explicit ChatTemplate(std::string source) : source_(std::move(source)) {}

  std::string source_;
};

}  // namespace sheaf::llama
