// The paths that every row takes, each alone, on inputs that never change: for the micro benchmarks
// (micro_bench.cpp) and for counting instructions (hot_path.cpp).
#pragma once

#include <functional>
#include <string_view>
#include <vector>

namespace sheaf::bench {

struct HotPath {
  std::string_view name;
  std::string_view unit;  ///< What `once` does.
  /// Makes its inputs, and gives what works on them once.
  std::function<std::function<void()>()> prepare;
};

/// All of them. The functions that `prepare` gives share nothing.
const std::vector<HotPath>& hot_paths();

}  // namespace sheaf::bench
