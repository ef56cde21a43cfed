// The prices that a checkpoint keeps, so that what it spent can be told by kind.
#pragma once

#include <string>
#include <vector>

#include "core/price.hpp"

namespace sheaf::run {

/// Of store::TaskMark::prices; those that cannot be read are left out.
std::vector<PriceList> read_prices(const std::string& stored);

/// The same with these among them.
std::string with_prices(const std::string& stored, const PriceList& prices);

}  // namespace sheaf::run
