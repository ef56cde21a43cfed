// Any text: its tokens put together are the text again, there are as many as are counted, and each
// piece has the same ones alone. Without rank tables in the build there is nothing to do.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.hpp"
#include "core/text.hpp"
#include "require.hpp"
#include "tokens/embedded.hpp"
#include "tokens/encodings.hpp"
#include "tokens/read_ranks.hpp"
#include "tokens/splitter.hpp"

namespace {

using namespace sheaf;
using fuzz::require;

struct Encoding {
  std::shared_ptr<const tokens::Tokenizer> tokenizer;
  tokens::PieceEnd piece_end;
  std::vector<std::string> bytes;  ///< By token.
};

Encoding load(std::string_view name, const tokens::SplitRules& rules) {
  Encoding loaded{tokens::encoding(name).value(), tokens::piece_end_for(rules), {}};
  const auto file = json::parse(tokens::unpack_zstd(tokens::embedded_table(name)).value());
  auto entries = tokens::read_rank_lines(*file->find("bpe_ranks")->string()).value();
  for (auto& entry : entries) {
    if (entry.rank >= loaded.bytes.size()) loaded.bytes.resize(entry.rank + 1);
    loaded.bytes[entry.rank] = std::move(entry.bytes);
  }
  return loaded;
}

void check(const Encoding& encoding, std::string_view text) {
  std::vector<tokens::TokenId> whole;
  encoding.tokenizer->encode(text, whole);
  require(encoding.tokenizer->count(text) == std::ssize(whole));
  std::string together;
  for (const auto token : whole) together += encoding.bytes.at(token);
  require(together == text);
  std::vector<tokens::TokenId> of_pieces;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = encoding.piece_end(text, at);
    require(at < end && end <= text.size());
    encoding.tokenizer->encode(text.substr(at, end - at), of_pieces);
    at = end;
  }
  require(of_pieces == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (tokens::embedded_table("o200k_base").empty()) return 0;
  static const Encoding encodings[] = {load("o200k_base", tokens::o200k_rules),
                                       load("cl100k_base", tokens::cl100k_rules)};
  const auto text = text::replace_invalid_utf8({reinterpret_cast<const char*>(data), size});
  for (const auto& encoding : encodings) check(encoding, text);
  return 0;
}
