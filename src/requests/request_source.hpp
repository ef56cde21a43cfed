// A file of requests as rows, and what is known of it before anything is sent.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>

#include "requests/request.hpp"
#include "rows/each_row.hpp"
#include "rows/row.hpp"

namespace sheaf::requests {

/// The columns of a request as a row.
namespace column {
inline constexpr const char* id = "custom_id";
inline constexpr const char* path = "path";
inline constexpr const char* body = "body";    ///< Its bytes.
inline constexpr const char* text = "text";    ///< The last user message; "" where it goes alone.
inline constexpr const char* group = "group";  ///< Requests that may share a prompt have one.
}  // namespace column

/// The requests that `source` holds, as rows of those columns.
std::unique_ptr<rows::RowSource> request_rows(std::unique_ptr<rows::RowSource> source);

struct Survey {
  std::string model;  ///< That all requests name; empty without requests.
  std::int64_t requests = 0;
  std::int64_t packable = 0;
  std::map<std::string, std::int64_t> alone;  ///< The others, by why.
  /// The largest cap of a packable request; `default_cap` for one without.
  std::int64_t largest_cap = 1;
  std::optional<std::int64_t> uncapped_line;  ///< The first that names no cap.
  /// The first whose cost its tokens do not tell, and why.
  std::optional<std::pair<std::int64_t, std::string>> unbounded;
};

/// How long a reply without a cap is planned to be, in tokens.
inline constexpr std::int64_t default_cap = 1024;

/// Reads the whole file. Error: the first bad line, where they are refused.
Expected<Survey> survey(rows::RowSource& source, rows::BadRows bad_rows);

}  // namespace sheaf::requests
