#include "rows/csv_record.hpp"

#include <utility>

#include <csv.h>

namespace sheaf::rows {

struct CsvRecord::Impl {
  explicit Impl(char separator) : delimiter(separator) { begin(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { csv_free(&parser); }

  void begin() {
    constexpr std::size_t growth = std::size_t{16} * 1024;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser, static_cast<unsigned char>(delimiter));
    csv_set_space_func(&parser, [](unsigned char) { return 0; });
    csv_set_blk_size(&parser, growth);
  }

  static void on_field(void* bytes, std::size_t size, void* self) {
    auto& fields = static_cast<Impl*>(self)->fields;
    fields.emplace_back(static_cast<const char*>(bytes), size);
  }
  static void on_record(int, void* self) { static_cast<Impl*>(self)->complete = true; }

  char delimiter;
  csv_parser parser{};
  std::vector<std::string> fields;
  bool complete = false;
};

CsvRecord::CsvRecord(char delimiter) : impl_(std::make_unique<Impl>(delimiter)) {}
CsvRecord::CsvRecord(CsvRecord&&) noexcept = default;
CsvRecord& CsvRecord::operator=(CsvRecord&&) noexcept = default;
CsvRecord::~CsvRecord() = default;

CsvRecord::State CsvRecord::feed(std::string_view piece, std::size_t& fault) {
  if (std::exchange(impl_->complete, false)) impl_->fields.clear();
  const std::size_t taken = csv_parse(&impl_->parser, piece.data(), piece.size(), Impl::on_field,
                                      Impl::on_record, impl_.get());
  if (taken != piece.size()) {
    fault = taken;
    return State::broken;
  }
  return impl_->complete ? State::complete : State::open;
}

CsvRecord::State CsvRecord::finish() {
  if (std::exchange(impl_->complete, false)) impl_->fields.clear();
  if (csv_fini(&impl_->parser, Impl::on_field, Impl::on_record, impl_.get()) != 0) {
    return State::broken;
  }
  return impl_->complete ? State::complete : State::open;
}

void CsvRecord::reset() {
  csv_free(&impl_->parser);
  impl_->fields.clear();
  impl_->complete = false;
  impl_->begin();
}

std::vector<std::string>& CsvRecord::fields() { return impl_->fields; }

RecordPlace place_in_record(std::string_view record, std::size_t offset) {
  RecordPlace place{.line = 0, .column = 1};
  for (std::size_t at = 0; at < offset; ++at) {
    const bool crlf = record[at] == '\r' && record.substr(at + 1).starts_with('\n');
    if (crlf || (record[at] != '\r' && record[at] != '\n')) {
      ++place.column;
    } else {
      ++place.line;
      place.column = 1;
    }
  }
  return place;
}

std::vector<std::size_t> field_starts(std::string_view record, char delimiter) {
  std::vector<std::size_t> starts{0};
  bool quoted = record.starts_with('"');
  for (std::size_t at = quoted ? 1 : 0; at < record.size(); ++at) {
    if (quoted) {
      if (record[at] != '"') continue;
      const bool doubled = record.substr(at + 1).starts_with('"');
      quoted = doubled;
      at += doubled ? 1 : 0;
    } else if (record[at] == delimiter) {
      starts.push_back(at + 1);
      quoted = record.substr(at + 1).starts_with('"');
      at += quoted ? 1 : 0;
    }
  }
  return starts;
}

}  // namespace sheaf::rows
