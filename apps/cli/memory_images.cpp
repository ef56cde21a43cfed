#include "memory_images.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace sheaf::cli {

void forbid_memory_images() {
  rlimit image{};
  if (getrlimit(RLIMIT_CORE, &image) != 0) return;
  image.rlim_cur = std::min<rlim_t>(1, image.rlim_max);
  setrlimit(RLIMIT_CORE, &image);
}

}  // namespace sheaf::cli
