#include "run/intake.hpp"

#include <algorithm>
#include <utility>

#include "rows/each_row.hpp"

namespace sheaf::run {

Fingerprint sample_key(const std::string& request_identity, const task::RenderedRow& row) {
  Hasher hasher;
  hasher.add(request_identity);
  for (const auto& field : row.sample.fields) hasher.add(field.label).add(field.text);
  hasher.add(row.isolate);
  return hasher.finish();
}

Intake::Intake(const task::Task& task, rows::RowSource& source, std::optional<std::int64_t> limit)
    : task_(task), source_(source), limit_(limit), identity_(task::request_identity(task)) {}

Expected<std::optional<std::variant<Arrival, rows::BadRow>>> Intake::next() {
  if (limit_ && rows_read_ >= *limit_) return std::nullopt;
  auto pulled = source_.next();
  if (!pulled) return std::unexpected(pulled.error());
  if (!*pulled) return std::nullopt;
  ++rows_read_;
  if (auto* bad = std::get_if<rows::BadRow>(&**pulled)) {
    return std::variant<Arrival, rows::BadRow>(std::move(*bad));
  }
  return render(std::get<rows::Row>(std::move(**pulled)));
}

bool Intake::waits() const { return (!limit_ || rows_read_ < *limit_) && source_.waits(); }

std::variant<Arrival, rows::BadRow> Intake::render(rows::Row row) {
  auto rendered = task::render(task_, row.fields);
  if (!rendered) {
    return rows::BadRow{row.number, row.line, 0, std::move(row.raw), std::move(rendered.error())};
  }
  Arrival arrival;
  arrival.number = row.number;
  arrival.line = row.line;
  arrival.id = task_.id_column ? rendered->id : std::to_string(row.number);
  arrival.key = sample_key(identity_, *rendered);
  arrival.row = std::move(*rendered);
  arrival.raw = std::move(row.raw);
  return arrival;
}

std::optional<double> Intake::fraction_read() const {
  const auto fraction = source_.fraction_read();
  if (!limit_ || *limit_ == 0) return fraction;
  const auto of_limit = static_cast<double>(rows_read_) / static_cast<double>(*limit_);
  return std::max(of_limit, fraction.value_or(0));
}

std::string Intake::describe(const rows::BadRow& row) const { return rows::describe(source_, row); }

rows::BadRow Intake::reject(const Arrival& arrival, std::string reason) {
  return {arrival.number, arrival.line, 0, arrival.raw, std::move(reason)};
}

}  // namespace sheaf::run
