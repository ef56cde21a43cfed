// A report as the public API gives it.
#pragma once

#include <sheaf/eval.hpp>

#include "eval/report.hpp"

namespace sheaf::api {

Report to_report(const eval::ReportData& data);

}  // namespace sheaf::api
