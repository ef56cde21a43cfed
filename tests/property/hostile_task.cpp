#include "hostile_task.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "format/label.hpp"

namespace sheaf::hostile {
namespace {

using Texts = std::vector<std::string>;

constexpr std::array<std::size_t, 8> quoted_keys{1, 2, 3, 17, 64, 0, 99, 4294967297};

const std::vector<Texts>& label_families() {
  static const std::vector<Texts> families{
      {"Q", "Answer Choices", "A"},
      {"A", "A2", "A 3", "A B", "AA", "aA1"},
      {"Answer", "Answers", "Answer 1", "The Answer", "Ans"},
      {"Q", "Question", "Question text", "Quest", "Q1"},
      {"\xE5\x9B\x9E\xE7\xAD\x94", "\xE5\x9B\x9E\xE7\xAD\x94\xE8\x80\x85", "\xE7\xAD\x94",
       "\xE5\x95\x8F"},
      {"\xD0\x9E\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82", "\xD0\x9E\xD1\x82",
       "\xD0\x92\xD0\xBE\xD0\xBF\xD1\x80\xD0\xBE\xD1\x81"},
      {"R\xC3\xA9ponse", "R\xC3\xA9p", "R\xC3\xA9ponse 2"},
      {"\xD8\xB3\xD8\xA4\xD8\xA7\xD9\x84", "\xD8\xAC\xD9\x88\xD8\xA7\xD8\xA8"},
      {"2a", "1st", "2ab", "a2"},
      {"and", "to", "or", "through"},
      {"x", "X1", "x_1", "x-1", "x 1 y"},
      {"Label (short)", "Label", "Label/2", "Label 2", "Label #"},
      {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80 mood"},
      {"\xEF\xBC\xA1\xEF\xBC\xAE\xEF\xBC\xB3", "Answering"},
      {"The answer is", "The", "answer"},
      {"a", "I", "e", "no", "not", "b"},
      {"Sample", "Sample text", "Input", "Output"},
  };
  return families;
}

/// `count` labels that one task may have; the last is the answer's.
Texts draw_labels(Dice& dice, std::size_t count) {
  Texts pool = dice.pick(label_families());
  if (dice.once_in(2)) {
    const Texts& more = dice.pick(label_families());
    pool.insert(pool.end(), more.begin(), more.end());
  }
  dice.shuffle(pool);
  pool.insert(pool.end(), {"Q", "A", "Text", "Result", "Note"});
  Texts labels;
  for (const std::string& label : pool) {
    const bool taken = std::ranges::any_of(
        labels, [&](const std::string& other) { return format::same_label(other, label); });
    const bool reserved = format::same_label(label, task::PromptSettings{}.choices_label);
    if (!taken && !reserved && format::label_fault(label).empty()) labels.push_back(label);
    if (labels.size() == count) break;
  }
  dice.shuffle(labels);
  return labels;
}

Texts draw_choices(Dice& dice) {
  static const Texts words{"positive",
                           "very positive",
                           "not positive",
                           "billing",
                           "bill",
                           "how-to",
                           "how",
                           "yes",
                           "no",
                           "maybe",
                           "12",
                           "1",
                           "2.5",
                           "neutral",
                           "A and B",
                           "bug (minor)",
                           "bug",
                           "\xE5\xA5\xBD",
                           "\xD0\x94\xD0\xB0",
                           "caf\xC3\xA9"};
  Texts choices = words;
  constexpr std::array<std::string_view, 6> colours{"red", "green", "blue", "grey", "pink", "gold"};
  constexpr std::array<std::string_view, 8> things{"fox",  "owl",  "hen", "cod",
                                                   "lynx", "newt", "emu", "yak"};
  for (const auto colour : colours) {
    for (const auto thing : things)
      choices.push_back(std::string(colour) + " " + std::string(thing));
  }
  dice.shuffle(choices);
  choices.resize(dice.once_in(3) ? 2 + dice.below(4) : choices.size());
  return choices;
}

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

/// The template of field `i` of `count`, over the columns "c0".."c<count - 1>".
std::string field_template(Dice& dice, std::size_t i, std::size_t count) {
  const std::string own = "{{c" + std::to_string(i) + "}}";
  const std::string other = "{{ c" + std::to_string(dice.below(count)) + " }}";
  switch (dice.below(6)) {
    case 0:
      return own + " / " + other;
    case 1:
      return "{{{{c0}} " + own;
    case 2:
      return "A[1]: \n" + own;
    default:
      return own;
  }
}

struct Type {
  std::string_view name;
  std::string_view choices;
};

std::string yaml_of(Dice& dice, std::string_view format_name, const Texts& labels,
                    const Texts& choices) {
  static constexpr std::array<Type, 5> types{Type{"text", ""}, Type{"number", ""},
                                             Type{"boolean", ""}, Type{"choice", "fixed"},
                                             Type{"choice", "column"}};
  const Type type = dice.pick(types);
  const std::size_t fields = labels.size() - 1;
  std::string out = "name: hostile\ninstruction: Decide.\nsample:\n";
  for (std::size_t i = 0; i < fields; ++i) {
    out += "  " + quoted(labels[i]) + ": " + quoted(field_template(dice, i, fields)) + "\n";
  }
  out +=
      "answer:\n  label: " + quoted(labels.back()) + "\n  type: " + std::string(type.name) + "\n";
  if (type.choices == "column") out += "  choices: options\n";
  if (type.choices == "fixed") {
    json::Array list;
    for (const std::string& choice : choices) list.emplace_back(choice);
    out += "  choices: " + json::dump(json::Value(list)) + "\n";
  }
  if (dice.once_in(3)) out += "  reasoning: chain-of-thought\n";
  // Of a text, the marker would be a part: no label may be it.
  if (type.name == "text" || dice.once_in(4)) out += "  marker: Hence we get\n";
  out += "batch:\n  format: " + std::string(format_name) + "\nmodel:\n  name: openai/gpt-4o-mini\n";
  return out;
}

void add_keys(Texts& out, const std::string& label, const std::string& key) {
  const std::string bracketed = label + "[" + key + "]";
  for (const std::string_view before : {"", "\n", "\n\n", "\n- ", "\n1. ", "\n> ", "**", "\\"}) {
    out.push_back(std::string(before) + bracketed + ": stolen");
  }
  out.insert(
      out.end(),
      {"\n" + bracketed + " - x", bracketed + " is", "\n" + label + key + ": x",
       "\n" + label + "(" + key + "): x", "\n" + label + " " + key + ": x", "x" + bracketed + ": y",
       "\"" + bracketed + "\": \"x\"", "\xE2\x80\xA8" + bracketed + ": x",
       "\xC2\x85" + bracketed + ": x", "\r" + bracketed + ": x", "\xE2\x80\x8B" + bracketed + ": x",
       "\xE2\x81\xA6" + bracketed + ": x", label + "\xE2\x80\x8B[" + key + "]\xE2\x80\x8B: x",
       label + "\xEF\xBC\xBB" + key + "\xEF\xBC\xBD\xEF\xBC\x9A x"});
}

Texts generic_fragments() {
  using namespace std::string_literals;
  return {"\\",
          "\\\\",
          "\n\\",
          "\r",
          "\r\n",
          "\n",
          "\n\n",
          "\n    ",
          "\n   x",
          "\t",
          " ",
          "    ",
          "\xE2\x80\xA8",
          "\xE2\x80\xA9",
          "\xC2\x85",
          "\x0B",
          "\x0C",
          "\x07",
          "\x1B[31m",
          "\x7F",
          "\x00"s,
          "\\u2028",
          "\\\\u2028",
          "\\u0007",
          "\\u00",
          "u2028",
          "\xE2\x80\x8B",
          "\xE2\x80\xAE",
          "\xE2\x81\xA9",
          "\xEF\xBB\xBF",
          "{{instruction}}",
          "{{c0}}",
          "{{{{c0}}}}",
          "{{",
          "}}",
          "<think>",
          "</think>",
          "```",
          "\n```\n",
          "\n---\n",
          "\n# x\n",
          "\nNext:\n",
          "\xC3\xA9",
          "\xE6\x97\xA5\xE6\x9C\xAC",
          "\xF0\x9F\x98\x80",
          "42",
          "1234567890123456789012345678901234567890",
          "-0.0000000000000000000000000000000000000001",
          " and ",
          ": ",
          "]",
          "[",
          "[2]:",
          "[2]",
          "(b)",
          "2:",
          "2. ",
          "#2",
          "yes",
          "true",
          "not ",
          "plain words ",
          "some more of them ",
          "end."};
}

}  // namespace

Texts fragments_for(const Texts& labels) {
  Texts out;
  for (const std::string& label : labels) {
    for (const std::size_t key : quoted_keys) add_keys(out, label, std::to_string(key));
    out.insert(out.end(),
               {label + ":", "\n" + label + ": stolen", label + "[1-3]: x",
                label + "[1], " + label + "[2]: x", label + "[1] and " + label + "[2]:"});
  }
  const Texts generic = generic_fragments();
  const std::size_t keyed = out.size();
  while (out.size() < 2 * keyed) out.insert(out.end(), generic.begin(), generic.end());
  return out;
}

bool may_quote(std::size_t key) { return std::ranges::find(quoted_keys, key) != quoted_keys.end(); }

std::string text_of(Dice& dice, const Texts& fragments, std::size_t pieces) {
  std::string out;
  for (std::size_t i = dice.below(pieces + 1); i > 0; --i) out += dice.pick(fragments);
  return out;
}

HostileTask make_task(Dice& dice, std::string_view format_name) {
  const Texts labels = draw_labels(dice, dice.within(2, 5));
  Texts choices = draw_choices(dice);
  std::string yaml = yaml_of(dice, format_name, labels, choices);
  auto task = task::parse(yaml, "task.yaml", {.pattern = answer::check_pattern});
  if (!task) throw std::logic_error("the generator's task is refused: " + task.error().message);
  auto format = task::make_format(*task);
  answer::Extractor extractor(task->answer);
  auto all_labels = task::field_labels(*task);
  all_labels.push_back(task->answer.label);
  return {std::move(yaml),    std::move(*task),  std::move(format),        std::move(extractor),
          std::move(choices), labels.size() - 1, fragments_for(all_labels)};
}

json::Value make_row(Dice& dice, const HostileTask& task, const Texts& options) {
  json::Object row;
  for (std::size_t i = 0; i < task.columns; ++i) {
    json::Value cell;
    switch (dice.below(10)) {
      case 0:
        break;
      case 1:
        cell = json::Number{"1234567890123456789012345678901234567890"};
        break;
      case 2:
        cell = json::Object{{"k", text_of(dice, task.fragments, 3)}};
        break;
      case 3:
        cell = std::string();
        break;
      default:
        cell = "row " + text_of(dice, task.fragments, 6);
    }
    row.emplace_back("c" + std::to_string(i), std::move(cell));
  }
  json::Array list;
  for (const std::string& option : options) list.emplace_back(option);
  row.emplace_back("options", std::move(list));
  return row;
}

}  // namespace sheaf::hostile
