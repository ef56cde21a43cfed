#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "rows/read_digest.hpp"
#include "rows/readers.hpp"
#include "rows/row.hpp"

namespace sheaf::rows {
namespace {

enum class Form { jsonl, csv, tsv };
enum class Packing { none, gzip, zstd };

struct Ending {
  Form form = Form::jsonl;
  Packing packing = Packing::none;
};

bool take_ending(std::string_view& name, std::string_view ending) {
  if (!name.ends_with(ending)) return false;
  name.remove_suffix(ending.size());
  return true;
}

std::optional<Ending> ending_of(const std::string& path) {
  const std::string folded = text::fold_ascii(path);
  std::string_view name = folded;
  take_ending(name, ".partial");
  Ending ending;
  if (take_ending(name, ".gz")) {
    ending.packing = Packing::gzip;
  } else if (take_ending(name, ".zst")) {
    ending.packing = Packing::zstd;
  }
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return ending;
  if (name.ends_with(".csv")) ending.form = Form::csv;
  if (name.ends_with(".tsv")) ending.form = Form::tsv;
  return ending.form == Form::jsonl ? std::nullopt : std::optional(ending);
}

std::unique_ptr<ByteSource> unpack(Packing packing, std::unique_ptr<ByteSource> bytes,
                                   const std::string& name) {
  if (packing == Packing::gzip) return unpack_gzip(std::move(bytes), name);
  if (packing == Packing::zstd) return unpack_zstd(std::move(bytes), name);
  return bytes;
}

/// JSON Lines begin with a bracket; anything else is the header of a CSV.
Expected<Form> form_of(PieceReader& bytes) {
  for (std::size_t size = 1; size <= PieceReader::capacity; ++size) {
    const auto front = bytes.peek(size);
    if (!front) return std::unexpected(front.error());
    if (front->size() < size) break;
    const char last = front->back();
    if (last == '{' || last == '[') return Form::jsonl;
    if (last != ' ' && last != '\t' && last != '\r' && last != '\n') return Form::csv;
  }
  return Form::jsonl;
}

Expected<std::unique_ptr<RowSource>> read(Input input, std::optional<Form> form) {
  if (auto done = input.bytes.skip_byte_order_mark(input.name); !done) {
    return std::unexpected(std::move(done.error()));
  }
  if (!form) {
    const auto told = form_of(input.bytes);
    if (!told) return std::unexpected(told.error());
    form = *told;
  }
  if (*form == Form::jsonl) return read_jsonl(std::move(input));
  const auto delimiter = *form == Form::csv ? Delimiter::comma : Delimiter::tab;
  return read_delimited(std::move(input), delimiter);
}

}  // namespace

Expected<std::unique_ptr<RowSource>> open_rows(const std::string& path, ReadDigest* seen) {
  if (path == "-") {
    const std::string name = "<stdin>";
    auto bytes = open_standard_input(name);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    return read({PieceReader(std::move(*bytes)), name}, std::nullopt);
  }
  const auto ending = ending_of(path);
  if (!ending) {
    return fail(ErrorCode::usage,
                fmt::format("cannot tell the form of {}: the name of the rows must end in .jsonl, "
                            ".ndjson, .csv or .tsv, each also with .gz or .zst, or be - for "
                            "standard input",
                            text::display_safe(path, 400)));
  }
  auto bytes = open_file(path);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  if (seen != nullptr) *bytes = digest_while_read(std::move(*bytes), *seen);
  return read({PieceReader(unpack(ending->packing, std::move(*bytes), path)), path}, ending->form);
}

}  // namespace sheaf::rows
