#include "progress_text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "figures.hpp"

namespace sheaf::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds pace_window{30'000};
constexpr std::size_t shortest_bar = 8;
constexpr std::size_t longest_bar = 30;
constexpr std::string_view between = "  ";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view usual = "\x1b[0m";

/// A figure of the bar. The lower its `rank`, the longer it stays when room gets short.
struct Segment {
  int rank = 0;
  std::string text;
  std::string_view colour = {};
};

/// For the bar, where room is short: "$12.34", "$0.123", "$0.0012".
std::string short_dollars(double usd) {
  return fmt::format("${:.{}f}", usd, usd >= 1 ? 2 : usd >= 0.1 ? 3 : 4);
}

std::string speed(const Pace& pace) {
  const auto rows = pace.rows_per_second();
  return fmt::format("{:.{}f} rows/s", rows, rows < 10 ? 1 : 0);
}

/// "2 bulk jobs, 1,200 of 5,000 done"; empty without any.
std::string bulk_jobs(const Progress& progress) {
  if (progress.bulk_jobs == 0) return {};
  return fmt::format("{}, {} of {} done", with_noun(progress.bulk_jobs, "bulk job"),
                     grouped(progress.bulk_done), grouped(progress.bulk_requests));
}

bool is_estimate(const Progress& progress) { return progress.rows_read < *progress.rows_total; }

std::vector<Segment> segments_of(const Progress& progress, const Pace& pace, Model model) {
  std::vector<Segment> all;
  if (model == Model::simulated) all.push_back({0, "simulated model"});
  const auto done = grouped(rows_done(progress));
  all.push_back({0, progress.rows_total
                        ? fmt::format("{}/{}{}", done, is_estimate(progress) ? "~" : "",
                                      grouped(*progress.rows_total))
                        : done + " rows"});
  if (progress.failed > 0) {
    all.push_back({1, fmt::format("{} failed", grouped(progress.failed)), red});
  }
  all.push_back({3, speed(pace)});
  if (const auto left = pace.time_left(progress)) all.push_back({2, "ETA " + duration(*left)});
  if (auto jobs = bulk_jobs(progress); !jobs.empty()) all.push_back({1, std::move(jobs)});
  all.push_back({5, fmt::format("{} in flight", progress.in_flight)});
  all.push_back({6, with_noun(progress.repairs, "repair")});
  if (progress.spent_usd) {
    auto money = short_dollars(*progress.spent_usd);
    if (progress.projected_usd) money += "/~" + short_dollars(*progress.projected_usd);
    all.push_back({4, std::move(money)});
  }
  return all;
}

std::size_t width_of(const std::vector<Segment>& segments) {
  std::size_t width = 0;
  for (const auto& segment : segments) width += segment.text.size();
  return segments.empty() ? 0 : width + (segments.size() - 1) * between.size();
}

std::vector<Segment> fitting(std::vector<Segment> segments, std::size_t width) {
  while (width_of(segments) > width) {
    const auto last = std::ranges::max_element(segments, {}, &Segment::rank);
    if (last->rank == 0) break;
    segments.erase(last);
  }
  return segments;
}

std::string painted(std::string text, std::string_view colour, Paint paint) {
  if (paint == Paint::plain || colour.empty()) return text;
  return fmt::format("{}{}{}", colour, text, usual);
}

std::string bar(const Progress& progress, std::size_t length, Paint paint) {
  const auto share = *progress.rows_total == 0 ? 1.0
                                               : static_cast<double>(rows_done(progress)) /
                                                     static_cast<double>(*progress.rows_total);
  const auto inside = length - 2;
  const auto full =
      static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(inside));
  return fmt::format("[{}{}]", painted(std::string(full, '#'), full == 0 ? "" : green, paint),
                     std::string(inside - full, '-'));
}

}  // namespace

std::int64_t rows_done(const Progress& progress) { return progress.answered + progress.failed; }

void Pace::add(const Progress& progress) {
  points_.push_back({progress.elapsed, rows_done(progress)});
  while (points_.size() > 2 && points_.back().elapsed - points_[1].elapsed >= pace_window) {
    points_.pop_front();
  }
}

double Pace::rows_per_second() const {
  const Point first = points_.size() > 1 ? points_.front() : Point{};
  const Point last = points_.empty() ? Point{} : points_.back();
  if (last.elapsed <= first.elapsed) return 0;
  return static_cast<double>(last.rows - first.rows) * 1000 /
         static_cast<double>((last.elapsed - first.elapsed).count());
}

std::optional<milliseconds> Pace::time_left(const Progress& progress) const {
  const auto speed = rows_per_second();
  // Nobody can tell when a bulk job is over.
  if (!progress.rows_total || speed <= 0 || progress.bulk_jobs > 0) return std::nullopt;
  const auto rows = std::max<std::int64_t>(0, *progress.rows_total - rows_done(progress));
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(rows) * 1000 / speed));
}

std::string progress_line(const Progress& progress, const Pace& pace, Model model) {
  std::string line = grouped(rows_done(progress));
  if (progress.rows_total) {
    line += fmt::format(" of {}{}", is_estimate(progress) ? "about " : "",
                        grouped(*progress.rows_total));
  }
  line += " rows";
  if (progress.failed > 0) line += fmt::format(", {} of them failed", grouped(progress.failed));
  line += ", " + speed(pace);
  if (const auto left = pace.time_left(progress)) line += ", ETA " + duration(*left);
  if (const auto jobs = bulk_jobs(progress); !jobs.empty()) line += ", " + jobs;
  line +=
      fmt::format(", {} in flight, {}", progress.in_flight, with_noun(progress.repairs, "repair"));
  if (progress.spent_usd) line += fmt::format(", spent {}", dollars(*progress.spent_usd));
  if (progress.projected_usd) {
    line += fmt::format(" of about {}", dollars(*progress.projected_usd));
  }
  return model == Model::simulated ? "simulated model: " + line : line;
}

std::string progress_bar(const Progress& progress, const Pace& pace, Model model, Paint paint,
                         int width) {
  const auto room = static_cast<std::size_t>(std::max(width, 20));
  const bool has_bar = progress.rows_total.has_value();
  const auto bar_room = has_bar ? shortest_bar + between.size() : 0;
  auto segments = fitting(segments_of(progress, pace, model), room - bar_room);
  const auto used = width_of(segments);
  std::string line;
  if (has_bar && used + bar_room <= room) {
    line = bar(progress, std::min(room - used - between.size(), longest_bar), paint);
  }
  for (const auto& segment : segments) {
    if (!line.empty()) line += between;
    line += painted(segment.text, segment.colour, paint);
  }
  // Too narrow even for what must stand there: cut, so that the line stays one.
  if (used > room) line.resize(room);
  return line;
}

}  // namespace sheaf::cli
