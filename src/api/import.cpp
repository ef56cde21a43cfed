#include <filesystem>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sheaf/import.hpp>

#include "core/text.hpp"
#include "dataset/import_rows.hpp"
#include "dataset/sets.hpp"
#include "rows/sink.hpp"

namespace sheaf {
namespace {

Expected<const dataset::Set*> set_named(const std::string& name) {
  if (const auto* set = dataset::find_set(name)) return set;
  const auto names = import_sets();
  const auto nearest = text::nearest(name, names);
  return fail(ErrorCode::usage,
              fmt::format("no set is called '{}'{}; the sets are: {}", text::display_safe(name, 60),
                          nearest ? fmt::format("; did you mean '{}'?", *nearest) : "",
                          fmt::join(names, ", ")));
}

/// Where rows go, and bad ones beside them.
class Sinks {
 public:
  static Expected<Sinks> open(const std::string& output, bool skip_bad_rows) {
    std::error_code ignored;
    if (output != "-" && std::filesystem::exists(output, ignored)) {
      return fail(ErrorCode::usage,
                  fmt::format("{} exists and is not replaced; choose another name",
                              text::display_safe(output, 400)));
    }
    auto rows = output == "-" ? rows::ResultSink::open(output) : rows::ResultSink::create(output);
    if (!rows) return std::unexpected(std::move(rows.error()));
    Sinks sinks(std::move(*rows));
    if (!skip_bad_rows || output == "-") return sinks;
    sinks.rejected_name_ = output + ".rejected";
    auto rejected = rows::RejectedSink::open(sinks.rejected_name_);
    if (!rejected) return std::unexpected(std::move(rejected.error()));
    sinks.rejected_ = std::move(*rejected);
    return sinks;
  }

  Expected<void> write(const std::string& line) { return rows_.write(line); }
  Expected<void> reject(const rows::BadRow& row) {
    return rejected_ ? rejected_->write(row) : Expected<void>();
  }
  Expected<void> finish() {
    if (rejected_) {
      if (auto done = rejected_->finish(); !done) return done;
    }
    return rows_.finish();
  }
  /// Leaves nothing behind of rows that were not finished.
  void discard() {
    if (rows_.name() == "<stdout>") return;
    std::error_code ignored;
    std::filesystem::remove(rows_.name(), ignored);
    std::filesystem::remove(rejected_name_ + ".partial", ignored);
  }

 private:
  explicit Sinks(rows::ResultSink rows) : rows_(std::move(rows)) {}
  rows::ResultSink rows_;
  std::string rejected_name_;
  std::optional<rows::RejectedSink> rejected_;
};

/// How many rows to take; nullopt for all.
std::optional<std::int64_t> most_rows(const ImportOptions& options, const dataset::Set& set) {
  if (options.paper && !set.whole) return set.rows;
  return options.limit;
}

void compare(const dataset::Set& set, ImportSummary& summary) {
  if (summary.rows == set.rows) return;
  summary.notes.push_back(fmt::format("the paper uses {}{} rows of {}, and these are {}",
                                      set.whole ? "all " : "the first ", set.rows, set.split,
                                      summary.rows));
}

/// Every row from the importer to the sinks, until there are enough.
Expected<ImportSummary> copy_rows(const ImportOptions& options, std::optional<std::int64_t> most,
                                  dataset::Importer& importer, Sinks& sinks) {
  ImportSummary summary;
  while (!most || summary.rows < *most) {
    const auto next = importer.next();
    if (!next) return std::unexpected(next.error());
    if (!*next) break;
    if (const auto* line = std::get_if<std::string>(&**next)) {
      if (auto done = sinks.write(*line); !done) return std::unexpected(std::move(done.error()));
      ++summary.rows;
      continue;
    }
    const auto& bad = std::get<rows::BadRow>(**next);
    if (!options.skip_bad_rows) {
      return fail(ErrorCode::usage,
                  fmt::format("{}: row {}: {}; mend the row, or use --skip-bad-rows",
                              importer.place(), bad.number, text::display_safe(bad.reason, 600)));
    }
    ++summary.bad_rows;
    if (auto done = sinks.reject(bad); !done) return std::unexpected(std::move(done.error()));
  }
  if (summary.rows > 0) return summary;
  return fail(ErrorCode::usage,
              fmt::format("{}: no row of {} is in it",
                          text::display_safe(options.files.front(), 400), options.set));
}

}  // namespace

std::vector<std::string> import_sets() {
  std::vector<std::string> names;
  for (const auto& set : dataset::all_sets()) names.emplace_back(set.name);
  return names;
}

Expected<ImportSummary> import_rows(const ImportOptions& options) {
  const auto set = set_named(options.set);
  if (!set) return std::unexpected(set.error());
  if (options.files.empty()) {
    return fail(ErrorCode::usage, fmt::format("no file of {} is given; name one", options.set));
  }
  dataset::Importer importer(**set, options.files);
  auto sinks = Sinks::open(options.output, options.skip_bad_rows);
  if (!sinks) return std::unexpected(std::move(sinks.error()));
  auto summary = copy_rows(options, most_rows(options, **set), importer, *sinks);
  if (!summary) {
    sinks->discard();
    return summary;
  }
  if (auto done = sinks->finish(); !done) return std::unexpected(std::move(done.error()));
  if (options.paper) compare(**set, *summary);
  return summary;
}

}  // namespace sheaf
