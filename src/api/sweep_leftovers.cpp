#include "api/sweep_leftovers.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"

namespace sheaf::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view checkpoint = ".sheaf";
/// A results file's name with each of these is a run's as well.
constexpr std::array<std::string_view, 6> beside_results{
    ".sheaf", ".sheaf-wal", ".sheaf-shm", ".partial", ".rejected", ".rejected.partial"};

bool is_of_a_sweep(const fs::path& folder) {
  std::ifstream file(folder / "sweep.json", std::ios::binary);
  const auto kept = json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
  return kept && kept->object() != nullptr && kept->find("sweep") != nullptr;
}

/// nullopt: they cannot be listed, or not all are regular files.
std::optional<std::set<std::string>> files_in(const fs::path& folder) {
  std::set<std::string> files;
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return files;
  fs::directory_iterator file(folder, error);
  for (; !error && file != fs::directory_iterator(); file.increment(error)) {
    if (!fs::is_regular_file(file->symlink_status(error))) return std::nullopt;
    files.insert(file->path().string());
  }
  if (error) return std::nullopt;
  return files;
}

/// Whether the file is a checkpoint, or stands beside one as a run's files do.
bool is_a_runs(std::string_view file, const std::set<std::string>& files) {
  return std::ranges::any_of(beside_results, [&](std::string_view ending) {
    if (!file.ends_with(ending)) return false;
    std::string results(file.substr(0, file.size() - ending.size()));
    return files.contains(results.append(checkpoint));
  });
}

}  // namespace

std::optional<SweepLeftovers> SweepLeftovers::in(const std::string& folder) {
  if (!is_of_a_sweep(folder)) return std::nullopt;
  const auto files = files_in(fs::path(folder) / "cells");
  if (!files) return std::nullopt;
  SweepLeftovers found;
  for (const auto& file : *files) {
    if (!is_a_runs(file, *files)) return std::nullopt;
    if (!file.ends_with(checkpoint)) continue;
    auto store = store::open_sqlite(file, store::Access::read_write);
    if (!store) return std::nullopt;
    const auto spent = (*store)->spending();
    if (!spent || spent->requests > 0) return std::nullopt;
    found.locked_.push_back(std::move(*store));
  }
  found.files_.assign(files->begin(), files->end());
  return found;
}

Expected<void> SweepLeftovers::remove() {
  for (const auto& file : files_) {
    std::error_code error;
    fs::remove(file, error);
    if (error) {
      return fail(ErrorCode::usage,
                  fmt::format("cannot remove {} ({}), which an earlier sweep left that bought "
                              "nothing; choose another folder",
                              text::display_safe(file), error.message()));
    }
  }
  locked_.clear();
  return {};
}

}  // namespace sheaf::api
