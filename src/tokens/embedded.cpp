#include "tokens/embedded.hpp"

#include <memory>

#include <zstd.h>

#if defined(SHEAF_O200K_BASE) && defined(SHEAF_CL100K_BASE)
// The assembler reads the file's bytes: as a C++ array they would take a compiler minutes.
#define SHEAF_EMBED(name, path)      \
  __asm__(                           \
      ".pushsection .rodata\n"       \
      ".balign 16\n" #name           \
      "_begin:\n"                    \
      ".incbin \"" path "\"\n" #name \
      "_end:\n"                      \
      ".byte 0\n"                    \
      ".popsection\n")
SHEAF_EMBED(sheaf_o200k_base, SHEAF_O200K_BASE);
SHEAF_EMBED(sheaf_cl100k_base, SHEAF_CL100K_BASE);

extern "C" {
extern const char sheaf_o200k_base_begin[], sheaf_o200k_base_end[];
extern const char sheaf_cl100k_base_begin[], sheaf_cl100k_base_end[];
}
#endif

namespace sheaf::tokens {

std::string_view embedded_table(std::string_view name) {
#if defined(SHEAF_O200K_BASE) && defined(SHEAF_CL100K_BASE)
  if (name == "o200k_base") return {sheaf_o200k_base_begin, sheaf_o200k_base_end};
  if (name == "cl100k_base") return {sheaf_cl100k_base_begin, sheaf_cl100k_base_end};
#endif
  static_cast<void>(name);
  return {};
}

std::optional<std::string> unpack_zstd(std::string_view packed) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     &ZSTD_freeDCtx);
  std::string text;
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::size_t wanted = 1;  // Of the frame, as zstd guesses; 0 at its end.
  while (wanted != 0) {
    const auto written = text.size();
    text.resize(written + ZSTD_DStreamOutSize());
    ZSTD_outBuffer out{text.data() + written, text.size() - written, 0};
    wanted = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(wanted) != 0) return std::nullopt;
    text.resize(written + out.pos);
    if (wanted != 0 && out.pos == 0 && in.pos == in.size) return std::nullopt;
  }
  return text;
}

}  // namespace sheaf::tokens
