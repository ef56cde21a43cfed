// The output of a run: results in their form, rejected rows, and whose file OUT is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sheaf/error.hpp>

#include "rows/result.hpp"
#include "rows/row.hpp"
#include "rows/sink.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::api {

/// What the checkpoint at this path last completed; nullopt where it cannot be told.
std::optional<store::OutputMark> output_mark(const std::string& checkpoint_path);

/// Whether `output` may be replaced: it is not there, or is byte for byte what the checkpoint at
/// `checkpoint_path` last completed, or that lies complete beside it as OUT.partial (a run that was
/// about to rename it looked at `output` itself). Writes nothing.
Expected<bool> written_by(const std::string& output, const std::string& checkpoint_path);

/// OUT (as OUT.partial until complete) and OUT.rejected. Single-threaded; movable.
class Output {
 public:
  /// For CSV it looks at the first row of `source`, which may be put behind another source.
  static Expected<Output> open(const std::string& path, const std::string& checkpoint_path,
                               std::unique_ptr<rows::RowSource>& source, bool with_rejected,
                               rows::Formulas formulas);

  std::string format(const rows::ResultRecord& record) const;
  Expected<void> write(std::string_view line) { return results_.write(line); }
  Expected<void> reject(const rows::BadRow& row);

  /// Hands over what was written so far.
  Expected<void> flush();
  /// Makes it durable under the name it has.
  Expected<void> sync();
  /// What the completed file will be, to be committed between `sync` and `complete`; nullopt for
  /// "-".
  std::optional<store::OutputMark> mark() const;
  Expected<void> complete();
  /// The file that holds the results now.
  const std::string& name() const { return results_.name(); }

 private:
  Output(std::string path, rows::ResultSink results)
      : path_(std::move(path)), results_(std::move(results)) {}

  std::string path_;
  rows::ResultSink results_;
  std::optional<rows::RejectedSink> rejected_;
  std::optional<rows::CsvResults> csv_;
};

}  // namespace sheaf::api
