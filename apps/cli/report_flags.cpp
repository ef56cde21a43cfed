#include "report_flags.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "console.hpp"
#include "exit_code.hpp"
#include "flags.hpp"

namespace sheaf::cli {
namespace {

namespace fs = std::filesystem;

/// Points of accuracy, 0 to 100, as a share.
Read<double> read_points(const std::string& text) {
  double points = 0;
  const auto end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, points);
  if (error != std::errc() || at != end || !(points >= 0 && points <= 100)) {
    return std::unexpected(
        fmt::format("takes points of accuracy, 0 to 100, such as 2; not '{}'", text));
  }
  return points / 100;
}

Expected<void> write(const fs::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) return {};
  return fail(ErrorCode::stopped,
              fmt::format("cannot write {}; give another place, or make room", path.string()));
}

Expected<void> write_tables(const Report& report, const std::string& folder) {
  const auto tables = report_tables(report);
  if (!tables) return std::unexpected(tables.error());
  std::error_code error;
  fs::create_directories(folder, error);
  for (const auto& [name, bytes] : *tables) {
    if (auto done = write(fs::path(folder) / name, bytes); !done) return done;
  }
  return {};
}

Expected<void> write_files(const Report& report, const ReportFlags& flags) {
  if (!flags.json.empty() && flags.json != "-") {
    if (auto done = write(flags.json, report.json + "\n"); !done) return done;
  }
  if (!flags.tables.empty()) {
    if (auto done = write_tables(report, flags.tables); !done) return done;
  }
  if (flags.page.empty()) return {};
  const auto page = report_page(report);
  if (!page) return std::unexpected(page.error());
  return write(flags.page, *page);
}

}  // namespace

void add_report_flags(CLI::App& command, ReportFlags& flags) {
  const std::string group = "The report";
  add_value(command, "--report", "FILE", flags.page, read_text,
            "A page with all figures, to open in a browser (.html)")
      ->group(group);
  add_value(command, "--json", "FILE", flags.json, read_text,
            "Everything that was measured, as JSON; - is standard output")
      ->group(group);
  add_value(command, "--csv", "FOLDER", flags.tables, read_text, "Every figure as a CSV file")
      ->group(group);
}

void add_max_loss_flag(CLI::App& command, double& max_loss) {
  add_value(command, "--max-loss", "POINTS", max_loss, read_points,
            "Loss of accuracy against b = 1 that is allowed (2)");
}

Expected<void> check_places(const ReportFlags& flags) {
  for (const auto& [flag, file] : {std::pair("--report", &flags.page), {"--json", &flags.json}}) {
    if (file->empty() || (flag == std::string_view("--json") && *file == "-")) continue;
    if (*file == "-") {
      return fail(ErrorCode::usage, fmt::format("{} takes a file, not -", flag));
    }
    std::error_code error;
    const auto folder = fs::absolute(*file, error).parent_path();
    if (!fs::is_directory(folder, error)) {
      return fail(ErrorCode::usage,
                  fmt::format("{} {}: there is no folder {}", flag, *file, folder.string()));
    }
  }
  return {};
}

int deliver(const Report& report, const ReportFlags& flags) {
  if (!print(flags.json == "-" ? report.json + "\n" : report.text)) return exit_stopped;
  const auto written = write_files(report, flags);
  if (report.stopped) complain(*report.stopped);
  if (!written) return complain(written.error());
  return report.stopped ? exit_code(report.stopped->code) : exit_ok;
}

}  // namespace sheaf::cli
