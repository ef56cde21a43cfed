// The ledger for people and for programs: each column adds up to its last figure, and kinds side by
// side share no token.
#pragma once

#include <string>

#include "core/json.hpp"
#include "run/ledger.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::run {

/// `all` is what the whole file spent. Money by kind is told where prices are known.
std::string ledger_text(const Ledger& ledger, const store::Spending& all);
json::Object ledger_json(const Ledger& ledger, const store::Spending& all);

}  // namespace sheaf::run
