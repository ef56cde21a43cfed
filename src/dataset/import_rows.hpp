// Published rows through a set's converter, one after another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <sheaf/error.hpp>

#include "dataset/sets.hpp"
#include "rows/row.hpp"

namespace sheaf::dataset {

/// Reads the files of one set in order. Single-threaded.
class Importer {
 public:
  Importer(const Set& set, std::vector<std::string> files);

  /// The next row as a line of JSON, or one that cannot be taken: its reason says why. A row that
  /// has sheaf's form already passes as it is, further members included. nullopt behind the last
  /// file. Error: a file cannot be read.
  using Line = std::string;
  Expected<std::optional<std::variant<Line, rows::BadRow>>> next();

  /// "FILE:LINE" of what `next` gave last.
  std::string place() const;

 private:
  Expected<std::optional<rows::RowOrBad>> pull();
  Told<Line> convert(const rows::Row& row);

  const Set* set_;
  std::vector<std::string> files_;
  std::size_t next_file_ = 0;
  std::unique_ptr<rows::RowSource> source_;
  std::int64_t index_ = 0;
  std::int64_t line_ = 0;
  std::unordered_map<std::string, std::string> places_;  ///< Of each id that was given.
};

}  // namespace sheaf::dataset
