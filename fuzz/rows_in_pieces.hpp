// Rows from bytes in memory, handed over in pieces of any size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/json.hpp"
#include "core/text.hpp"
#include "require.hpp"
#include "rows/readers.hpp"

namespace sheaf::fuzz {

class Pieces final : public rows::ByteSource {
 public:
  Pieces(std::string_view bytes, std::size_t most) : rest_(bytes), most_(most) {}
  Expected<std::size_t> read(std::span<char> room) override {
    const auto size = std::min({rest_.size(), most_, room.size()});
    std::ranges::copy(rest_.substr(0, size), room.begin());
    rest_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view rest_;
  std::size_t most_;
};

inline constexpr std::size_t small_row_cap = 4096;

inline rows::Input input(std::string_view bytes, std::size_t most) {
  return {rows::PieceReader(std::make_unique<Pieces>(bytes, most)), "rows", small_row_cap};
}

/// All that a source gives, as text to compare. Numbers rise by one, lines never fall, a row is an
/// object whose raw bytes are JSON for it, and a bad row says why.
inline std::string all_rows(rows::RowSource& source) {
  std::string all;
  std::int64_t number = 0;
  std::int64_t line = 0;
  while (true) {
    const auto next = source.next();
    if (!next) return all + next.error().message;
    if (!*next) return all;
    ++number;
    if (const auto* row = std::get_if<rows::Row>(&**next)) {
      require(row->number == number && row->line > line);
      line = row->line;
      const auto again = json::parse(row->raw);
      require(again && *again == row->fields && row->fields.object() != nullptr);
      all += json::dump(row->fields) + '\n';
      continue;
    }
    const auto& bad = std::get<rows::BadRow>(**next);
    require(bad.number == number && bad.line > 0 && bad.column >= 0 && !bad.reason.empty());
    require(bad.raw.size() <= small_row_cap && !text::find_invalid_utf8(bad.reason));
    all += std::to_string(bad.line) + ':' + std::to_string(bad.column) + bad.reason + bad.raw;
  }
}

}  // namespace sheaf::fuzz
