// Runs programs from standard input, for the comparison with CPython: each is its size in bytes on
// a line of its own, then its text; for each one line of JSON comes out.
#include <iostream>
#include <string>

#include "core/json.hpp"
#include "program/program.hpp"

namespace {

using sheaf::program::FailureKind;
using sheaf::program::Kind;

constexpr const char* kinds[] = {"bool", "int", "float", "str"};
constexpr const char* failures[] = {"syntax", "unsupported", "error",   "steps",
                                    "depth",  "memory",      "no_value"};

}  // namespace

int main() {
  std::size_t size = 0;
  while (std::cin >> size) {
    std::cin.ignore(1);
    std::string source(size, '\0');
    std::cin.read(source.data(), static_cast<std::streamsize>(size));
    const auto outcome = sheaf::program::run(source);
    sheaf::json::Object line;
    if (outcome) {
      line.emplace_back("kind", kinds[static_cast<std::size_t>(outcome->kind)]);
      line.emplace_back("text", outcome->text);
    } else {
      line.emplace_back("failure", failures[static_cast<std::size_t>(outcome.error().kind)]);
      line.emplace_back("what", outcome.error().what);
    }
    std::cout << sheaf::json::dump(sheaf::json::Value(std::move(line))) << '\n';
  }
  return 0;
}
