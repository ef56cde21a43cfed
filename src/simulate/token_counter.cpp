#include "simulate/token_counter.hpp"

#include "simulate/byte_counter.hpp"
#include "simulate/encoding_counter.hpp"
#include "simulate/rank_map.hpp"

namespace sheaf::simulate {

Expected<std::unique_ptr<TokenCounter>> make_token_counter(SimulatedTokens tokens) {
  if (tokens == SimulatedTokens::bytes) return std::make_unique<ByteCounter>();
  const auto encoding = tokens == SimulatedTokens::o200k_base ? "o200k_base" : "cl100k_base";
  auto ranks = rank_map_of(encoding);
  if (!ranks) return std::unexpected(std::move(ranks.error()));
  return std::make_unique<EncodingCounter>(encoding, *std::move(ranks));
}

}  // namespace sheaf::simulate
