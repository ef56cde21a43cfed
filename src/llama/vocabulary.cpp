#include "llama/vocabulary.hpp"

#include <cstdint>
#include <utility>

#include <llama.h>

namespace sheaf::llama {
namespace {

class GgufTokenizer final : public tokens::Tokenizer {
 public:
  explicit GgufTokenizer(std::shared_ptr<const Model> model)
      : model_(std::move(model)), vocabulary_(*model_) {}

  void encode(std::string_view text, std::vector<tokens::TokenId>& tokens) const override {
    std::vector<Token> ours;
    vocabulary_.append(ours, text, Vocabulary::Special::as_text);
    for (const auto token : ours) tokens.push_back(static_cast<tokens::TokenId>(token));
  }

  std::int64_t count(std::string_view text) const override {
    std::vector<Token> tokens;
    vocabulary_.append(tokens, text, Vocabulary::Special::as_text);
    return std::ssize(tokens);
  }

 private:
  std::shared_ptr<const Model> model_;
  Vocabulary vocabulary_;
};

}  // namespace

Vocabulary::Vocabulary(const Model& model) : vocab_(llama_model_get_vocab(model.handle())) {}

void Vocabulary::append(std::vector<Token>& tokens, std::string_view text, Special special) const {
  const auto begin = tokens.size();
  const auto length = static_cast<std::int32_t>(text.size());
  const bool parses = special == Special::as_tokens;
  tokens.resize(begin + text.size() / 3 + 8);
  while (true) {
    const auto room = static_cast<std::int32_t>(tokens.size() - begin);
    const auto count = llama_tokenize(vocab_, text.data(), length, tokens.data() + begin, room,
                                      /*add_special=*/false, parses);
    tokens.resize(begin + static_cast<std::size_t>(count < 0 ? -count : count));
    if (count >= 0) return;
  }
}

void Vocabulary::append_beginning(std::vector<Token>& tokens) const {
  if (llama_vocab_get_add_bos(vocab_)) tokens.push_back(llama_vocab_bos(vocab_));
}

std::string Vocabulary::piece(Token token) const {
  std::string bytes(32, '\0');
  while (true) {
    const auto count =
        llama_token_to_piece(vocab_, token, bytes.data(), static_cast<std::int32_t>(bytes.size()),
                             /*lstrip=*/0, /*special=*/false);
    bytes.resize(static_cast<std::size_t>(count < 0 ? -count : count));
    if (count >= 0) return bytes;
  }
}

bool Vocabulary::is_end(Token token) const { return llama_vocab_is_eog(vocab_, token); }

int Vocabulary::size() const { return llama_vocab_n_tokens(vocab_); }

std::shared_ptr<const tokens::Tokenizer> make_tokenizer(std::shared_ptr<const Model> model) {
  return std::make_shared<GgufTokenizer>(std::move(model));
}

}  // namespace sheaf::llama
