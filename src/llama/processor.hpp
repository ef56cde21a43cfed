// Whether this processor runs what llama.cpp was compiled to.
#pragma once

#include <span>
#include <string_view>

#include <sheaf/error.hpp>

namespace sheaf::llama {

struct InstructionSet {
  std::string_view name;
  bool compiled = false;  ///< Whether llama.cpp was compiled to use it.
  bool here = false;      ///< Whether this processor has it.
};

/// An Error (ErrorCode::unavailable) that names the first of `sets` that is used and not there.
Expected<void> check_instructions(std::span<const InstructionSet> sets);

/// The same of x86-64's sets. Always passes on other processors, and with an installed llama.cpp,
/// which may choose its code as it starts. To be asked before anything else of llama.cpp runs.
Expected<void> check_processor();

}  // namespace sheaf::llama
