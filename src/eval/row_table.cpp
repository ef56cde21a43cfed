#include "eval/row_table.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "core/text.hpp"
#include "rows/row.hpp"

namespace sheaf::eval {

Expected<RowTable> read_row_table(const task::Task& task, const std::string& path) {
  auto source = rows::open_rows(path);
  if (!source) return std::unexpected(source.error());
  const auto bad = [&](std::int64_t line, const std::string& reason) {
    return fail(ErrorCode::usage,
                fmt::format("{}:{}: {}", (*source)->name(), line, text::display_safe(reason, 400)));
  };
  RowTable table;
  while (true) {
    auto pulled = (*source)->next();
    if (!pulled) return std::unexpected(pulled.error());
    if (!*pulled) return table;
    if (const auto* row = std::get_if<rows::BadRow>(&**pulled)) return bad(row->line, row->reason);
    const auto& row = std::get<rows::Row>(**pulled);
    auto shown = task::render(task, row.fields);
    if (!shown) return bad(row.line, shown.error());
    auto id = task.id_column ? shown->id : std::to_string(row.number);
    if (table.by_id.contains(id)) {
      return bad(row.line, fmt::format("the id \"{}\" stood on an earlier row", id));
    }
    table.by_id.emplace(std::move(id), std::move(*shown));
  }
}

std::int64_t RowTable::with_gold_beside(const std::unordered_set<std::string>& named) const {
  return std::ranges::count_if(
      by_id, [&](const auto& row) { return row.second.gold && !named.contains(row.first); });
}

}  // namespace sheaf::eval
