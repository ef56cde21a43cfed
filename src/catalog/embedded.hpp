// The data file that is part of this build.
#pragma once

#include <string_view>

namespace sheaf::catalog {

/// src/catalog/models.json.
std::string_view embedded_models();

}  // namespace sheaf::catalog
