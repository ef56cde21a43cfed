#include "dataset/memory_rows.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"

namespace sheaf::dataset {
namespace {

/// What rows from memory have in common: a name, a number, and a reason where one is bad.
class MemoryRows : public rows::RowSource {
 public:
  explicit MemoryRows(std::string name) : name_(std::move(name)) {}
  const std::vector<std::string>& columns() const override { return columns_; }
  const std::string& name() const override { return name_; }

 protected:
  rows::RowOrBad made(std::int64_t line, std::string raw, json::Value fields) {
    return rows::Row{++number_, line, std::move(raw), std::move(fields)};
  }
  rows::RowOrBad bad(std::int64_t line, std::int64_t column, std::string_view raw,
                     std::string reason) {
    return rows::BadRow{++number_, line, column, std::string(raw), std::move(reason)};
  }

 private:
  std::string name_;
  std::vector<std::string> columns_;
  std::int64_t number_ = 0;
};

class JsonRows final : public MemoryRows {
 public:
  JsonRows(std::string content, std::vector<Span> spans, std::string name)
      : MemoryRows(std::move(name)), content_(std::move(content)), spans_(std::move(spans)) {}

  Expected<std::optional<rows::RowOrBad>> next() override {
    if (next_ == spans_.size()) return std::nullopt;
    const Span span = spans_[next_++];
    line_ += std::count(content_.begin() + at_, content_.begin() + offset(span.begin), '\n');
    at_ = offset(span.begin);
    const auto raw = std::string_view(content_).substr(span.begin, span.end - span.begin);
    auto value = json::parse(raw, {.refuse_duplicate_keys = true});
    if (!value) {
      const auto before = raw.substr(0, value.error().offset);
      const auto line_start = before.rfind('\n');
      const auto column = line_start == before.npos ? column_of(span.begin) + before.size()
                                                    : before.size() - line_start;
      return bad(line_ + std::ranges::count(before, '\n'), static_cast<std::int64_t>(column), raw,
                 "not valid JSON: " + value.error().reason);
    }
    if (value->object() == nullptr) return bad(line_, 0, raw, "expected a JSON object");
    return made(line_, std::string(raw), std::move(*value));
  }

 private:
  static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }
  /// Byte in its line, from 1.
  std::size_t column_of(std::size_t at) const {
    const auto line_start = at == 0 ? content_.npos : content_.rfind('\n', at - 1);
    return line_start == content_.npos ? at + 1 : at - line_start;
  }

  std::string content_;
  std::vector<Span> spans_;
  std::size_t next_ = 0;
  std::ptrdiff_t at_ = 0;
  std::int64_t line_ = 1;
};

/// Lines of a text, blank ones passed over, each made into a row by the class below.
class LineRows : public MemoryRows {
 public:
  LineRows(std::string_view content, std::string name)
      : MemoryRows(std::move(name)), content_(content), lines_(text::lines(content_)) {}

  Expected<std::optional<rows::RowOrBad>> next() override {
    while (next_ < lines_.size()) {
      const auto line = lines_[next_++];
      const auto number = static_cast<std::int64_t>(next_);
      if (text::trim(line).empty()) continue;
      if (const auto fault = text::find_invalid_utf8(line)) {
        return bad(number, static_cast<std::int64_t>(*fault) + 1, line, "not valid UTF-8");
      }
      auto fields = read(line);
      if (!fields) return bad(number, 0, line, std::move(fields.error()));
      json::Value row(std::move(*fields));
      return made(number, json::dump(row), std::move(row));
    }
    return std::nullopt;
  }

 protected:
  using Fields = std::expected<json::Object, std::string>;
  virtual Fields read(std::string_view line) const = 0;
  void pass_line() { ++next_; }

 private:
  std::string content_;
  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
};

/// A word of a tree as it stands in the sentence.
std::string word_of(std::string_view leaf) {
  if (leaf == "-LRB-") return "(";
  if (leaf == "-RRB-") return ")";
  std::string word;
  for (std::size_t at = 0; at < leaf.size(); ++at) {
    const bool escapes =
        leaf[at] == '\\' && at + 1 < leaf.size() && (leaf[at + 1] == '/' || leaf[at + 1] == '*');
    if (!escapes) word.push_back(leaf[at]);
  }
  return word;
}

class TreeRows final : public LineRows {
 public:
  using LineRows::LineRows;

