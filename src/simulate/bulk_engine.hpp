// Bulk jobs of any provider: many requests at once, answered when the job is due.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/simulate.hpp>
#include <sheaf/usage.hpp>

#include "core/exchange.hpp"
#include "simulate/draws.hpp"
#include "simulate/wire.hpp"

namespace sheaf::simulate {

struct BulkLine {
  std::string custom_id;
  std::string body;  ///< A request's, as JSON.
};

enum class LineEnd { succeeded, errored, canceled, expired };
inline constexpr std::size_t line_ends = 4;

struct LineAnswer {
  int status = 200;
  std::string body;  ///< As JSON.
  Usage usage;
};

struct BulkResult {
  std::string custom_id;
  LineEnd end = LineEnd::succeeded;
  LineAnswer answer;  ///< Of lines that succeeded or erred.
};

struct BulkJob {
  std::uint64_t number = 0;  ///< From 1.
  const Wire* wire = nullptr;
  std::string path;             ///< The address that its lines are for.
  std::vector<Header> headers;  ///< Of the request that created it.
  std::vector<BulkLine> lines;  ///< Until it has ended.
  std::size_t total = 0;
  Time created{0};
  Time due{0};
  std::optional<Time> canceled;
  std::optional<Time> ended;
  std::vector<BulkResult> results;  ///< In an order drawn from the seed, once it has ended.
  std::array<std::int64_t, line_ends> counts{};
  Usage usage;

  std::int64_t count(LineEnd end) const { return counts[static_cast<std::size_t>(end)]; }
};

/// Runs jobs. A job's lines are answered when it is due, by the same model as live requests; of a
/// job that is canceled before only the share whose time had come. Jobs stay where they are.
/// Single-threaded; time never goes back.
class BulkEngine {
 public:
  /// Answers a line of the job, at the moment when the job ends.
  using Answer = std::function<LineAnswer(const BulkJob&, const std::string& body, Time at)>;
  BulkEngine(const SimulateOptions& options, Answer answer);

  /// Ends every job that is due at `now`.
  void advance(Time now);
  /// `job` holds its lines, its wire, its path and headers.
  BulkJob& create(BulkJob job, Time now);
  /// It ends at the next `advance`. Nothing happens to one that has ended.
  static void cancel(BulkJob& job, Time now);

  const std::deque<BulkJob>& jobs() const { return jobs_; }

 private:
  void end(BulkJob& job, Time at);
  BulkResult result_of(const BulkJob& job, const BulkLine& line, Time at);

  SimulateOptions options_;
  Draws draws_;
  Answer answer_;
  std::deque<BulkJob> jobs_;
  std::vector<BulkJob*> open_;  ///< In the order of their creation.
};

}  // namespace sheaf::simulate
