#include "hostile_batch.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "hostile_program.hpp"

namespace sheaf::hostile {
namespace {

using Texts = std::vector<std::string>;
using task::AnswerType;

constexpr std::size_t most_samples = 64;

/// No word of any list, no number, no label: "zqbd" to "zqxx".
std::string nonce_of(std::size_t i) {
  constexpr std::string_view letters = "bcdfghjkmpqrtvwx";
  return {'z', 'q', letters[i / letters.size()], letters[i % letters.size()], 'z'};
}

std::string with_groups(std::size_t number) {
  return fmt::format("{},{:03}", number / 1000, number % 1000);
}

/// What is said of one sample: `written` is how the value stands in the answer.
struct Said {
  json::Value value;
  std::string written;
};

/// Numbers of a batch: keys of other samples, or such that only their own sample has.
std::vector<Said> numbers(Dice& dice, std::size_t size) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < size; ++i) order.push_back(i);
  dice.shuffle(order);
  const std::size_t kind = dice.below(6);
  std::vector<Said> out;
  for (const std::size_t i : order) {
    const std::size_t number = 1000 * (1 + dice.below(900)) + i;
    std::string digits = std::to_string(number);
    std::string written = digits;
    if (kind == 0) written = digits = std::to_string(i + 1);
    if (kind == 1) written = digits = digits + ".5";
    if (kind == 2) written = digits = "-" + digits;
    if (kind == 3) written = with_groups(number);
    if (kind == 4) written = digits = digits + "1234567890123456789012345678901234567";
    out.push_back({json::Number{digits}, written});
  }
  return out;
}

std::vector<Said> choices_of(Dice& dice, const Texts& choices, std::size_t size) {
  Texts left;
  std::vector<Said> out;
  while (out.size() < size) {
    if (left.empty()) {
      left = choices;
      dice.shuffle(left);
    }
    out.push_back({left.back(), left.back()});
    left.pop_back();
  }
  return out;
}

std::vector<Said> letters_of(Dice& dice, const std::vector<Texts>& options) {
  std::vector<Said> out;
  std::size_t next = dice.below(26);
  for (const Texts& own : options) {
    const std::size_t index = next++ % own.size();
    const std::string letter(1, static_cast<char>('a' + index));
    out.push_back({letter, "(" + letter + ")"});
  }
  return out;
}

std::vector<Said> booleans(Dice& dice, std::size_t size) {
  static constexpr std::array<std::string_view, 4> words{"true", "yes", "false", "no"};
  std::vector<Said> out;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t word = dice.below(words.size());
    out.push_back({json::Value(word < 2), std::string(words[word])});
  }
  return out;
}

/// As an answer of type text comes back: LF for CR and CRLF, trimmed.
std::string read_back(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out.push_back(text[i] == '\r' ? '\n' : text[i]);
  }
  return std::string(text::trim(out));
}

/// What an answer may begin with and still say its nonce first: where a row's text holds the
/// answer's key and its first words, the answer is doubted, as it may be that text quoted.
const Texts& wordless() {
  static const Texts pieces{
      "",   "",   "\n",    "\n\n", "\\",           "\\\\",         "\t", "- ", "> ", "**",
      "\"", "# ", "```\n", "\x07", "\xE2\x80\xA8", "\xE2\x80\x8B", "{{", "[",  "(",  "\r\n"};
  return pieces;
}

Truth free_text(Dice& dice, const HostileTask& task, std::size_t i) {
  Truth truth{.nonce = nonce_of(i), .value = {}, .written = {}, .loose = {}, .names_nonce = true};
  truth.written = dice.pick(wordless()) + truth.nonce + text_of(dice, task.fragments, 6);
  truth.value = read_back(truth.written);
  truth.loose = dice.once_in(2) ? truth.nonce : "First this.\nThen that: " + truth.nonce;
  return truth;
}

/// How the answers of a batch are worded.
enum class Wording { bare, said, reasoned };

Truth valued(Dice& dice, const HostileTask& task, Wording wording, std::size_t i, Said said) {
  const std::string nonce = nonce_of(i);
  Truth truth{.nonce = nonce,
              .value = std::move(said.value),
              .written = said.written,
              .loose = {},
              .names_nonce = wording != Wording::bare};
  const std::string announced = task.task.answer.marker + " " + said.written + ".";
  truth.loose = truth.written;
  if (wording == Wording::said) {
    truth.written = nonce + " gives " + said.written;
    truth.loose = dice.once_in(2) ? truth.written : nonce + " first.\nIt gives " + said.written;
  }
  if (wording == Wording::reasoned) {
    truth.written =
        dice.pick(wordless()) + nonce + text_of(dice, task.fragments, 4) + "\n" + announced;
    truth.loose = nonce + " first." + (dice.once_in(2) ? "\n" : " ") + announced;
  }
  return truth;
}

