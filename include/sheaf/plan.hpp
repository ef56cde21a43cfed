// The bill before the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/task.hpp>

namespace sheaf {

struct PlanOptions {
  std::string rows;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> sample;
  std::uint64_t seed = 0;
  bool dedup = true;
  bool skip_bad_rows = false;
  /// An output that a run of this task wrote, or writes: the lengths of the answers in its
  /// checkpoint are planned with. Empty: those of the exemplars are.
  std::string answers;
  /// The JSON report of a sweep of this task's model and grouping: no size is recommended above
  /// the largest that passed it. Empty: accuracy was not measured.
  std::string sweep;
};

/// What vectors of an endpoint would take, for a grouping that compares them: at every batch size
/// above 1 the same.
struct PlanVectors {
  std::string model;
  std::int64_t texts = 0;  ///< Distinct ones.
  std::int64_t requests = 0;
  std::int64_t input_tokens = 0;
  std::optional<double> cost_usd;  ///< Without prices: nullopt.
};

/// What is expected, and where it lies with 90 %.
struct PlanRange {
  double low = 0;
  double expected = 0;
  double high = 0;
};

/// A way to send a run.
struct PlanWay {
  std::string via;      ///< "live", "flex" or "bulk".
  bool cached = false;  ///< The shared prefix is read from the provider's cache.
};

/// The bill of one batch size, sent one way, vectors included.
struct PlanCost {
  PlanWay way;
  PlanRange usd;
};

/// The forecast for one batch size, vectors included. Output tokens are estimated; input tokens
/// are exact for the first requests where the report names a tokenizer, in batches filled in the
/// order of the rows, and otherwise estimated from bytes.
struct PlanLine {
  int batch_size = 1;
  std::int64_t requests = 0;
  std::int64_t input_tokens = 0;
  std::int64_t shared_tokens = 0;  ///< The prefix that the requests of full batches share.
  double sample_tokens = 0;  ///< What a sample adds to its prompt, its key among it.
  PlanRange output_tokens;
  double envelope_tokens = 0;     ///< What the format adds to each answer.
  std::vector<PlanCost> costs;    ///< In the order of the report's ways; empty without prices.
  std::optional<double> minutes;  ///< The least time the rate limits allow; nullopt without limits.
  double token_saving = 1;        ///< Tokens at b = 1 over tokens here.
};

/// A way that the table does not have, at one batch size or at all.
struct PlanExclusion {
  PlanWay way;
  std::optional<int> batch_size;
  std::string reason;
};

/// What to do, by money alone.
struct PlanAdvice {
  bool batch = true;  ///< False: one row a request costs as little.
  int batch_size = 1;
  PlanWay way;
  std::string reason;
};

struct PlanReport {
  std::string task;
  std::string model;
  std::string tokenizer;  ///< What counts the input's tokens; empty: they are estimated.
  std::string prices;     ///< Where they come from; empty: there are none.
  std::string lengths;    ///< What answers' lengths are taken from.
  std::int64_t rows = 0;
  std::int64_t bad_rows = 0;
  std::int64_t samples = 0;            ///< Distinct ones: what is asked.
  std::optional<PlanVectors> vectors;  ///< nullopt where no endpoint is asked for any.
  std::vector<PlanWay> ways;           ///< Those that some batch size has.
  std::vector<PlanLine> lines;         ///< b = 1, 2, 3, 4, 6, 8, ..., 64 and the task's own.
  std::vector<PlanExclusion> left_out;
  std::vector<std::string> assumptions;  ///< What the costs rest on, one sentence each.
  std::optional<PlanAdvice> advice;      ///< nullopt without prices or rows.
  std::optional<std::int64_t> pilot;     ///< Answers that tell the mean bill to 2 %.
  std::string prompt;                    ///< One whole rendered prompt at the task's batch size.
};

/// Sends nothing. ErrorCode::usage: rows that cannot be read, an output without a checkpoint of
/// this task and model, a sweep of another model or grouping.
Expected<PlanReport> plan_task(const Task& task, const PlanOptions& options);

/// As JSON, with every figure; one line.
std::string to_json(const PlanReport& report);

}  // namespace sheaf
