// What counting tokens costs, for run.py: reads a text, then takes it line by line.
//   tokens_client ENCODING count|ids FILE
// Prints JSON: the processor time without loading, the bytes and the tokens of all lines.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "support/measure.hpp"
#include "tokens/encodings.hpp"

int main(int count, char** words) {
  if (count != 4) return 2;
  const auto loaded = sheaf::tokens::encoding(words[1]);
  if (!loaded) {
    fmt::print(stderr, "{}\n", loaded.error().message);
    return 1;
  }
  const auto& tokenizer = **loaded;
  std::ifstream file(words[3], std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto lines = sheaf::text::lines(text);
  std::int64_t bytes = 0;
  std::int64_t tokens = 0;
  std::vector<sheaf::tokens::TokenId> ids;
  const bool wants_ids = std::string_view(words[2]) == "ids";
  const auto began = sheaf::bench::cpu_time();
  for (const auto line : lines) {
    bytes += std::ssize(line);
    if (!wants_ids) {
      tokens += tokenizer.count(line);
      continue;
    }
    ids.clear();
    tokenizer.encode(line, ids);
    tokens += std::ssize(ids);
  }
  const auto seconds = (sheaf::bench::cpu_time() - began).count() * 1e-6;
  fmt::print("{{\"seconds\": {}, \"bytes\": {}, \"tokens\": {}}}\n", seconds, bytes, tokens);
  return 0;
}
