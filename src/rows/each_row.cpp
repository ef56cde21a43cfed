#include "rows/each_row.hpp"

#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::rows {
namespace {

std::optional<BadRow> fault_of(RowOrBad& pulled, const VisitRow& visit) {
  if (auto* bad = std::get_if<BadRow>(&pulled)) return std::move(*bad);
  const auto& row = std::get<Row>(pulled);
  auto done = visit(row);
  if (done) return std::nullopt;
  return BadRow{row.number, row.line, 0, {}, std::move(done.error())};
}

}  // namespace

std::string describe(const RowSource& source, const BadRow& row) {
  const auto reason = text::display_safe(row.reason, 400);
  if (row.column == 0) return fmt::format("{}:{}: {}", source.name(), row.line, reason);
  return fmt::format("{}:{}:{}: {}", source.name(), row.line, row.column, reason);
}

Expected<std::int64_t> for_each_row(RowSource& source, BadRows bad_rows, const VisitRow& visit) {
  std::int64_t skipped = 0;
  while (true) {
    auto pulled = source.next();
    if (!pulled) return std::unexpected(std::move(pulled.error()));
    if (!*pulled) return skipped;
    const auto bad = fault_of(**pulled, visit);
    if (!bad) continue;
    if (bad_rows == BadRows::refuse) return fail(ErrorCode::usage, describe(source, *bad));
    ++skipped;
  }
}

}  // namespace sheaf::rows
