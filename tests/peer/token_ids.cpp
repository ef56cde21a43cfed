// Prints the tokens of texts, for the comparison with other tokenizers:
//   token_ids TOKENIZER
// TOKENIZER is an encoding's name, or the path of a file of `tokens::read_tokenizer`. Each text of
// standard input ends with NUL; a line of numbers comes out for each. Fails where `count` differs.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "tokens/encodings.hpp"

namespace {

using sheaf::tokens::TokenId;

sheaf::Expected<std::shared_ptr<const sheaf::tokens::Tokenizer>> tokenizer(const char* given) {
  std::ifstream file(given, std::ios::binary);
  if (!file) return sheaf::tokens::encoding(given);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return sheaf::tokens::read_tokenizer(text, given);
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return 2;
  const auto loaded = tokenizer(words[1]);
  if (!loaded) {
    std::cerr << loaded.error().message << '\n';
    return 1;
  }
  std::ios::sync_with_stdio(false);
  std::vector<TokenId> tokens;
  for (std::string text; std::getline(std::cin, text, '\0');) {
    tokens.clear();
    (*loaded)->encode(text, tokens);
    if ((*loaded)->count(text) != std::ssize(tokens)) {
      std::cerr << "count differs from the number of tokens of: " << text << '\n';
      return 1;
    }
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      std::cout << (i == 0 ? "" : " ") << tokens[i];
    }
    std::cout << '\n';
  }
  return 0;
}
