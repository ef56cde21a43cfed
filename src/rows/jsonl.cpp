#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rows/readers.hpp"

namespace sheaf::rows {
namespace {

constexpr std::string_view json_space = " \t\r\n";

class JsonLines : public RowSource {
 public:
  explicit JsonLines(Input input) : input_(std::move(input)) {}

  Expected<std::optional<RowOrBad>> next() override {
    while (true) {
      const auto more = read_line();
      if (!more) return std::unexpected(more.error());
      if (!*more) return std::nullopt;
      if (too_long_) {
        ++number_;
        return bad(0, fmt::format("the line is longer than {} bytes", input_.row_cap));
      }
      const std::size_t start = text_.find_first_not_of(json_space);
      if (start == std::string::npos) continue;
      ++number_;
      return parse(start);
    }
  }

  const std::vector<std::string>& columns() const override { return no_columns_; }
  bool waits() const override { return input_.bytes.waits(); }
  std::optional<double> fraction_read() const override { return input_.bytes.fraction(); }
  const std::string& name() const override { return input_.name; }

 private:
  /// Reads one line into `text_`; false at the end. Of a line above the cap only the front is kept.
  Expected<bool> read_line() {
    text_.clear();
    too_long_ = false;
    for (bool any = false;; any = true) {
      const auto piece = input_.bytes.next("\n");
      if (!piece) return std::unexpected(piece.error());
      if (piece->empty() && !any) return false;
      if (!any) ++line_;
      if (!too_long_) text_.append(*piece);
      if (text_.size() > input_.row_cap) {
        too_long_ = true;
        text_.resize(std::min(text_.size(), kept_of_long_row));
        text_.shrink_to_fit();
      }
      if (piece->empty() || piece->ends_with('\n')) return true;
    }
  }

  RowOrBad parse(std::size_t start) {
    const std::size_t size = text_.find_last_not_of(json_space) + 1 - start;
    std::string raw = text_.substr(start, size);
    auto value = json::parse(raw, {.refuse_duplicate_keys = true});
    const bool is_object = raw.front() == '{';
    if (value && is_object) return Row{number_, line_, std::move(raw), std::move(*value)};
    if (value) return bad(start + 1, "expected a JSON object");
    const std::string& reason = value.error().reason;
    const std::size_t column = start + value.error().offset + 1;
    if (reason == json::not_utf8) return bad(column, fmt::format("{} at byte {}", reason, column));
    if (!is_object) return bad(start + 1, "expected a JSON object");
    return bad(column, "not a JSON object: " + reason);
  }

  BadRow bad(std::size_t column, std::string reason) const {
    const std::size_t end = text_.find_last_not_of("\r\n");
    return {number_, line_, static_cast<std::int64_t>(column), text_.substr(0, end + 1),
            std::move(reason)};
  }

  Input input_;
  std::string text_;
  bool too_long_ = false;
  std::int64_t line_ = 0;
  std::int64_t number_ = 0;
  std::vector<std::string> no_columns_;
};

}  // namespace

std::unique_ptr<RowSource> read_jsonl(Input input) {
  return std::make_unique<JsonLines>(std::move(input));
}

}  // namespace sheaf::rows
