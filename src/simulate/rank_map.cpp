#include "simulate/rank_map.hpp"

#include <charconv>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base64.hpp"
#include "core/json.hpp"
#include "tokens/embedded.hpp"

namespace sheaf::simulate {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// "! 0 IQ== Ig==": a mark, the first token's rank, and tokens of that rank and the next ones.
bool read_line(std::string_view line, RankMap& ranks) {
  const auto words = split(line, ' ');
  if (words.size() < 2) return line.empty();
  std::uint32_t rank = 0;
  const auto first = words[1];
  const auto [end, error] = std::from_chars(first.data(), first.data() + first.size(), rank);
  if (error != std::errc() || end != first.data() + first.size()) return false;
  for (std::size_t i = 2; i < words.size(); ++i) {
    auto token = from_base64(words[i]);
    if (!token || token->empty()) return false;
    ranks.emplace(*std::move(token), rank++);
  }
  return true;
}

std::optional<RankMap> read_encoder(std::string_view packed) {
  const auto text = tokens::unpack_zstd(packed);
  const auto encoder = text ? json::parse(*text) : std::unexpected(json::ParseError{});
  if (!encoder) return std::nullopt;
  const auto* lines = encoder->find("bpe_ranks");
  if (lines == nullptr || lines->string() == nullptr) return std::nullopt;
  RankMap ranks;
  for (const auto line : split(*lines->string(), '\n')) {
    if (!read_line(line, ranks)) return std::nullopt;
  }
  return ranks;
}

}  // namespace

Expected<RankMap> read_rank_map(std::string_view encoding, std::string_view packed) {
  if (packed.empty()) {
    return fail(ErrorCode::usage,
                fmt::format("the simulated model's option tokens: this build holds no rank table "
                            "of {}; take bytes, or build where the package `tiktoken` of npm can "
                            "be had",
                            encoding));
  }
  auto ranks = read_encoder(packed);
  if (ranks) return *std::move(ranks);
  return fail(ErrorCode::usage,
              fmt::format("the simulated model's option tokens: this build's rank table of {} is "
                          "damaged; build it again",
                          encoding));
}

Expected<std::shared_ptr<const RankMap>> rank_map_of(std::string_view encoding) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const RankMap>, std::less<>> read;
  const std::scoped_lock lock(mutex);
  const auto known = read.find(encoding);
  if (known != read.end()) return known->second;
  auto ranks = read_rank_map(encoding, tokens::embedded_table(encoding));
  if (!ranks) return std::unexpected(std::move(ranks.error()));
  auto shared = std::make_shared<const RankMap>(*std::move(ranks));
  read.emplace(encoding, shared);
  return shared;
}

}  // namespace sheaf::simulate
