#include "api/output.hpp"

#include <filesystem>
#include <utility>

namespace sheaf::api {

std::optional<store::OutputMark> output_mark(const std::string& checkpoint_path) {
  const auto store = store::open_sqlite(checkpoint_path, store::Access::read_only);
  if (!store) return std::nullopt;
  return (*store)->output_mark().value_or(std::nullopt);
}

Expected<bool> written_by(const std::string& output, const std::string& checkpoint_path) {
  std::error_code ignored;
  if (output == "-" || !std::filesystem::exists(output, ignored)) return true;
  if (!std::filesystem::exists(checkpoint_path, ignored)) return false;
  auto store = store::open_sqlite(checkpoint_path, store::Access::read_only);
  if (!store) return std::unexpected(store.error());
  auto mark = (*store)->output_mark();
  if (!mark) return std::unexpected(mark.error());
  if (!*mark) return false;
  for (const auto& name : {output, output + ".partial"}) {
    if (!std::filesystem::is_regular_file(name, ignored)) continue;
    auto file = rows::digest_file(name);
    if (!file) return std::unexpected(file.error());
    if (file->bytes == (*mark)->bytes && file->digest == (*mark)->digest) return true;
  }
  return false;
}

Expected<Output> Output::open(const std::string& path, const std::string& checkpoint_path,
                              std::unique_ptr<rows::RowSource>& source, bool with_rejected,
                              rows::Formulas formulas) {
  auto form = rows::output_form(path);
  if (!form) return std::unexpected(form.error());
  auto results = rows::ResultSink::open(path);
  if (!results) return std::unexpected(results.error());
  Output output(path, std::move(*results));
  if (*form == rows::OutputForm::csv) {
    auto columns = rows::table_columns(source);
    if (!columns) return std::unexpected(columns.error());
    output.csv_.emplace(std::move(*columns), formulas);
    if (auto done = output.write(output.csv_->header()); !done) {
      return std::unexpected(done.error());
    }
  }
  if (with_rejected) {
    auto rejected = rows::RejectedSink::open((path == "-" ? checkpoint_path : path) + ".rejected");
    if (!rejected) return std::unexpected(rejected.error());
    output.rejected_.emplace(std::move(*rejected));
  }
  return output;
}

std::string Output::format(const rows::ResultRecord& record) const {
  return csv_ ? csv_->line(record) : rows::to_json_line(record);
}

Expected<void> Output::reject(const rows::BadRow& row) { return rejected_->write(row); }

std::optional<store::OutputMark> Output::mark() const {
  if (path_ == "-") return std::nullopt;
  return store::OutputMark{path_, results_.bytes(), results_.digest()};
}

Expected<void> Output::sync() { return results_.sync(); }

Expected<void> Output::complete() {
  if (rejected_) {
    if (auto done = rejected_->finish(); !done) return done;
  }
  return results_.finish();
}

Expected<void> Output::flush() {
  if (rejected_) {
    if (auto done = rejected_->flush(); !done) return done;
  }
  return results_.flush();
}

}  // namespace sheaf::api