std::vector<Said> values_of(Dice& dice, const HostileBatch& batch) {
  const task::AnswerRule& rule = batch.task.task.answer;
  if (rule.type == AnswerType::number) return numbers(dice, batch.samples.size());
  if (rule.type == AnswerType::boolean) return booleans(dice, batch.samples.size());
  const bool own = std::holds_alternative<task::ChoiceColumn>(rule.choices);
  return own ? letters_of(dice, batch.options)
             : choices_of(dice, batch.task.choices, batch.samples.size());
}

/// As Python writes the value.
std::string literal_of(const json::Value& value) {
  if (const auto* flag = value.boolean()) return *flag ? "True" : "False";
  return json::dump(value);
}

Truth programmed(Dice& dice, const HostileTask& task, std::size_t i, json::Value value) {
  const std::string nonce = nonce_of(i);
  const auto code = program_of(dice, task.fragments, nonce, literal_of(value));
  return {.nonce = nonce,
          .value = std::move(value),
          .written = written_program(dice, task.fragments, nonce, code),
          .loose = loose_program(dice, nonce, code),
          .names_nonce = true};
}

void add_programs(Dice& dice, HostileBatch& batch) {
  const bool is_text = batch.task.task.answer.type == AnswerType::text;
  auto values = is_text ? std::vector<Said>() : values_of(dice, batch);
  for (std::size_t i = 0; i < batch.samples.size(); ++i) {
    if (is_text) {
      const std::string text = nonce_of(i) + text_of(dice, batch.task.fragments, 2);
      values.push_back({json::Value(text::trim(text)), {}});
    }
    batch.truths.push_back(programmed(dice, batch.task, i, std::move(values[i].value)));
  }
}

void add_truths(Dice& dice, HostileBatch& batch) {
  const std::size_t size = batch.samples.size();
  const task::AnswerRule& rule = batch.task.task.answer;
  if (rule.reasoning == task::Reasoning::program) return add_programs(dice, batch);
  if (rule.type == AnswerType::text) {
    for (std::size_t i = 0; i < size; ++i) {
      batch.truths.push_back(free_text(dice, batch.task, i));
    }
    return;
  }
  const bool reasoned = rule.reasoning == task::Reasoning::chain_of_thought;
  const bool bare = rule.type != AnswerType::boolean && dice.once_in(2);
  const Wording wording = reasoned ? Wording::reasoned : (bare ? Wording::bare : Wording::said);
  auto values = values_of(dice, batch);
  for (std::size_t i = 0; i < size; ++i) {
    batch.truths.push_back(valued(dice, batch.task, wording, i, std::move(values[i])));
  }
}

/// Two to 26 choices that begin with a word of their own.
Texts draw_options(Dice& dice, const HostileTask& task) {
  Texts options;
  for (std::size_t i = dice.within(2, 26); i > 0; --i) {
    options.push_back("option " + std::to_string(i) + text_of(dice, task.fragments, 1));
  }
  return options;
}

}  // namespace

HostileBatch make_batch(Dice& dice, std::uint64_t seed, Answers answers) {
  const auto formats = format::names();
  const std::size_t size = 1 + static_cast<std::size_t>(seed / formats.size() % most_samples);
  const auto format = formats[static_cast<std::size_t>(seed % formats.size())];
  HostileBatch batch{make_task(dice, format, answers), {}, {}, {}, format::Keys::indexed};
  for (std::size_t i = 0; i < size; ++i) {
    const Texts options = draw_options(dice, batch.task);
    auto row = task::render(batch.task.task, make_row(dice, batch.task, options));
    if (!row) throw std::logic_error("the generator's row is refused: " + row.error());
    batch.samples.push_back(std::move(row->sample));
    batch.options.push_back(std::move(row->choices));
  }
  if (size == 1 && dice.once_in(2)) batch.keys = format::Keys::plain;
  add_truths(dice, batch);
  return batch;
}

}  // namespace sheaf::hostile
