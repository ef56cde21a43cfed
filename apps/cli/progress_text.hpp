// How progress reads, apart from where it is shown.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include <sheaf/run.hpp>

namespace sheaf::cli {

/// Rows settled.
std::int64_t rows_done(const Progress& progress);

/// The speed of late: over the last half minute, so that the estimate follows a change.
class Pace {
 public:
  void add(const Progress& progress);
  double rows_per_second() const;
  /// Nothing while the end or the speed is unknown.
  std::optional<std::chrono::milliseconds> time_left(const Progress& progress) const;

 private:
  struct Point {
    std::chrono::milliseconds elapsed{0};
    std::int64_t rows = 0;
  };
  std::deque<Point> points_;
};

enum class Model { real, simulated };
enum class Paint { plain, colour };

/// One line for a log: "1,234 of about 10,000 rows, 56.1 rows/s, ...".
std::string progress_line(const Progress& progress, const Pace& pace, Model model);

/// One line of at most `width` columns (colours not counted): a bar, the rows, and as many of the
/// other figures as fit, the less wanted left out first. That the model is simulated is never left
/// out.
std::string progress_bar(const Progress& progress, const Pace& pace, Model model, Paint paint,
                         int width);

}  // namespace sheaf::cli
