// Whether counting stays about linear: processor time of a text of one kind, twice as long.
//   tokens_bench [bytes]
// Ends with 1 where the longer one takes more than 2.3 times as long.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/random.hpp"
#include "core/text.hpp"
#include "support/measure.hpp"
#include "tokens/encodings.hpp"

namespace {

constexpr double most_times = 2.3;
constexpr int rounds = 7;

struct Kind {
  const char* name;
  std::string_view unit;
};
constexpr Kind repeated[] = {
    {"one letter", "a"},
    {"spaces", " "},
    {"line ends", "\n"},
    {"capitals", "Q"},
    {"marks (U+0301)", "\u0301"},
    {"`ab` again and again", "ab"},
    {"`aB` again and again", "aB"},
    {"letters without case", "\u4E2D"},
    {"capital, then one without case", "A\u4E2D"},
    {"space, then line end", " \n"},
    {"signs", "="},
    {"apostrophes", "'"},
};

std::string repeat(std::string_view unit, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  return text;
}

std::string random_bytes(std::size_t bytes) {
  sheaf::Random random(3);
  std::string text;
  while (text.size() < bytes) text.push_back(static_cast<char>(random.below(256)));
  return text;
}

std::string random_letters(std::size_t bytes) {
  sheaf::Random random(4);
  std::string text;
  while (text.size() < bytes) text.push_back(static_cast<char>('a' + random.below(26)));
  return text;
}

/// Processor time in microseconds.
double time_of(const sheaf::tokens::Tokenizer& tokenizer, std::string_view text) {
  const auto began = sheaf::bench::cpu_time();
  if (tokenizer.count(text) < 0) std::abort();
  return (sheaf::bench::cpu_time() - began).count();
}

/// Columns of one encoding; false where it is not linear enough. Halves and wholes take turns, so
/// that a busy machine slows both.
bool print_times(std::string_view encoding, std::string_view half, std::string_view whole) {
  const auto loaded = sheaf::tokens::encoding(encoding);
  if (!loaded) {
    fmt::print(stderr, "{}\n", loaded.error().message);
    std::exit(1);
  }
  std::vector<double> times;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    const auto before = time_of(**loaded, half);
    times.push_back(time_of(**loaded, whole));
    ratios.push_back(2 * times.back() / (before + time_of(**loaded, half)));
  }
  const auto ratio = sheaf::bench::quartiles(ratios).median;
  const auto speed = static_cast<double>(whole.size()) / sheaf::bench::quartiles(times).median;
  fmt::print(" {:.2f} | {:.1f} |", ratio, speed);
  return ratio <= most_times;
}

bool print_line(std::string_view name, std::string_view whole) {
  const auto half = sheaf::text::beginning(whole, whole.size() / 2);
  fmt::print("| {} |", name);
  const bool first = print_times("o200k_base", half, whole);
  const bool second = print_times("cl100k_base", half, whole);
  fmt::print("\n");
  return first && second;
}

}  // namespace

int main(int count, char** words) {
  const auto bytes = count > 1 ? std::strtoull(words[1], nullptr, 10) : 1'000'000ULL;
  fmt::print(
      "| {} bytes of | o200k_base, times half of it | MB/s | cl100k_base, likewise | MB/s |\n"
      "| --- | ---: | ---: | ---: | ---: |\n",
      bytes);
  bool linear = true;
  for (const auto& [name, unit] : repeated) linear &= print_line(name, repeat(unit, bytes));
  linear &=
      print_line("random bytes, replaced", sheaf::text::replace_invalid_utf8(random_bytes(bytes)));
  linear &= print_line("letters by chance", random_letters(bytes));
  return linear ? 0 : 1;
}
