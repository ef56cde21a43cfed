#include "rows/system_error.hpp"

#include <system_error>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::rows {

std::unexpected<Error> system_error(ErrorCode code, std::string_view action, std::string_view name,
                                    int errno_value) {
  return fail(code, fmt::format("cannot {} {}: {}", action, text::display_safe(name, 400),
                                std::generic_category().message(errno_value)));
}

}  // namespace sheaf::rows
