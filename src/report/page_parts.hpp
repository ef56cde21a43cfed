// The page around its data, assembled at build time from src/report/page/ and the chart library
// (page/assemble.cmake).
#pragma once

#include <string_view>

namespace sheaf::report {

/// The page up to the JSON of its data, and from there to its end.
std::string_view page_before_data();
std::string_view page_after_data();

}  // namespace sheaf::report
