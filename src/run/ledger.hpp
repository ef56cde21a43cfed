// Every token and every pico-dollar of a checkpoint, by what it was spent for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/price.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::run {

/// What an attempt was sent for.
enum class Purpose { warm_up, first_prompts, follow_ups, retries, vectors };
inline constexpr std::array purposes = {Purpose::warm_up, Purpose::first_prompts,
                                        Purpose::follow_ups, Purpose::retries, Purpose::vectors};
/// "first prompts"; of a request for vectors "vectors", also where it is a retry.
std::string_view name_of(Purpose purpose);

/// Usage in kinds of which no two share a token: their sum is all input and all output.
struct TokenKinds {
  explicit TokenKinds(const Usage& usage);
  std::int64_t input = 0;         ///< Neither read from the cache nor written to it.
  std::int64_t cached_input = 0;  ///< Read from it.
  std::int64_t cache_write = 0;
  std::int64_t output = 0;  ///< Without reasoning.
  std::int64_t reasoning = 0;
};

/// Adds attempts up, each under its one purpose, by the rules of store::Spending: so the parts add
/// up to Checkpoint::spending.
class Ledger {
 public:
  /// `prices`: those that the attempts may have been billed at.
  /// `models`: see Checkpoint::models.
  explicit Ledger(std::vector<PriceList> prices = {}, std::vector<store::ModelSince> models = {})
      : prices_(std::move(prices)), models_(std::move(models)) {}

  /// `is_retry`: as store::Retries tells.
  void add(const store::Attempt& attempt, bool is_retry);
  const store::Spending& of(Purpose purpose) const { return at(purpose).spending; }

  /// The same by the model that was asked, vectors left out; "" where it is not known.
  const std::map<std::string, store::Spending>& by_model() const { return by_model_; }

  bool knows_prices() const { return !prices_.empty(); }
  /// What of the cost of this purpose was for which kind of tokens. The rest of it is the worst
  /// case of attempts that told no usage, and attempts billed at none of the prices.
  const CostByKind& cost_by_kind(Purpose purpose) const { return at(purpose).cost; }

 private:
  struct Part {
    store::Spending spending;
    CostByKind cost;
  };
  const Part& at(Purpose purpose) const { return parts_[static_cast<std::size_t>(purpose)]; }
  std::optional<CostByKind> split(const store::Attempt& attempt) const;

  const std::string& model_of(store::AttemptNo attempt) const;

  std::vector<PriceList> prices_;
  std::vector<store::ModelSince> models_;
  std::map<std::string, store::Spending> by_model_;
  std::array<Part, purposes.size()> parts_;
};

}  // namespace sheaf::run
