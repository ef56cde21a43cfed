// Texts in GBNF, the grammars of llama.cpp (its grammars/README.md).
#pragma once

#include <string>
#include <string_view>

namespace sheaf {

/// What stands between the quotes of a literal that admits exactly `text`.
std::string escaped_for_gbnf(std::string_view text);

}  // namespace sheaf
