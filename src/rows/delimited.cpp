#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "rows/csv_record.hpp"
#include "rows/readers.hpp"

namespace sheaf::rows {
namespace {

constexpr std::string_view line_ends = "\n\r";

/// Where and why a record cannot be read. `offset` counts bytes of the record; npos: all of it.
struct Fault {
  std::size_t offset = std::string::npos;
  std::string reason;
};

class Delimited : public RowSource {
 public:
  Delimited(Input input, Delimiter delimiter)
      : input_(std::move(input)), delimiter_(static_cast<char>(delimiter)), record_(delimiter_) {}

  Expected<void> read_header() {
    const auto more = read_record();
    if (!more) return std::unexpected(more.error());
    if (!*more) {
      return fail(ErrorCode::usage, shown_name() + ": no header line: the file is empty");
    }
    if (!fault_) fault_ = header_fault();
    if (fault_) {
      const BadRow header = bad();
      return fail(ErrorCode::usage,
                  fmt::format("{}:{}:{}: the header cannot be used: {}", shown_name(), header.line,
                              std::max<std::int64_t>(header.column, 1), header.reason));
    }
    columns_ = std::move(record_.fields());
    return {};
  }

  Expected<std::optional<RowOrBad>> next() override {
    const auto more = read_record();
    if (!more) return std::unexpected(more.error());
    if (!*more) return std::nullopt;
    ++number_;
    if (!fault_) fault_ = count_fault();
    if (fault_) return bad();
    return row();
  }

  const std::vector<std::string>& columns() const override { return columns_; }
  bool waits() const override { return input_.bytes.waits(); }
  std::optional<double> fraction_read() const override { return input_.bytes.fraction(); }
  const std::string& name() const override { return input_.name; }

 private:
  Expected<bool> read_record();
  bool end_of_input();
  Expected<bool> skip_line(std::size_t kept_bytes);
  void count_lines(std::string_view piece);
  std::optional<Fault> quote_fault(std::size_t offset) const;
  std::optional<Fault> text_fault() const;
  std::optional<Fault> header_fault();
  std::optional<Fault> count_fault();
  RowOrBad row();
  BadRow bad() const;
  std::string_view record_text() const;
  std::string shown_name() const { return text::display_safe(input_.name, 400); }

