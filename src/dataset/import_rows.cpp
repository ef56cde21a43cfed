#include "dataset/import_rows.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "dataset/published.hpp"

namespace sheaf::dataset {
namespace {

/// Spaces at the ends of a text do not count.
bool is_same(const json::Value& a, const json::Value& b) {
  if (a.string() == nullptr || b.string() == nullptr) return a == b;
  return text::trim(*a.string()) == text::trim(*b.string());
}

/// Whether converting changed nothing.
bool is_same(const json::Object& converted, const json::Value& row) {
  return std::ranges::all_of(converted, [&](const json::Member& member) {
    const auto* there = row.find(member.first);
    return there != nullptr && is_same(*there, member.second);
  });
}

}  // namespace

Importer::Importer(const Set& set, std::vector<std::string> files)
    : set_(&set), files_(std::move(files)) {}

Expected<std::optional<std::variant<Importer::Line, rows::BadRow>>> Importer::next() {
  auto pulled = pull();
  if (!pulled) return std::unexpected(std::move(pulled.error()));
  if (!*pulled) return std::nullopt;
  if (auto* bad = std::get_if<rows::BadRow>(&**pulled)) {
    line_ = bad->line;
    ++index_;
    return std::move(*bad);
  }
  const auto& row = std::get<rows::Row>(**pulled);
  line_ = row.line;
  auto line = convert(row);
  ++index_;
  if (line) return std::move(*line);
  return rows::BadRow{row.number, row.line, 0, row.raw, std::move(line.error())};
}

std::string Importer::place() const {
  return fmt::format("{}:{}", source_ ? text::display_safe(source_->name(), 400) : "", line_);
}

Expected<std::optional<rows::RowOrBad>> Importer::pull() {
  while (true) {
    if (!source_) {
      if (next_file_ == files_.size()) return std::nullopt;
      auto opened = open_published(files_[next_file_++]);
      if (!opened) return std::unexpected(std::move(opened.error()));
      source_ = std::move(*opened);
    }
    auto pulled = source_->next();
    if (!pulled || *pulled) return pulled;
    source_.reset();
  }
}

Told<Importer::Line> Importer::convert(const rows::Row& row) {
  auto converted = set_->convert(row.fields, index_);
  if (!converted) return std::unexpected(std::move(converted.error()));
  const auto& id = *converted->front().second.string();
  const auto [there, is_new] = places_.try_emplace(id, place());
  if (!is_new) {
    return std::unexpected(
        fmt::format("the id {} stands twice, first at {}", shown(id), there->second));
  }
  const bool is_line = row.raw.find('\n') == row.raw.npos;
  if (is_line && is_same(*converted, row.fields)) return row.raw;
  return json::dump(std::move(*converted));
}

}  // namespace sheaf::dataset
