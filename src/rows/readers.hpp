// The readers behind open_rows, over any bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <sheaf/error.hpp>

#include "rows/byte_source.hpp"
#include "rows/piece_reader.hpp"
#include "rows/row.hpp"

namespace sheaf::rows {

/// A row longer than this is a BadRow that is read past, so that memory stays bounded.
inline constexpr std::size_t most_row_bytes = std::size_t{64} * 1024 * 1024;
/// What is kept of such a row for OUT.rejected.
inline constexpr std::size_t kept_of_long_row = 4096;

/// Bytes behind their byte-order mark, and what to call them in messages.
struct Input {
  PieceReader bytes;
  std::string name;
  std::size_t row_cap = most_row_bytes;
};

/// One JSON object a line. Blank lines are passed over. A line ends at LF.
std::unique_ptr<RowSource> read_jsonl(Input input);

enum class Delimiter : char { comma = ',', tab = '\t' };

/// A header, then records (RFC 4180): the parser is libcsv in its strict mode. Spaces are text,
/// empty lines are passed over, a record ends at LF, CRLF or CR. Error: no header, an unreadable
/// one, or one with an empty or a doubled name.
Expected<std::unique_ptr<RowSource>> read_delimited(Input input, Delimiter delimiter);

}  // namespace sheaf::rows
