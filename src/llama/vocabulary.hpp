// A model's tokens and their bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "llama/generation.hpp"
#include "llama/model.hpp"
#include "tokens/tokenizer.hpp"

struct llama_vocab;

namespace sheaf::llama {

/// Of the model that it is made of, which outlives it. Immutable; any thread.
class Vocabulary {
 public:
  explicit Vocabulary(const Model& model);

  enum class Special {
    as_text,    ///< "<|im_end|>" is ten characters, whoever wrote it.
    as_tokens,  ///< It is the token of that name.
  };
  /// Appends the tokens of well-formed UTF-8.
  void append(std::vector<Token>& tokens, std::string_view text, Special special) const;
  /// The token that begins every text, if the model has one: appended.
  void append_beginning(std::vector<Token>& tokens) const;
  /// The bytes of a token; none of one that only controls.
  std::string piece(Token token) const;
  /// Whether it ends a reply.
  bool is_end(Token token) const;
  int size() const;
  const llama_vocab* handle() const { return vocab_; }

 private:
  const llama_vocab* vocab_;
};

/// Counts as that model reads. Shares the model.
std::shared_ptr<const tokens::Tokenizer> make_tokenizer(std::shared_ptr<const Model> model);

}  // namespace sheaf::llama
