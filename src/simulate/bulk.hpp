// The bulk addresses of all providers together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sheaf/simulate.hpp>

#include "simulate/bulk_anthropic.hpp"
#include "simulate/bulk_engine.hpp"
#include "simulate/bulk_openai.hpp"
#include "simulate/bulk_visit.hpp"
#include "simulate/responses.hpp"

namespace sheaf::simulate {

/// What /stats says of bulk jobs.
struct BulkCounts {
  std::int64_t jobs = 0;  ///< Accepted.
  std::int64_t requests = 0;
  std::array<std::int64_t, line_ends> ends{};
};

/// Files, batches and message batches. Single-threaded; time never goes back.
class Bulk {
 public:
  Bulk(const SimulateOptions& options, BulkEngine::Answer answer);

  /// The format that a bulk address below the version speaks; nullptr: it is none.
  const Wire* wire_of(std::string_view tail) const;
  /// Ends jobs that are due. To be called before anything else happens at `now`.
  void advance(Time now) { engine_.advance(now); }
  /// `tail` is what `wire_of` was asked.
  SimulatedReply answer(const HttpRequest& request, std::string_view tail, Time now,
                        CalendarTime start, const std::string& id);
  BulkCounts counts() const;

 private:
  SimulateOptions options_;
  Draws draws_;
  BulkEngine engine_;
  OpenAiBulk openai_;
  AnthropicBulk anthropic_;
  std::uint64_t created_ = 0;
};

}  // namespace sheaf::simulate
