#include "catalog/embedded.hpp"

__asm__(
    ".pushsection .rodata\n"
    "sheaf_models_begin:\n"
    ".incbin \"" SHEAF_MODELS_JSON
    "\"\n"
    "sheaf_models_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char sheaf_models_begin[], sheaf_models_end[];
}

namespace sheaf::catalog {

std::string_view embedded_models() { return {sheaf_models_begin, sheaf_models_end}; }

}  // namespace sheaf::catalog
