// Requests that tests write.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/json.hpp"
#include "requests/request.hpp"
#include "rows/row.hpp"

namespace sheaf::requests {

/// A body with the members of `more` (", \"n\": 2") behind its messages.
inline std::string body_of(std::string_view text, std::string_view more = {}) {
  return fmt::format(R"({{"model":"m","messages":[{{"role":"system","content":"Be brief."}},)"
                     R"({{"role":"user","content":"{}"}}]{}}})",
                     text, more);
}

inline rows::Row row_of(std::string raw, std::int64_t line = 1) {
  auto fields = json::parse(raw).value();
  return {line, line, std::move(raw), std::move(fields)};
}

inline rows::Row line_of(std::string_view id, std::string_view body,
                         std::string_view url = "/v1/chat/completions") {
  return row_of(
      fmt::format(R"({{"custom_id":"{}","method":"POST","url":"{}","body":{}}})", id, url, body));
}

/// The request with this body.
inline Request request_of(std::string_view body, std::string_view url = "/v1/chat/completions") {
  return RequestReader().read(line_of("a", body, url)).value();
}

}  // namespace sheaf::requests
