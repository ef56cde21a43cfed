#include "progress.hpp"

#include <string>

#include <fmt/format.h>
#include <spdlog/sinks/ansicolor_sink.h>

namespace sheaf::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds redraw_every{100};
constexpr milliseconds line_every{10'000};
constexpr std::string_view to_line_start = "\r\x1b[K";

std::shared_ptr<spdlog::logger> make_logger(Verbosity verbosity, Terminal terminal) {
  const auto colours = terminal.has_colour ? spdlog::color_mode::always : spdlog::color_mode::never;
  auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_st>(colours);
  auto log = std::make_shared<spdlog::logger>("sheaf", std::move(sink));
  log->set_pattern(verbosity == Verbosity::verbose ? "%H:%M:%S.%e %^%l%$ %v" : "sheaf: %^%l%$: %v");
  switch (verbosity) {
    case Verbosity::quiet:
      log->set_level(spdlog::level::off);
      break;
    case Verbosity::normal:
      log->set_level(spdlog::level::warn);
      break;
    case Verbosity::verbose:
      log->set_level(spdlog::level::debug);
      break;
  }
  return log;
}

spdlog::level::level_enum level_of(Severity severity) {
  switch (severity) {
    case Severity::debug:
      return spdlog::level::debug;
    case Severity::info:
      return spdlog::level::info;
    case Severity::warning:
      break;
  }
  return spdlog::level::warn;
}

}  // namespace

ProgressDisplay::ProgressDisplay(Verbosity verbosity, Progression progression, Model model,
                                 Terminal terminal)
    : shows_(verbosity == Verbosity::quiet                                  ? Shows::nothing
             : terminal.can_redraw && progression == Progression::automatic ? Shows::bar
                                                                            : Shows::lines),
      model_(model),
      paint_(terminal.has_colour ? Paint::colour : Paint::plain),
      log_(make_logger(verbosity, terminal)) {}

ProgressDisplay::~ProgressDisplay() { clear(); }

void ProgressDisplay::progress(const Progress& progress) {
  if (shows_ == Shows::nothing) return;
  pace_.add(progress);
  const bool is_first = !last_shown_.has_value();
  if (shows_ == Shows::bar) {
    if (!is_first && progress.elapsed - *last_shown_ < redraw_every) return;
    last_shown_ = progress.elapsed;
    draw(progress);
    return;
  }
  if (progress.elapsed - last_shown_.value_or(milliseconds(0)) < line_every) return;
  last_shown_ = progress.elapsed;
  print_status(fmt::format("sheaf: {}\n", progress_line(progress, pace_, model_)));
}

void ProgressDisplay::draw(const Progress& progress) {
  // One column stays free: a terminal may break the line after its last.
  print_status(fmt::format("{}{}", to_line_start,
                           progress_bar(progress, pace_, model_, paint_, terminal_width() - 1)));
  is_drawn_ = true;
}

void ProgressDisplay::notice(Severity severity, std::string_view text) {
  const auto level = level_of(severity);
  if (!log_->should_log(level)) return;
  clear();
  log_->log(level, one_line(text));
  log_->flush();
}

void ProgressDisplay::clear() {
  if (!is_drawn_) return;
  print_status(to_line_start);
  is_drawn_ = false;
}

}  // namespace sheaf::cli
