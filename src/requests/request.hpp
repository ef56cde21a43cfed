// One line of a file in OpenAI's bulk format: {"custom_id", "method", "url", "body"}.
// Source: platform.openai.com/docs/api-reference/batch/request-input.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/json.hpp"
#include "rows/row.hpp"

namespace sheaf::requests {

/// The address of chat completions, below the version.
inline constexpr std::string_view chat_path = "/chat/completions";

struct Request {
  std::string custom_id;
  std::string path;  ///< Of `url`, without its leading "/v1".
  std::string text;  ///< The body, byte for byte as the line has it.
  json::Value body;  ///< The same, read; always an object.
};

/// The bytes of the value under `name` in the JSON object `object`, the first of that name; empty
/// without one. Precondition: `object` is valid JSON and an object.
std::string_view member_text(std::string_view object, std::string_view name);

/// Reads the lines of one file, which must not repeat a `custom_id` nor name a second model.
/// Single-threaded.
class RequestReader {
 public:
  /// The error is why the row is no request of this file, without its place; display-safe.
  std::expected<Request, std::string> read(const rows::Row& row);
  /// That all requests so far name; empty before the first.
  const std::string& model() const { return model_; }

 private:
  std::expected<void, std::string> check_model(const json::Value& body, std::int64_t line);

  std::string model_;
  std::int64_t model_line_ = 0;
  std::unordered_set<std::string> ids_;
};

}  // namespace sheaf::requests
