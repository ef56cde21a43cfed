#include "api/sweep_grid.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "grouping/kind.hpp"
#include "task/task.hpp"

namespace sheaf::api {
namespace {

constexpr int most_repeats = 100;

/// A model's name as a part of a file's; where it says less than the name, with a digest of it.
std::string file_word(const std::string& name) {
  std::string word;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
    word.push_back(plain ? c : '-');
  }
  if (word == name) return word;
  return fmt::format("{}-{:06x}", word, hash64(name) & 0xFFFFFF);
}

std::string name_of(const eval::CellKey& key) {
  return fmt::format("b{}-{}-{}-{}-r{}{}", key.batch_size, key.format, key.grouping,
                     file_word(key.model), key.repeat, key.noise ? "-again" : "");
}

/// The rising sizes, 1 among them.
std::vector<int> sizes_of(const SweepOptions& options) {
  auto sizes = options.batch_sizes;
  sizes.push_back(1);
  std::ranges::sort(sizes);
  const auto [first, last] = std::ranges::unique(sizes);
  sizes.erase(first, last);
  return sizes;
}

/// Each of them once, in their order; none: the task's own.
std::vector<std::string> or_own(const std::vector<std::string>& words, const std::string& own) {
  std::vector<std::string> once;
  for (const auto& word : words) {
    if (std::ranges::find(once, word) == once.end()) once.push_back(word);
  }
  if (once.empty()) once.push_back(own);
  return once;
}

class Grid {
 public:
  Grid(const std::string& path, const TaskOverrides& overrides, const SweepOptions& options)
      : path_(path), overrides_(overrides), options_(options) {}

  Expected<std::vector<GridCell>> make() {
    const auto own = Task::load(path_, overrides_);
    if (!own) return std::unexpected(own.error());
    for (const auto& key : variants(*own)) {
      if (auto done = add_variant(key); !done) return std::unexpected(done.error());
    }
    return std::move(cells_);
  }

 private:
  std::vector<eval::CellKey> variants(const Task& own) const {
    const auto& batch = own.internal()->batch;
    const auto formats = or_own(options_.formats, batch.format);
    const auto groupings =
        or_own(options_.groupings, std::string(grouping::name_of(batch.grouping)));
    std::vector<eval::CellKey> keys;
    for (const auto& model : or_own(options_.models, own.model())) {
      for (const auto& format : formats) {
        for (const auto& grouping : groupings) {
          keys.push_back({1, format, grouping, model, 1, false});
        }
      }
    }
    return keys;
  }

  Expected<void> add_variant(eval::CellKey key) {
    for (key.repeat = 1; key.repeat <= options_.repeats; ++key.repeat) {
      for (const int size : sizes_of(options_)) {
        key.batch_size = size;
        if (auto done = add(key); !done) return done;
        if (size != 1 || key.repeat != 1) continue;
        key.noise = true;
        if (auto done = add(key); !done) return done;
        key.noise = false;
      }
    }
    return {};
  }

  Expected<void> add(const eval::CellKey& key) {
    auto overrides = overrides_;
    overrides.batch_size = key.batch_size;
    if (!options_.models.empty()) overrides.model = key.model;
    overrides.format = key.format;
    // Every repeat composes its batches anew; the order of the rows alone could not.
    const bool keeps_order = key.grouping == "sequential" && key.repeat > 1;
    overrides.grouping = keeps_order ? "random" : key.grouping;
    auto task = Task::load(path_, overrides);
    if (!task) return std::unexpected(task.error());
    const auto name = name_of(key);
    const auto file = std::filesystem::path(options_.folder) / "cells" / (name + ".jsonl");
    cells_.push_back({key, name, std::move(*task), file.string()});
    return {};
  }

  const std::string& path_;
  const TaskOverrides& overrides_;
  const SweepOptions& options_;
  std::vector<GridCell> cells_;
};

Expected<void> check(const SweepOptions& options) {
  if (options.folder.empty()) return fail(ErrorCode::usage, "no folder: give -o FOLDER");
  if (options.run.rows == "-") {
    return fail(ErrorCode::usage, "a sweep reads its rows for every cell: give a file, not -");
  }
  if (options.repeats < 1 || options.repeats > most_repeats) {
    return fail(ErrorCode::usage,
                fmt::format("--repeat takes a number from 1 to {}", most_repeats));
  }
  if (!(options.max_loss >= 0 && options.max_loss <= 1)) {
    return fail(ErrorCode::usage, "--max-loss takes 0 to 100 points");
  }
  return {};
}

}  // namespace

Expected<std::vector<GridCell>> make_grid(const std::string& task_path,
                                          const TaskOverrides& overrides,
                                          const SweepOptions& options) {
  if (auto done = check(options); !done) return std::unexpected(done.error());
  return Grid(task_path, overrides, options).make();
}

}  // namespace sheaf::api