  Input input_;
  char delimiter_;
  CsvRecord record_;
  std::vector<std::string> columns_;
  std::string bytes_;           ///< Of the present record, its line end included.
  std::optional<Fault> fault_;  ///< Of the present record.
  bool ends_line_ = true;       ///< The last piece had a line end.
  bool after_cr_ = false;
  std::int64_t lines_ = 0;       ///< Line ends read so far.
  std::int64_t first_line_ = 0;  ///< Of the present record, from 1.
  std::int64_t number_ = 0;
};

void Delimited::count_lines(std::string_view piece) {
  const bool second_half = after_cr_ && piece == "\n";
  after_cr_ = piece.ends_with('\r');
  ends_line_ = after_cr_ || piece.ends_with('\n');
  if (ends_line_ && !second_half) ++lines_;
}

/// Reads one record into `bytes_`, and into `record_` or `fault_`; false at the end.
Expected<bool> Delimited::read_record() {
  bytes_.clear();
  fault_.reset();
  while (true) {
    const std::int64_t line = lines_ + 1;
    const auto piece = input_.bytes.next(line_ends);
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return end_of_input();
    count_lines(*piece);
    if (bytes_.empty() && line_ends.contains(piece->front())) continue;
    if (bytes_.empty()) first_line_ = line;
    const std::size_t before = bytes_.size();
    bytes_.append(*piece);
    if (bytes_.size() > input_.row_cap) {
      bytes_.resize(std::min(bytes_.size(), kept_of_long_row));
      bytes_.shrink_to_fit();
      record_.reset();
      fault_ = Fault{.reason = fmt::format("the row is longer than {} bytes", input_.row_cap)};
      return skip_line(0);
    }
    std::size_t broken_at = 0;
    const auto state = record_.feed(*piece, broken_at);
    if (state == CsvRecord::State::open) continue;
    if (state == CsvRecord::State::complete) {
      fault_ = text_fault();
      return true;
    }
    record_.reset();
    fault_ = quote_fault(before + broken_at);
    return skip_line(input_.row_cap);
  }
}

bool Delimited::end_of_input() {
  if (bytes_.empty()) return false;
  if (record_.finish() == CsvRecord::State::complete) {
    fault_ = text_fault();
    return true;
  }
  fault_ = Fault{field_starts(bytes_, delimiter_).back(), "this quote is never closed"};
  return true;
}

/// Goes on to the end of the line behind a fault; `bytes_` grows by it up to `kept_bytes`.
Expected<bool> Delimited::skip_line(std::size_t kept_bytes) {
  while (!ends_line_) {
    const auto piece = input_.bytes.next(line_ends);
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) break;
    count_lines(*piece);
    if (bytes_.size() + piece->size() <= kept_bytes) bytes_.append(*piece);
  }
  return true;
}

std::optional<Fault> Delimited::quote_fault(std::size_t offset) const {
  if (bytes_[offset] == '"') {
    return Fault{offset, "a quote inside a field that is not quoted"};
  }
  return Fault{offset, "text behind a closing quote; a quote inside a quoted field is doubled"};
}

std::optional<Fault> Delimited::text_fault() const {
  const auto offset = text::find_invalid_utf8(bytes_);
  if (!offset) return std::nullopt;
  const auto column = place_in_record(bytes_, *offset).column;
  return Fault{*offset, fmt::format("{} at byte {}", json::not_utf8, column)};
}

std::optional<Fault> Delimited::header_fault() {
  const auto starts = field_starts(bytes_, delimiter_);
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < record_.fields().size(); ++i) {
    const std::string& name = record_.fields()[i];
    if (name.empty()) return Fault{starts[i], fmt::format("column {} has no name", i + 1)};
    if (!seen.insert(name).second) {
      return Fault{starts[i], fmt::format("the column name \"{}\" stands twice",
                                          text::display_safe(name, 80))};
    }
  }
  return std::nullopt;
}

std::optional<Fault> Delimited::count_fault() {
  const std::size_t found = record_.fields().size();
  if (found == columns_.size()) return std::nullopt;
  const std::size_t offset = found > columns_.size()
                                 ? field_starts(bytes_, delimiter_)[columns_.size()]
                                 : record_text().size();
  return Fault{offset, fmt::format("{} {} where the header has {}", found,
                                   found == 1 ? "field" : "fields", columns_.size())};
}

RowOrBad Delimited::row() {
  json::Object fields;
  fields.reserve(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    fields.emplace_back(columns_[i], std::move(record_.fields()[i]));
  }
  json::Value value(std::move(fields));
  std::string raw = json::dump(value);
  return Row{number_, first_line_, std::move(raw), std::move(value)};
}

BadRow Delimited::bad() const {
  BadRow row{number_, first_line_, 0, std::string(record_text()), fault_->reason};
  if (fault_->offset == std::string::npos) return row;
  const RecordPlace place = place_in_record(bytes_, fault_->offset);
  row.line += static_cast<std::int64_t>(place.line);
  row.column = static_cast<std::int64_t>(place.column);
  return row;
}

/// `bytes_` without the line end that closes the record.
std::string_view Delimited::record_text() const {
  std::string_view text = bytes_;
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

Expected<std::unique_ptr<RowSource>> read_delimited(Input input, Delimiter delimiter) {
  auto source = std::make_unique<Delimited>(std::move(input), delimiter);
  if (auto done = source->read_header(); !done) return std::unexpected(std::move(done.error()));
  return source;
}

}  // namespace sheaf::rows
