// The bill before the run: no request is sent.
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

/// The forecast for one batch size, vectors included. Output tokens are estimated; input tokens
/// are exact for the first requests where the report names a tokenizer, in batches filled in the
/// order of the rows, and otherwise estimated from bytes.
struct PlanLine {
  int batch_size = 1;
  std::int64_t requests = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::optional<double> cost_usd;  ///< Without prices: nullopt.
  std::optional<double> minutes;  ///< The least time the rate limits allow; nullopt without limits.
  double token_saving = 1;        ///< Tokens at b = 1 over tokens here.
  std::optional<double> cost_saving;
};

struct PlanReport {
  std::string task;
  std::string model;
  std::string tokenizer;  ///< What counts the input's tokens; empty: they are estimated.
  std::int64_t rows = 0;
  std::int64_t bad_rows = 0;
  std::int64_t samples = 0;            ///< Distinct ones: what is asked.
  std::optional<PlanVectors> vectors;  ///< nullopt where no endpoint is asked for any.
  std::vector<PlanLine> lines;         ///< b = 1, 2, 3, 4, 6, 8, 16, 32 and the task's own.
  std::string prompt;                  ///< One whole rendered prompt at the task's batch size.
};

Expected<PlanReport> plan_task(const Task& task, const PlanOptions& options);

}  // namespace sheaf
