#include "requests/request_source.hpp"

#include <algorithm>
#include <utility>

#include "requests/packable.hpp"

namespace sheaf::requests {
namespace {

class RequestRows final : public rows::RowSource {
 public:
  explicit RequestRows(std::unique_ptr<rows::RowSource> source) : source_(std::move(source)) {}

  Expected<std::optional<rows::RowOrBad>> next() override {
    auto pulled = source_->next();
    if (!pulled || !*pulled) return pulled;
    auto* row = std::get_if<rows::Row>(&**pulled);
    if (row == nullptr) return pulled;
    auto request = reader_.read(*row);
    if (request) return row_of(*row, std::move(*request));
    return rows::BadRow{row->number, row->line, 0, std::move(row->raw), std::move(request.error())};
  }

  const std::vector<std::string>& columns() const override { return source_->columns(); }
  bool waits() const override { return source_->waits(); }
  std::optional<double> fraction_read() const override { return source_->fraction_read(); }
  const std::string& name() const override { return source_->name(); }

 private:
  static rows::RowOrBad row_of(const rows::Row& row, Request request) {
    auto shared = packable(request);
    auto group = shared ? std::move(shared->group) : "alone " + request.custom_id;
    return rows::Row{row.number,
                     row.line,
                     {},
                     json::Object{{column::id, std::move(request.custom_id)},
                                  {column::path, std::move(request.path)},
                                  {column::body, std::move(request.text)},
                                  {column::text, shared ? std::move(shared->text) : ""},
                                  {column::group, std::move(group)}}};
  }

  std::unique_ptr<rows::RowSource> source_;
  RequestReader reader_;
};

void add(Survey& survey, const Request& request, std::int64_t line) {
  ++survey.requests;
  const auto cap = output_cap(request.body);
  if (!cap && !survey.uncapped_line) survey.uncapped_line = line;
  if (!survey.unbounded) {
    if (auto why = unbounded(request)) survey.unbounded = {line, std::move(*why)};
  }
  if (const auto shared = packable(request); !shared) {
    ++survey.alone[shared.error()];
    return;
  }
  ++survey.packable;
  survey.largest_cap = std::max(survey.largest_cap, cap.value_or(default_cap));
}

}  // namespace

std::unique_ptr<rows::RowSource> request_rows(std::unique_ptr<rows::RowSource> source) {
  return std::make_unique<RequestRows>(std::move(source));
}

Expected<Survey> survey(rows::RowSource& source, rows::BadRows bad_rows) {
  Survey found;
  RequestReader reader;
  const auto read = rows::for_each_row(
      source, bad_rows, [&](const rows::Row& row) -> std::expected<void, std::string> {
        auto request = reader.read(row);
        if (!request) return std::unexpected(std::move(request.error()));
        add(found, *request, row.line);
        return {};
      });
  if (!read) return std::unexpected(read.error());
  found.model = reader.model();
  return found;
}

}  // namespace sheaf::requests
