// Shows a run while it lasts, on standard error.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include <spdlog/logger.h>

#include <sheaf/run.hpp>

#include "console.hpp"
#include "progress_text.hpp"

namespace sheaf::cli {

enum class Verbosity { quiet, normal, verbose };
enum class Progression { automatic, plain };

/// On a terminal a bar, redrawn in place; elsewhere, or with Progression::plain, a line every ten
/// seconds; quiet: nothing. Notices go through a logger: warnings, with Verbosity::verbose all.
class ProgressDisplay final : public Observer {
 public:
  ProgressDisplay(Verbosity verbosity, Progression progression, Model model, Terminal terminal);
  ~ProgressDisplay() override;

  void progress(const Progress& progress) override;
  void notice(Severity severity, std::string_view text) override;
  /// Takes the bar off the terminal. Before anything else is written there.
  void clear();
  /// Whether the bar is what shows progress.
  bool has_bar() const { return shows_ == Shows::bar; }

 private:
  enum class Shows { nothing, lines, bar };

  void draw(const Progress& progress);

  Shows shows_;
  Model model_;
  Paint paint_;
  std::shared_ptr<spdlog::logger> log_;
  Pace pace_;
  std::optional<std::chrono::milliseconds> last_shown_;
  bool is_drawn_ = false;
};

}  // namespace sheaf::cli
