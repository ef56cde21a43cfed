// The result files of bulk jobs, a line each.
#pragma once

#include <string>

#include "simulate/bulk_engine.hpp"

namespace sheaf::simulate {

struct OpenAiResults {
  std::string output;  ///< Of lines that succeeded.
  std::string errors;  ///< Of all others.
};

OpenAiResults openai_results(const BulkJob& job);
std::string anthropic_results(const BulkJob& job);

}  // namespace sheaf::simulate
