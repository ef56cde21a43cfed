// What the tests of rows share: bytes in chunks of a chosen size, whole streams as text, a folder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <stdlib.h>

#include "rows/readers.hpp"

namespace sheaf::rows {

/// Bytes from memory, at most `chunk` at a time; then the end, or an Error.
class MemoryBytes : public ByteSource {
 public:
  MemoryBytes(std::string bytes, std::size_t chunk, std::optional<Error> end = std::nullopt)
      : bytes_(std::move(bytes)), chunk_(chunk), end_(std::move(end)) {}
  Expected<std::size_t> read(std::span<char> room) override {
    if (at_ == bytes_.size() && end_) return std::unexpected(*end_);
    const std::size_t size = bytes_.copy(room.data(), std::min(room.size(), chunk_), at_);
    at_ += size;
    return size;
  }
  std::optional<double> fraction() const override {
    return static_cast<double>(at_) / static_cast<double>(bytes_.size());
  }

 private:
  std::string bytes_;
  std::size_t chunk_;
  std::optional<Error> end_;
  std::size_t at_ = 0;
};

inline Input input_of(std::string bytes, std::size_t chunk = 1 << 20,
                      std::size_t row_cap = most_row_bytes) {
  return {PieceReader(std::make_unique<MemoryBytes>(std::move(bytes), chunk)), "rows", row_cap};
}

/// "LINE {...}" for a row, "LINE:COLUMN reason" for a bad one.
inline std::string shown(const RowOrBad& either) {
  if (const auto* row = std::get_if<Row>(&either))
    return std::to_string(row->line) + " " + row->raw;
  const auto& bad = std::get<BadRow>(either);
  return std::to_string(bad.line) + ":" + std::to_string(bad.column) + " " + bad.reason;
}

using Shown = std::vector<std::string>;

/// Every row; an Error ends the list as "error: ...".
inline Shown all_shown(RowSource& source) {
  Shown list;
  while (true) {
    const auto pulled = source.next();
    if (!pulled) {
      list.push_back("error: " + pulled.error().message);
      return list;
    }
    if (!*pulled) return list;
    list.push_back(shown(**pulled));
  }
}

inline std::vector<RowOrBad> all_rows(RowSource& source) {
  std::vector<RowOrBad> list;
  for (auto pulled = source.next(); pulled && *pulled; pulled = source.next()) {
    list.push_back(std::move(**pulled));
  }
  return list;
}

/// A fresh folder, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sheaf-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  std::string write(std::string_view name, std::string_view bytes) const {
    std::ofstream(file(name), std::ios::binary) << bytes;
    return file(name);
  }

 private:
  std::string path_;
};

inline std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace sheaf::rows
