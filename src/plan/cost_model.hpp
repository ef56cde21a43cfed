// What batching costs and saves, by formula: the paper's (arXiv 2301.08721, section 3 and appendix
// A), and one that fits prices of today. Pure functions; every length is in tokens (or all in
// characters), every count at least 1.
#pragma once

#include <cstdint>
#include <optional>

namespace sheaf::plan {

/// The paper's token efficiency: the share of a prompt that is samples of interest, when samples
/// and K exemplars are of one length. b / (K + b).
double token_efficiency(double exemplars, double batch_size);

/// What one sample alone costs over what one in a batch costs, in the paper's view (all of one
/// length, output as dear as input, no cache): b (K + 1) / (K + b).
double equal_length_saving(double exemplars, double batch_size);

/// The lengths that decide the cost of a batch.
struct PromptShape {
  double shared = 0;        ///< Instruction and exemplars, paid once a prompt.
  double sample = 0;        ///< One sample's context.
  double answer = 0;        ///< One answer, output.
  double key_overhead = 0;  ///< What a sample's keys add to it in a batch of several.
};

/// Prices relative to uncached input.
struct PriceRatios {
  double output = 1;         ///< Output price / input price.
  double cached_prefix = 1;  ///< Factor on the shared part; 1: no prefix cache.
};

/// Cost of one sample, in input tokens. A single has no key overhead. `shape.shared` may be
/// measured at each batch size; then the result meets rendered prompts, remainder batches apart.
double cost_per_sample(const PromptShape& shape, const PriceRatios& prices, double batch_size);

/// All `samples` together, in input tokens: ceil(samples / batch_size) calls, each of which pays
/// the shared part. With the lengths measured as rendered at this batch size (E_b as
/// `shape.shared`, keys and what else surrounds an answer within `shape.answer`) it is what
/// rendered prompts cost before any repair. Precondition: samples >= 0, batch_size >= 1.
double total_cost(const PromptShape& shape, const PriceRatios& prices, std::int64_t samples,
                  std::int64_t batch_size);

/// cost_per_sample of a single over that of a batch: above 1 batching pays.
double saving(const PromptShape& shape, const PriceRatios& prices, double batch_size);

/// What `saving` tends to as batches grow.
double saving_limit(const PromptShape& shape, const PriceRatios& prices);

/// Appendix A: time of one call on a decoder-only model with a key-value cache, constant factors
/// dropped, `length` tokens an exemplar and an answer. It ignores reading the batch's own contexts.
struct CallTime {
  double encode = 0;  ///< Of the exemplars: (C K)^2.
  double decode = 0;  ///< Of the answers: (C K + 1) + ... + (C K + C b).
  double total() const { return encode + decode; }
};
CallTime call_time(double exemplars, double batch_size, double length);

/// call_time per sample over that of a single.
double time_ratio(double exemplars, double batch_size, double length);

/// How K exemplars fill groups of a batch size.
enum class ExemplarGroups : std::uint8_t {
  even,          ///< All are full, or there are no exemplars.
  last_shorter,  ///< The batch size does not divide K: the last group shows fewer answers.
  none_full,     ///< The batch size exceeds K: no group shows that many answers.
};
ExemplarGroups exemplar_groups(std::int64_t exemplars, std::int64_t batch_size);

/// The batch size at which call_time per sample is least: K * sqrt(2).
double fastest_batch_size(double exemplars);

/// What is to be sent, and the account's limits; a limit of nullopt is none.
struct Load {
  std::int64_t requests = 0;
  std::int64_t tokens = 0;
};
struct MinuteLimits {
  std::optional<std::int64_t> requests;
  std::optional<std::int64_t> tokens;
};

/// The least minutes that the limits allow for this load; 0 without limits. Precondition: limits >
/// 0.
double limit_bound_minutes(const Load& load, const MinuteLimits& limits);

}  // namespace sheaf::plan
