// A file of results, read back: sheaf's own (JSONL or CSV), or anybody's with the same members.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include <sheaf/error.hpp>

#include "core/json.hpp"

namespace sheaf::eval {

/// One line of a result file. Only `id` and `answer` have to be there.
struct StoredResult {
  std::int64_t line = 0;  ///< Of the file, from 1.
  std::string id;
  json::Value answer;  ///< Null in a failed row. From CSV: a string.
  std::string text;    ///< The answer as the model wrote it; empty when there was none.
  std::string reason;  ///< Why it failed; empty when answered.
  int size = 0;        ///< Of the prompt that settled it; 0: not told.
  int position = 0;
  int round = 0;
  std::optional<json::Value> input;  ///< The row, an object.
};

/// The error is what is wrong with the result, without its place.
using VisitResult = std::function<std::expected<void, std::string>(StoredResult)>;

/// Hands over the results of `path`, as rows::open_rows takes it, in their order; it is read once,
/// so that a pipe will do. In a row of a table whose column `escaped` is above 0 the apostrophes of
/// --escape-formulas are taken away again; in all others every cell is taken as it stands. Errors
/// are ErrorCode::usage with "FILE:LINE: ...": a line that is no result, the first error of
/// `visit`.
Expected<void> for_each_result(const std::string& path, const VisitResult& visit);

}  // namespace sheaf::eval
