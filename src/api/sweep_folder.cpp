#include "api/sweep_folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/sweep_leftovers.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "rows/sink.hpp"
#include "run/tally.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf::api {
namespace {

namespace fs = std::filesystem;

/// What has to be the same for results of earlier calls to be of this sweep.
Expected<json::Value> identity(const RunOptions& run) {
  const auto digest = rows::digest_file(run.rows);
  if (!digest) return std::unexpected(digest.error());
  const auto or_null = [](const auto& count) {
    return count ? json::Value(*count) : json::Value();
  };
  return json::Object{
      {"sweep", 1},
      {"rows_bytes", digest->bytes},
      {"rows_xxh3", fmt::format("{:016x}", digest->digest)},
      {"limit", or_null(run.limit)},
      {"sample", or_null(run.sample)},
      {"seed", run.sample ? json::Value(fmt::format("{}", run.seed)) : json::Value()}};
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A checkpoint in which nothing was written yet, as a kill or a full disk can leave it.
bool is_blank(const std::string& path) {
  std::error_code unreadable;
  return fs::file_size(path, unreadable) == 0;
}

/// A checkpoint of the same name must have been bought by the same requests.
Expected<void> check_owner(const GridCell& cell) {
  const auto path = cell.results + ".sheaf";
  std::error_code unreadable;
  if (!fs::exists(path, unreadable) || is_blank(path)) return {};
  auto store = store::open_sqlite(path, store::Access::read_only);
  if (!store) return std::unexpected(store.error());
  const auto mark = (*store)->task_mark();
  if (!mark) return std::unexpected(mark.error());
  const auto mine = task::request_identity(*cell.task.internal());
  if (mark->request_identity.empty() || mark->request_identity == mine) return {};
  return fail(ErrorCode::usage,
              fmt::format("{} was bought with another model, instruction or other exemplars than "
                          "{} has now; choose another folder",
                          text::display_safe(path), cell.task.internal()->path));
}

Expected<void> check_owners(const SweepOptions& options, const std::vector<GridCell>& grid,
                            const json::Value& mine) {
  const auto kept = json::parse(content(fs::path(options.folder) / "sweep.json"));
  if (!kept || *kept != mine) {
    return fail(ErrorCode::usage,
                fmt::format("{} belongs to a sweep over other rows (another file, --limit, "
                            "--sample or --seed); choose another folder",
                            text::display_safe(options.folder)));
  }
  for (const auto& cell : grid) {
    if (auto done = check_owner(cell); !done) return done;
  }
  return {};
}

}  // namespace

Expected<void> claim_folder(const SweepOptions& options, const std::vector<GridCell>& grid) {
  const fs::path folder(options.folder);
  auto mine = identity(options.run);
  if (!mine) return std::unexpected(mine.error());
  std::error_code error;
  if (fs::exists(folder / "sweep.json", error)) {
    auto owned = check_owners(options, grid, *mine);
    auto leftovers = owned ? std::nullopt : SweepLeftovers::in(options.folder);
    if (!leftovers) return owned;
    if (auto removed = leftovers->remove(); !removed) return removed;
  } else if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return fail(ErrorCode::usage, fmt::format("{} holds something else already; choose a new "
                                              "folder for the sweep",
                                              text::display_safe(options.folder)));
  }
  fs::create_directories(folder / "cells", error);
  std::ofstream file(folder / "sweep.json", std::ios::binary);
  file << json::dump(*mine) << '\n';
  file.close();
  if (!error && file) return {};
  return fail(ErrorCode::usage, fmt::format("cannot write to {}; give a folder that can be written",
                                            text::display_safe(options.folder)));
}

Expected<std::vector<std::string>> checkpoints_in(const std::string& folder,
                                                  const std::string& but_for) {
  std::vector<std::string> paths;
  const auto cells = fs::path(folder) / "cells";
  std::error_code error;
  fs::directory_iterator file(cells, error);
  for (; !error && file != fs::directory_iterator(); file.increment(error)) {
    auto path = file->path().string();
    if (!path.ends_with(".sheaf") || path == but_for + ".sheaf") continue;
    if (!is_blank(path)) paths.push_back(std::move(path));
  }
  if (!error) return paths;
  return fail(ErrorCode::usage, fmt::format("cannot read {} ({})",
                                            text::display_safe(cells.string()), error.message()));
}

Expected<Spent> spent_in(const std::string& folder, const std::string& but_for) {
  const auto paths = checkpoints_in(folder, but_for);
  if (!paths) return std::unexpected(paths.error());
  Spent spent;
  for (const auto& path : *paths) {
    auto store = store::open_sqlite(path, store::Access::read_only);
    if (!store) return std::unexpected(store.error());
    const auto all = (*store)->spending();
    if (!all) return std::unexpected(all.error());
    spent.usd += run::to_usd(all->cost);
    spent.requests += all->requests;
  }
  return spent;
}

}  // namespace sheaf::api