 private:
  Fields read(std::string_view line) const override {
    constexpr const char* no_tree = "not a bracketed tree such as (3 (2 A) (4 film))";
    const auto tree = text::trim(line);
    std::string label;
    std::string sentence;
    int depth = 0;
    bool labels_next = false;
    for (std::size_t at = 0; at < tree.size();) {
      const char c = tree[at];
      if (c == '(' || c == ')') {
        depth += c == '(' ? 1 : -1;
        labels_next = c == '(';
        ++at;
        if (depth < 1 && at < tree.size()) return std::unexpected(no_tree);
        continue;
      }
      if (c == ' ') {
        ++at;
        continue;
      }
      const auto word = tree.substr(at, std::min(tree.find_first_of(" ()", at), tree.size()) - at);
      at += word.size();
      if (labels_next) {
        if (label.empty()) label = word;
        labels_next = false;
        continue;
      }
      if (!sentence.empty()) sentence.push_back(' ');
      sentence += word_of(word);
    }
    if (depth != 0 || label.empty() || sentence.empty()) return std::unexpected(no_tree);
    return json::Object{{"label", std::move(label)}, {"text", std::move(sentence)}};
  }
};

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('\t', begin), line.size());
    cells.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return cells;
}

class TabbedRows final : public LineRows {
 public:
  TabbedRows(std::string_view content, std::string name, std::vector<std::string> columns,
             bool has_header)
      : LineRows(content, std::move(name)), names_(std::move(columns)) {
    if (has_header) pass_line();
  }

  const std::vector<std::string>& columns() const override { return names_; }

 private:
  Fields read(std::string_view line) const override {
    const auto cells = cells_of(line);
    if (cells.size() != names_.size()) {
      return std::unexpected(
          fmt::format("{} cells parted by tabs, not {}", cells.size(), names_.size()));
    }
    json::Object fields;
    for (std::size_t i = 0; i < cells.size(); ++i) fields.emplace_back(names_[i], cells[i]);
    return fields;
  }

  std::vector<std::string> names_;
};

bool is_known_column(std::string_view cell) {
  static constexpr std::array<std::string_view, 14> known{
      "id",        "idx",     "index",      "label",    "gold_label", "label_text", "text",
      "sentence1", "premise", "hypothesis", "sentence", "question",   "answer",     "sentence2"};
  return std::ranges::any_of(
      known, [&](std::string_view name) { return text::equals_fold_ascii(name, cell); });
}

}  // namespace

std::unique_ptr<rows::RowSource> json_rows(std::string content, std::vector<Span> spans,
                                           std::string name) {
  return std::make_unique<JsonRows>(std::move(content), std::move(spans), std::move(name));
}

std::unique_ptr<rows::RowSource> tree_rows(std::string_view content, std::string name) {
  return std::make_unique<TreeRows>(content, std::move(name));
}

Expected<std::unique_ptr<rows::RowSource>> tabbed_rows(std::string_view content, std::string name) {
  const auto lines = text::lines(content);
  const auto cells = lines.empty() ? std::vector<std::string_view>{} : cells_of(lines.front());
  const bool has_header = std::ranges::any_of(cells, is_known_column);
  std::vector<std::string> columns{"label", "text"};
  if (has_header) columns.assign(cells.begin(), cells.end());
  if (!has_header && cells.size() != columns.size()) {
    return fail(ErrorCode::usage,
                fmt::format("{}:1: no form of a data set that is known: neither JSON nor a tree, "
                            "and the first line has no column such as label, sentence1 or "
                            "question; found: {}",
                            text::display_safe(name, 400),
                            text::display_safe(lines.empty() ? "" : lines.front(), 80)));
  }
  return std::make_unique<TabbedRows>(content, std::move(name), std::move(columns), has_header);
}

}  // namespace sheaf::dataset
