// Running programs: any bytes end, with a value or a reason, twice the same, within small limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/text.hpp"
#include "program/program.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sheaf;
  using fuzz::require;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  program::Limits limits;
  limits.steps = 2'000;
  limits.memory_bytes = 1 << 20;
  const auto outcome = program::run(source, limits);
  require(outcome == program::run(source, limits));
  if (outcome) {
    require(!text::find_invalid_utf8(outcome->text));
  } else {
    require(!outcome.error().what.empty() && !text::find_invalid_utf8(outcome.error().what));
    require(outcome.error().what == text::display_safe(outcome.error().what));
  }
  return 0;
}
