// Writes the page and the CSV files of a report: report_page REPORT.json FOLDER.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "report/report.hpp"

namespace {

bool write(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  return file.good();
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  std::ifstream file(words[1], std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto report = sheaf::json::parse(text);
  if (!report) {
    std::cerr << words[1] << ": " << report.error().reason << '\n';
    return 1;
  }
  const std::string folder = std::string(words[2]) + "/";
  bool written = write(folder + "report.html", sheaf::report::html(*report));
  for (const auto& [name, bytes] : sheaf::report::csv(*report)) {
    written = write(folder + name, bytes) && written;
  }
  return written ? 0 : 1;
}
