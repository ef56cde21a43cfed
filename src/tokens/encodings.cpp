#include "tokens/encodings.hpp"

#include <array>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "tokens/byte_encoding.hpp"
#include "tokens/embedded.hpp"
#include "tokens/read_ranks.hpp"
#include "tokens/splitter.hpp"
#include "tokens/tokenizer_json.hpp"

namespace sheaf::tokens {
namespace {

using Loaded = Expected<std::shared_ptr<const Tokenizer>>;

struct KnownEncoding {
  std::string_view name;
  std::size_t tokens;  ///< Without special ones.
  SplitRules rules;
};
constexpr std::array known_encodings{KnownEncoding{"o200k_base", 199'998, o200k_rules},
                                     KnownEncoding{"cl100k_base", 100'256, cl100k_rules}};

std::unexpected<Error> refuse(std::string_view name, std::string_view why) {
  return fail(ErrorCode::usage, fmt::format("{}: {}", name, why));
}

Loaded from_ranks(const std::expected<RankEntries, std::string>& entries, std::string_view name) {
  if (!entries) return refuse(name, entries.error());
  RankTable ranks(*entries);
  for (int byte = 0; byte < 256; ++byte) {
    const auto alone = static_cast<char>(byte);
    if (ranks.rank_of({&alone, 1})) continue;
    return refuse(name, fmt::format("the byte {} alone has no rank", byte));
  }
  for (const auto& known : known_encodings) {
    if (ranks.size() != known.tokens) continue;
    return std::make_shared<ByteEncoding>(std::move(ranks), piece_end_for(known.rules));
  }
  return refuse(name, fmt::format("a table of {} ranks is no encoding that sheaf knows; give the "
                                  "one of o200k_base (199998) or cl100k_base (100256)",
                                  ranks.size()));
}

Loaded unpack(std::string_view name, std::string_view packed) {
  if (packed.empty()) {
    return refuse(name,
                  "this build holds no rank tables; build it where the package `tiktoken` of "
                  "npm can be had, or name a file of the ranks");
  }
  const auto text = unpack_zstd(packed);
  if (!text) return refuse(name, "the table of this build is damaged; build it again");
  return read_tokenizer(*text, name);
}

}  // namespace

std::vector<std::string_view> encoding_names() {
  std::vector<std::string_view> names;
  names.reserve(known_encodings.size());
  for (const auto& known : known_encodings) names.push_back(known.name);
  return names;
}

Loaded read_tokenizer(std::string_view text, std::string_view name) {
  if (!text.starts_with('{')) return from_ranks(read_tiktoken_file(text), name);
  const auto file = json::parse(text);
  if (!file)
    return refuse(name, fmt::format("byte {}: {}", file.error().offset, file.error().reason));
  if (file->find("model") != nullptr) {
    auto read = read_tokenizer_json(*file);
    if (!read) return refuse(name, read.error());
    return std::move(*read);
  }
  const auto* ranks = file->find("bpe_ranks");
  if (ranks == nullptr || ranks->string() == nullptr) {
    return refuse(name, "no tokenizer: it has neither `model` nor `bpe_ranks`");
  }
  return from_ranks(read_rank_lines(*ranks->string()), name);
}

Loaded encoding(std::string_view name) {
  static std::mutex mutex;
  static std::array<std::shared_ptr<const Tokenizer>, known_encodings.size()> unpacked;
  for (std::size_t i = 0; i < known_encodings.size(); ++i) {
    if (known_encodings[i].name != name) continue;
    const std::scoped_lock lock(mutex);
    if (unpacked[i]) return unpacked[i];
    auto loaded = unpack(name, embedded_table(name));
    if (loaded) unpacked[i] = *loaded;
    return loaded;
  }
  return refuse(name, "no encoding that sheaf knows; take o200k_base or cl100k_base");
}

}  // namespace sheaf::tokens
