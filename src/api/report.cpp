#include "api/report.hpp"

#include <algorithm>
#include <utility>

#include "core/json.hpp"
#include "report/report.hpp"

namespace sheaf {
namespace {

Expected<json::Value> parsed(const Report& report) {
  auto value = json::parse(report.json);
  if (value) return std::move(*value);
  return fail(ErrorCode::usage, "this is no report: " + value.error().reason);
}

}  // namespace

Expected<std::string> report_page(const Report& report) {
  const auto value = parsed(report);
  if (!value) return std::unexpected(value.error());
  return report::html(*value);
}

Expected<std::vector<std::pair<std::string, std::string>>> report_tables(const Report& report) {
  const auto value = parsed(report);
  if (!value) return std::unexpected(value.error());
  std::vector<std::pair<std::string, std::string>> tables;
  for (auto& file : report::csv(*value)) {
    tables.emplace_back(std::move(file.name), std::move(file.bytes));
  }
  return tables;
}

}  // namespace sheaf

namespace sheaf::api {

Report to_report(const eval::ReportData& data) {
  const auto simulated = [](const eval::Cell& cell) { return cell.simulated; };
  return {.json = json::dump(eval::report_json(data)),
          .text = eval::report_text(data),
          .simulated = std::ranges::any_of(data.cells, simulated),
          .stopped = {}};
}

}  // namespace sheaf::api
