// A result in OpenAI's bulk format: {"id", "custom_id", "response", "error"}.
// Source: platform.openai.com/docs/api-reference/batch/request-output.
#pragma once

#include <string>

#include "rows/result.hpp"

namespace sheaf::requests {

/// The line, without a newline. A request that was asked alone has what came for it, a refusal
/// among it; one that shared a prompt a completion made of its answer, to `model`. `usage` in it is
/// what the record says that the request took, over all prompts that it was part of. Without a
/// response `error` tells why, and what it took all the same.
std::string result_line(const rows::ResultRecord& record, const std::string& model);

/// Whether its answer came out of a prompt of several.
bool is_packed(const rows::ResultRecord& record);

}  // namespace sheaf::requests
