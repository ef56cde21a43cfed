// The hot paths by Google Benchmark.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "hot_paths.hpp"

int main(int count, char** words) {
  for (const auto& path : sheaf::bench::hot_paths()) {
    const auto name = fmt::format("{}: {}", path.name, path.unit);
    benchmark::RegisterBenchmark(name.c_str(), [prepare = path.prepare](benchmark::State& state) {
      const auto once = prepare();
      for (auto _ : state) once();
    });
  }
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
