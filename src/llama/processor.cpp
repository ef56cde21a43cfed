#include "llama/processor.hpp"

#include <fmt/format.h>
#include <ggml-cpu.h>

namespace sheaf::llama {

Expected<void> check_instructions(std::span<const InstructionSet> sets) {
  for (const auto& set : sets) {
    if (!set.compiled || set.here) continue;
    return fail(ErrorCode::unavailable,
                fmt::format("this build of sheaf runs GGUF files by {} instructions, which this "
                            "processor lacks; build it on this machine, or with -DGGML_NATIVE=OFF",
                            set.name));
  }
  return {};
}

Expected<void> check_processor() {
#if defined(SHEAF_LLAMA_FOR_THIS_PROCESSOR) && defined(__x86_64__)
  const InstructionSet sets[] = {
      {"AVX", ggml_cpu_has_avx() != 0, __builtin_cpu_supports("avx") != 0},
      {"AVX2", ggml_cpu_has_avx2() != 0, __builtin_cpu_supports("avx2") != 0},
      {"BMI2", ggml_cpu_has_bmi2() != 0, __builtin_cpu_supports("bmi2") != 0},
      {"FMA", ggml_cpu_has_fma() != 0, __builtin_cpu_supports("fma") != 0},
      {"F16C", ggml_cpu_has_f16c() != 0, __builtin_cpu_supports("f16c") != 0},
      {"AVX-VNNI", ggml_cpu_has_avx_vnni() != 0, __builtin_cpu_supports("avxvnni") != 0},
      {"AVX-512", ggml_cpu_has_avx512() != 0, __builtin_cpu_supports("avx512f") != 0},
      {"AVX-512 VBMI", ggml_cpu_has_avx512_vbmi() != 0, __builtin_cpu_supports("avx512vbmi") != 0},
      {"AVX-512 VNNI", ggml_cpu_has_avx512_vnni() != 0, __builtin_cpu_supports("avx512vnni") != 0},
      {"AVX-512 BF16", ggml_cpu_has_avx512_bf16() != 0, __builtin_cpu_supports("avx512bf16") != 0},
  };
  return check_instructions(sets);
#else
  return {};
#endif
}

}  // namespace sheaf::llama
