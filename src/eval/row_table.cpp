#include "eval/row_table.hpp"

#include <algorithm>
#include <expected>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "rows/row.hpp"

namespace sheaf::eval {

namespace {

bool is_same(const task::RenderedRow& one, const task::RenderedRow& other) {
  return one.sample == other.sample && one.isolate == other.isolate && one.gold == other.gold;
}

}  // namespace

Expected<RowTable> read_row_table(const task::Task& task, const std::string& path,
                                  rows::BadRows bad_rows) {
  auto source = rows::open_rows(path);
  if (!source) return std::unexpected(source.error());
  RowTable table;
  table.name = (*source)->name();
  const auto take = [&](const rows::Row& row) -> std::expected<void, std::string> {
    auto shown = task::render(task, row.fields);
    if (!shown) return std::unexpected(std::move(shown.error()));
    auto id = task.id_column ? shown->id : std::to_string(row.number);
    const auto [known, is_new] = table.by_id.try_emplace(std::move(id), TableRow{*shown, row.line});
    if (is_new || is_same(known->second.shown, *shown)) return {};
    return std::unexpected(
        fmt::format("the id \"{}\" stood on an earlier row with different content",
                    text::display_safe(known->first, 80)));
  };
  const auto skipped = rows::for_each_row(**source, bad_rows, take);
  if (!skipped) return std::unexpected(skipped.error());
  table.bad_rows = *skipped;
  return table;
}

std::int64_t RowTable::with_gold_beside(const std::unordered_set<std::string>& named) const {
  return std::ranges::count_if(
      by_id, [&](const auto& row) { return row.second.shown.gold && !named.contains(row.first); });
}

}  // namespace sheaf::eval
