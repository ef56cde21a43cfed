// One record of CSV or TSV at a time, pushed in pieces, on libcsv.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::rows {

/// Splits records. Single-threaded.
class CsvRecord {
 public:
  enum class State {
    open,      ///< More bytes belong to this record, or it has not begun.
    complete,  ///< `fields` holds it; the next bytes are the next record's.
    broken     ///< A byte is against the grammar; `reset` before going on.
  };

  explicit CsvRecord(char delimiter);
  CsvRecord(CsvRecord&&) noexcept;
  CsvRecord& operator=(CsvRecord&&) noexcept;
  ~CsvRecord();

  /// Takes a piece that holds a line end (CR or LF) at its own end alone, if at all. When broken,
  /// `fault` is the offset in `piece` of the offending byte.
  State feed(std::string_view piece, std::size_t& fault);
  /// The input has ended. Broken: a quoted field is open. Open: there was no further record.
  State finish();
  /// Forgets the record, its memory included.
  void reset();
  std::vector<std::string>& fields();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A place in the bytes of a record.
struct RecordPlace {
  std::size_t line = 0;    ///< Line ends before it.
  std::size_t column = 0;  ///< Byte in its line, from 1.
};
RecordPlace place_in_record(std::string_view record, std::size_t offset);

/// Offsets at which the fields of a record begin; the last one may be a quoted field that is open.
std::vector<std::size_t> field_starts(std::string_view record, char delimiter);

}  // namespace sheaf::rows
