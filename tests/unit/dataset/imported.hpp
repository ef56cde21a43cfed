// A file of a data set, and what becomes of its rows.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dataset/import_rows.hpp"
#include "dataset/sets.hpp"

namespace sheaf::dataset {

/// A file below the temporary folder, removed at its end.
class WrittenFile {
 public:
  WrittenFile(std::string_view name, std::string_view content) {
    std::string folder = (std::filesystem::temp_directory_path() / "sheaf-set-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) std::abort();
    path_ = std::filesystem::path(folder) / name;
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~WrittenFile() {
    std::error_code ignored;
    std::filesystem::remove_all(path_.parent_path(), ignored);
  }
  WrittenFile(const WrittenFile&) = delete;
  WrittenFile& operator=(const WrittenFile&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// Each row as its line of JSON, or "LINE: REASON"; last "error: MESSAGE" where the file ends so.
inline std::vector<std::string> imported_from(std::string_view set,
                                              std::vector<std::string> paths) {
  Importer importer(*find_set(set), std::move(paths));
  std::vector<std::string> lines;
  while (true) {
    auto next = importer.next();
    if (!next) {
      lines.push_back("error: " + next.error().message);
      return lines;
    }
    if (!*next) return lines;
    if (auto* line = std::get_if<std::string>(&**next)) {
      lines.push_back(*line);
    } else {
      const auto& bad = std::get<rows::BadRow>(**next);
      lines.push_back(std::to_string(bad.line) + ": " + bad.reason);
    }
  }
}

inline std::vector<std::string> imported(std::string_view set, std::string_view name,
                                         std::string_view content) {
  const WrittenFile file(name, content);
  return imported_from(set, {file.path()});
}

}  // namespace sheaf::dataset
