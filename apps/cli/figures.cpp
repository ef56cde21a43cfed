#include "figures.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sheaf::cli {

std::string grouped(std::int64_t number) {
  auto digits = fmt::format("{}", number);
  const std::ptrdiff_t first = number < 0 ? 1 : 0;
  for (auto at = std::ssize(digits) - 3; at > first; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string dollars(double usd) {
  if (usd == 0 || usd >= 100) return fmt::format("${:.2f}", usd);
  if (usd >= 0.1) return fmt::format("${:.4f}", usd);
  return fmt::format("${:.6f}", usd);
}

std::string duration(std::chrono::milliseconds time) {
  const auto seconds = time.count() / 1000;
  if (seconds < 10) return fmt::format("{:.1f}s", static_cast<double>(time.count()) / 1000);
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  if (seconds < 86'400) return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}d{:02}h", seconds / 86'400, seconds / 3600 % 24);
}

std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "-";
  const auto share = 100 * static_cast<double>(part) / static_cast<double>(whole);
  // Neither "100.0%" nor "0.0%" stands for nearly all or nearly none.
  if (part > 0 && share < 0.05) return "<0.1%";
  if (part < whole && share >= 99.95) return ">99.9%";
  return fmt::format("{:.1f}%", share);
}

std::string ratio(double larger, double smaller) {
  if (!(smaller > 0)) return "-";
  return fmt::format("{:.1f}x", larger / smaller);
}

std::string with_noun(std::int64_t count, std::string noun) {
  if (count != 1) noun += 's';
  return fmt::format("{} {}", grouped(count), noun);
}

std::string table(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    if (line.size() == 1) continue;
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      row += i == 0 ? fmt::format("  {:<{}}", line[i], widths[i])
                    : fmt::format("  {:>{}}", line[i], widths[i]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text.append(row).push_back('\n');
  }
  return text;
}

}  // namespace sheaf::cli
