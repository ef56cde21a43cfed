#include "rows/columns.hpp"

#include <deque>
#include <utility>

namespace sheaf::rows {
namespace {

constexpr std::size_t most_rows_looked_at = 1000;

/// Gives rows that were read ahead, then the rest.
class Replay : public RowSource {
 public:
  Replay(std::deque<RowOrBad> ahead, std::unique_ptr<RowSource> rest)
      : ahead_(std::move(ahead)), rest_(std::move(rest)) {}

  Expected<std::optional<RowOrBad>> next() override {
    if (ahead_.empty()) return rest_->next();
    RowOrBad row = std::move(ahead_.front());
    ahead_.pop_front();
    return row;
  }
  const std::vector<std::string>& columns() const override { return rest_->columns(); }
  bool waits() const override { return ahead_.empty() && rest_->waits(); }
  std::optional<double> fraction_read() const override { return rest_->fraction_read(); }
  const std::string& name() const override { return rest_->name(); }

 private:
  std::deque<RowOrBad> ahead_;
  std::unique_ptr<RowSource> rest_;
};

std::vector<std::string> member_names(const json::Value& fields) {
  std::vector<std::string> names;
  for (const auto& [name, value] : *fields.object()) names.push_back(name);
  return names;
}

}  // namespace

Expected<TableColumns> table_columns(std::unique_ptr<RowSource>& source) {
  if (!source->columns().empty()) return TableColumns{source->columns(), true};
  TableColumns found;
  std::deque<RowOrBad> ahead;
  while (ahead.size() < most_rows_looked_at) {
    auto pulled = source->next();
    if (!pulled) return std::unexpected(std::move(pulled.error()));
    if (!*pulled) break;
    ahead.push_back(std::move(**pulled));
    if (const auto* row = std::get_if<Row>(&ahead.back())) {
      found.names = member_names(row->fields);
      break;
    }
  }
  source = std::make_unique<Replay>(std::move(ahead), std::move(source));
  return found;
}

}  // namespace sheaf::rows
