#include "api/report.hpp"

#include <algorithm>

#include "core/json.hpp"

namespace sheaf::api {

Report to_report(const eval::ReportData& data) {
  const auto simulated = [](const eval::Cell& cell) { return cell.simulated; };
  return {.json = json::dump(eval::report_json(data)),
          .text = eval::report_text(data),
          .simulated = std::ranges::any_of(data.cells, simulated),
          .stopped = {}};
}

}  // namespace sheaf::api
