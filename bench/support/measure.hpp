// What benchmarks measure by: CPU time of this process, medians and quartiles, the load.
#pragma once

#include <chrono>
#include <vector>

namespace sheaf::bench {

/// User and system time of this process so far, all threads.
std::chrono::duration<double, std::micro> cpu_time();

struct Quartiles {
  double lower = 0;
  double median = 0;
  double upper = 0;
};
/// Of at least one value; by linear interpolation.
Quartiles quartiles(std::vector<double> values);

/// The load of the last minute.
double load_average();

/// Lets this process and its children open as many files as the hard limit allows.
void raise_file_limit();

}  // namespace sheaf::bench
