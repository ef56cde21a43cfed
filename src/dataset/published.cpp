#include "dataset/published.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "dataset/json_outline.hpp"
#include "dataset/memory_rows.hpp"
#include "rows/byte_source.hpp"
#include "rows/readers.hpp"

namespace sheaf::dataset {
namespace {

using Source = Expected<std::unique_ptr<rows::RowSource>>;

constexpr std::array<std::string_view, 3> list_members{"data", "examples", "rows"};
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::unexpected<Error> refuse(const std::string& name, std::string_view what) {
  return fail(ErrorCode::usage, fmt::format("{}: {}", text::display_safe(name, 400), what));
}

Expected<std::unique_ptr<rows::ByteSource>> open_bytes(const std::string& path,
                                                       const std::string& name) {
  if (path == "-") return rows::open_standard_input(name);
  auto bytes = rows::open_file(path);
  if (!bytes) return bytes;
  const std::string folded = text::fold_ascii(path);
  if (folded.ends_with(".gz")) return rows::unpack_gzip(std::move(*bytes), path);
  if (folded.ends_with(".zst")) return rows::unpack_zstd(std::move(*bytes), path);
  return bytes;
}

Expected<std::string> read_all(rows::ByteSource& bytes) {
  std::string content;
  std::vector<char> room(rows::PieceReader::capacity);
  while (true) {
    const auto count = bytes.read(room);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) break;
    content.append(room.data(), *count);
  }
  if (content.starts_with(byte_order_mark)) content.erase(0, byte_order_mark.size());
  return content;
}

/// Bytes that were read already.
class MemoryBytes : public rows::ByteSource {
 public:
  explicit MemoryBytes(std::string content) : content_(std::move(content)) {}
  Expected<std::size_t> read(std::span<char> room) override {
    const std::size_t count = content_.copy(room.data(), room.size(), at_);
    at_ += count;
    return count;
  }

 private:
  std::string content_;
  std::size_t at_ = 0;
};

/// The element's object; of {"row": {...}}, the inner one.
Span row_in(std::string_view content, Span element) {
  const auto inner = member(content, element, "row");
  return inner && content[inner->begin] == '{' ? *inner : element;
}

Source read_array(std::string content, const std::string& name, Span array) {
  const auto found = elements(content, array);
  if (!found) return refuse(name, "the JSON array has no end; the file may be cut");
  std::vector<Span> spans = *found;
  for (Span& span : spans) {
    if (content[span.begin] == '{') span = row_in(content, span);
  }
  return json_rows(std::move(content), std::move(spans), name);
}

Source read_json(std::string content, const std::string& name) {
  const auto first = find_value(content, 0);
  if (!first) return refuse(name, "the JSON breaks off; the file may be cut");
  const bool is_alone = text::trim(std::string_view(content).substr(first->end)).empty();
  if (content[first->begin] == '[') {
    if (!is_alone)
      return refuse(name, "more stands behind the JSON array; the file may be damaged");
    return read_array(std::move(content), name, *first);
  }
  if (!is_alone) {
    return rows::read_jsonl(
        {rows::PieceReader(std::make_unique<MemoryBytes>(std::move(content))), name});
  }
  for (const auto list : list_members) {
    const auto array = member(content, *first, list);
    if (array && content[array->begin] == '[') {
      return read_array(std::move(content), name, *array);
    }
  }
  return json_rows(std::move(content), {*first}, name);
}

Source read_content(std::string content, const std::string& name) {
  const std::string_view text = text::trim(content);
  if (text.empty()) return refuse(name, "is empty");
  if (text.starts_with("PAR1")) {
    return refuse(name, "is Parquet, which is not read; export it as JSON Lines first");
  }
  if (text.starts_with('[') || text.starts_with('{')) return read_json(std::move(content), name);
  if (text.starts_with('(')) return tree_rows(content, name);
  return tabbed_rows(content, name);
}

}  // namespace

Source open_published(const std::string& path) {
  const std::string name = path == "-" ? "<stdin>" : path;
  auto bytes = open_bytes(path, name);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  std::string bare = text::fold_ascii(path);
  for (const std::string_view packing : {".gz", ".zst"}) {
    if (bare.ends_with(packing)) bare.resize(bare.size() - packing.size());
  }
  if (bare.ends_with(".csv")) {
    rows::Input input{rows::PieceReader(std::move(*bytes)), name};
    if (auto done = input.bytes.skip_byte_order_mark(name); !done) {
      return std::unexpected(std::move(done.error()));
    }
    return rows::read_delimited(std::move(input), rows::Delimiter::comma);
  }
  auto content = read_all(**bytes);
  if (!content) return std::unexpected(std::move(content.error()));
  return read_content(std::move(*content), name);
}

}  // namespace sheaf::dataset
