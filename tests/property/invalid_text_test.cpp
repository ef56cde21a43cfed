// Rows that are no valid text are refused with their line and a reason, and no byte of them reaches
// a prompt; what is valid comes through as it was. By the real readers and the real task.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "hostile_task.hpp"
#include "rows/readers.hpp"
#include "unit/rows/row_fixtures.hpp"

namespace sheaf::rows {
namespace {

enum class Kind { jsonl, csv, tsv };

struct Piece {
  std::string name;
  std::string bytes;
};

/// What is never text, in any file.
const std::vector<Piece>& malformed() {
  static const std::vector<Piece> pieces{
      {"a stray continuation", "\x80"},
      {"a start without its continuation", "\xC3"},
      {"two bytes of three", "\xE6\x97"},
      {"three bytes of four", "\xF0\x9F\x98"},
      {"an overlong slash", "\xC0\xAF"},
      {"an overlong NUL", "\xC0\x80"},
      {"an overlong three", "\xE0\x80\xAF"},
      {"an overlong four", "\xF0\x80\x80\xAF"},
      {"a lone high surrogate", "\xED\xA0\xBD"},
      {"a lone low surrogate", "\xED\xB8\x80"},
      {"a pair of surrogates as CESU-8 has it", "\xED\xA0\xBD\xED\xB8\x80"},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80"},
      {"five bytes", "\xF8\x88\x80\x80\x80"},
      {"0xFE", "\xFE"},
      {"0xFF", "\xFF"},
  };
  return pieces;
}

/// What JSON can write and no text can hold.
const std::vector<Piece>& lone_escapes() {
  static const std::vector<Piece> pieces{
      {"an escaped high surrogate", "\\ud83d"},
      {"an escaped low surrogate", "\\udE00"},
      {"escaped surrogates the wrong way round", "\\ude00\\ud83d"},
      {"two escaped high surrogates", "\\ud83d\\ud83d"},
      {"an escaped high surrogate before text", "\\ud83dx\\ude00"},
      {"half an escape", "\\u12"},
  };
  return pieces;
}

/// Well-formed, however odd.
const std::vector<std::string>& odd_texts() {
  using namespace std::string_literals;
  static const std::vector<std::string> texts{"plain",        "",
                                              "\xC3\xA9",     "\xF0\x9F\x98\x80",
                                              "\xEF\xBF\xBD", "\xEF\xBF\xBF",
                                              "\xC2\x80",     "\xED\x9F\xBF",
                                              "\xEE\x80\x80", "\xF4\x8F\xBF\xBF",
                                              "\xE2\x80\xAE", "\xE2\x80\x8B"};
  return texts;
}

/// Written apart from the product: RFC 3629's table.
bool is_utf8(std::string_view bytes) {
  const auto at = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
  };
  for (std::size_t i = 0; i < bytes.size();) {
    const unsigned first = at(i);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if ((first >= 0x80 && first < 0xC2) || first > 0xF4) return false;
    unsigned low = 0x80;
    unsigned high = 0xBF;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
    if (length > 1 && (at(i + 1) < low || at(i + 1) > high)) return false;
    for (std::size_t k = 2; k < length; ++k) {
      if (at(i + k) < 0x80 || at(i + k) > 0xBF) return false;
    }
    i += length;
  }
  return true;
}

/// A file with one row a line and what was put into it.
struct File {
  std::string bytes;
  std::vector<std::string> texts;  ///< Of the rows that are well.
  std::vector<std::int64_t> bad_lines;
  std::string hurts;
};

std::string line_of(Kind kind, const std::string& first, const std::string& second) {
  if (kind == Kind::jsonl) return R"({"c0":")" + first + R"(","options":[")" + second + "\"]}\n";
  return first + (kind == Kind::csv ? "," : "\t") + second + "\n";
}

File draw_file(Kind kind, hostile::Dice& dice) {
  File file;
  std::int64_t line = 0;
  const auto add = [&](const std::string& first, const std::string& second) {
    file.bytes += line_of(kind, first, second);
    ++line;
  };
  if (kind != Kind::jsonl) add("c0", "options");
  for (std::size_t i = dice.within(1, 12); i > 0; --i) {
    const std::string text = "row " + dice.pick(odd_texts());
    if (dice.once_in(3)) {
      const bool escape = kind == Kind::jsonl && dice.once_in(2);
      const Piece& piece = escape ? dice.pick(lone_escapes()) : dice.pick(malformed());
      const std::string hurt = text.substr(0, dice.below(4)) + piece.bytes + "x";
      const bool in_first = dice.once_in(2);
      add(in_first ? hurt : text, in_first ? text : hurt);
      file.bad_lines.push_back(line);
      file.hurts += piece.name + "; ";
    } else {
      add(text, "y");
      file.texts.push_back(text);
    }
  }
  return file;
}

