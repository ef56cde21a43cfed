// Errors of the operating system, as one sentence.
#pragma once

#include <string>
#include <string_view>

#include <sheaf/error.hpp>

namespace sheaf::rows {

/// `errno_value` as "cannot ACTION NAME: No space left on device"; NAME is made display-safe.
std::unexpected<Error> system_error(ErrorCode code, std::string_view action, std::string_view name,
                                    int errno_value);

}  // namespace sheaf::rows
