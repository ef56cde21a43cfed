// Runs one hot path so many times, for a program that counts instructions:
//   hot_path NAME TIMES
// Without arguments it lists the names.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "hot_paths.hpp"

int main(int count, char** words) {
  for (const auto& path : sheaf::bench::hot_paths()) {
    if (count != 3) std::printf("%s\n", path.name.data());
    if (count != 3 || path.name != std::string_view(words[1])) continue;
    const auto once = path.prepare();
    for (auto left = std::strtol(words[2], nullptr, 10); left > 0; --left) once();
    return 0;
  }
  return count == 1 ? 0 : 2;
}