std::unique_ptr<RowSource> open(Kind kind, const std::string& bytes, std::size_t chunk) {
  if (kind == Kind::jsonl) return read_jsonl(input_of(bytes, chunk));
  return std::move(*read_delimited(input_of(bytes, chunk),
                                   kind == Kind::csv ? Delimiter::comma : Delimiter::tab));
}

task::Task plain_task() {
  return *task::parse(
      "name: t\ninstruction: i\nsample: {Q: \"{{c0}} {{options}}\"}\nanswer: {type: text}\n"
      "model: {name: openai/gpt-4o-mini}\n",
      "task.yaml", {});
}

RC_GTEST_PROP(InvalidText, IsRefusedWithItsLineAndReasonAndReachesNoPrompt, ()) {
  hostile::Dice dice(*rc::gen::arbitrary<std::uint64_t>());
  const Kind kind = *rc::gen::element(Kind::jsonl, Kind::csv, Kind::tsv);
  const File file = draw_file(kind, dice);
  RC_LOG() << file.hurts << "\n" << text::display_safe(file.bytes, 4000) << "\n";
  const task::Task task = plain_task();
  const auto format = task::make_format(task);
  std::vector<format::SampleText> samples;
  std::vector<std::int64_t> bad_lines;
  for (const auto& either : all_rows(*open(kind, file.bytes, dice.within(1, 64)))) {
    if (const auto* bad = std::get_if<BadRow>(&either)) {
      RC_ASSERT(!bad->reason.empty());
      RC_ASSERT(is_utf8(bad->reason));
      RC_ASSERT(file.bytes.find(bad->raw) != std::string::npos);
      bad_lines.push_back(bad->line);
      continue;
    }
    auto rendered = task::render(task, std::get<Row>(either).fields);
    RC_ASSERT(rendered.has_value());
    const std::size_t i = samples.size();
    RC_ASSERT(i < file.texts.size());
    RC_ASSERT(rendered->sample.fields[0].text.starts_with(file.texts[i] + " "));
    samples.push_back(std::move(rendered->sample));
  }
  RC_ASSERT(bad_lines == file.bad_lines);
  RC_ASSERT(samples.size() == file.texts.size());
  RC_ASSERT(is_utf8(format->contexts(samples, format::Keys::indexed)));
}

TEST(InvalidText, EveryKindIsRefusedInEveryKindOfFile) {
  for (const Kind kind : {Kind::jsonl, Kind::csv, Kind::tsv}) {
    std::vector<Piece> pieces = malformed();
    if (kind == Kind::jsonl) {
      pieces.insert(pieces.end(), lone_escapes().begin(), lone_escapes().end());
    }
    for (const Piece& piece : pieces) {
      const std::string header = kind == Kind::jsonl ? "" : line_of(kind, "c0", "options");
      const auto rows = all_rows(*open(kind, header + line_of(kind, "a" + piece.bytes, "b"), 64));
      ASSERT_EQ(rows.size(), 1U) << piece.name;
      EXPECT_TRUE(std::holds_alternative<BadRow>(rows[0])) << piece.name;
    }
  }
}

TEST(InvalidText, ARowOfValidTextComesThroughWhateverItsCharacters) {
  const task::Task task = plain_task();
  for (const std::string& text : odd_texts()) {
    ASSERT_TRUE(is_utf8(text));
    const auto rows = all_rows(*open(Kind::jsonl, line_of(Kind::jsonl, text, "b"), 1));
    ASSERT_EQ(rows.size(), 1U);
    ASSERT_TRUE(std::holds_alternative<Row>(rows[0])) << text;
    const auto rendered = task::render(task, std::get<Row>(rows[0]).fields);
    EXPECT_EQ(rendered->sample.fields[0].text, text + " [\"b\"]");
  }
}

}  // namespace
}  // namespace sheaf::rows
