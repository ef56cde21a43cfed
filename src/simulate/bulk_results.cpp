#include "simulate/bulk_results.hpp"

#include <string_view>

#include <fmt/format.h>

namespace sheaf::simulate {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

std::string_view openai_error(LineEnd end) {
  if (end == LineEnd::expired) {
    return R"({"code":"batch_expired","message":"This request could not be executed before the )"
           R"(completion window expired."})";
  }
  return R"({"code":"batch_cancelled","message":"This request was not executed, because the batch )"
         R"(was cancelled."})";
}

std::string openai_line(const BulkJob& job, const BulkResult& result, std::size_t number) {
  const auto id = fmt::format("batch_req_simulated_{}_{}", job.number, number);
  const auto start =
      fmt::format(R"({{"id":{},"custom_id":{},)", quoted(id), quoted(result.custom_id));
  if (result.end == LineEnd::expired || result.end == LineEnd::canceled) {
    return fmt::format("{}\"response\":null,\"error\":{}}}\n", start, openai_error(result.end));
  }
  return fmt::format(
      "{}\"response\":{{\"status_code\":{},\"request_id\":{},\"body\":{}}},"
      "\"error\":null}}\n",
      start, result.answer.status, quoted(id), result.answer.body);
}

std::string anthropic_result(const BulkResult& result) {
  switch (result.end) {
    case LineEnd::succeeded:
      return fmt::format(R"({{"type":"succeeded","message":{}}})", result.answer.body);
    case LineEnd::errored:
      return fmt::format(R"({{"type":"errored","error":{}}})", result.answer.body);
    case LineEnd::canceled:
      return R"({"type":"canceled"})";
    case LineEnd::expired:
      break;
  }
  return R"({"type":"expired"})";
}

}  // namespace

OpenAiResults openai_results(const BulkJob& job) {
  OpenAiResults files;
  for (std::size_t i = 0; i < job.results.size(); ++i) {
    const auto& result = job.results[i];
    auto& file = result.end == LineEnd::succeeded ? files.output : files.errors;
    file += openai_line(job, result, i + 1);
  }
  return files;
}

std::string anthropic_results(const BulkJob& job) {
  std::string lines;
  for (const auto& result : job.results) {
    lines += fmt::format("{{\"custom_id\":{},\"result\":{}}}\n", quoted(result.custom_id),
                         anthropic_result(result));
  }
  return lines;
}

}  // namespace sheaf::simulate
