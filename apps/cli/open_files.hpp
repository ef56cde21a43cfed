#pragma once

namespace sheaf::cli {

/// Raises the limit of open files as far as the system lets a process: every request in flight
/// holds one, and the usual limit is made for programs with few.
void allow_many_open_files();

}  // namespace sheaf::cli
