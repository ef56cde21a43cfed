#pragma once

namespace sheaf::cli {

/// No core dump of this process, which holds keys and rows. A limit of one byte and not none: Linux
/// hands a dump to a program (core_pattern "|...") even under a limit of 0, but not of 1. The
/// process stays traceable, and /dev/fd/N stays its own.
void forbid_memory_images();

}  // namespace sheaf::cli
