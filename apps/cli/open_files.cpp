#include "open_files.hpp"

#include <sys/resource.h>

namespace sheaf::cli {

void allow_many_open_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace sheaf::cli
