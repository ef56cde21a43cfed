// A request to a bulk address, and what its replies share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "core/json.hpp"
#include "simulate/calendar.hpp"
#include "simulate/model_request.hpp"
#include "simulate/responses.hpp"

namespace sheaf::simulate {

struct BulkVisit {
  const HttpRequest& http;
  /// The parts of the path below the version: {"batches", "batch_1", "cancel"}.
  std::vector<std::string_view> path;
  Time now{0};
  CalendarTime start;  ///< The calendar's moment at time 0.
  std::string id;      ///< Of the request.

  bool is(std::string_view method) const { return http.method == method; }
  CalendarTime calendar(Time time) const { return start + time; }
};

/// The value of a query's member ("limit"); nullopt: it has none. Nothing is unescaped.
std::optional<std::string> query_member(std::string_view url, std::string_view name);
/// A whole number from 1 to `most`; `usual` where the query has none.
std::expected<std::size_t, Refusal> query_limit(std::string_view url, std::size_t usual,
                                                std::size_t most);
Refusal no_such(std::string_view what);

}  // namespace sheaf::simulate
