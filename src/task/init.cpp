#include "task/init.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"
#include "format/label.hpp"
#include "task/column_guess.hpp"

namespace sheaf::task {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

std::string in_quotes(std::string_view text) {
  std::string json;
  json::append_string(json, text);
  std::string out;
  for (const char c : json) {
    if (c == '\x7F') {
      out += "\\x7F";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// A text as YAML: bare where nothing could be read into it.
std::string yaml_text(std::string_view text) {
  const bool bare = !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, is_word);
  return bare && !text::equals_fold_ascii(text, "null") ? std::string(text) : in_quotes(text);
}

std::string yaml_list(const std::vector<std::string>& texts) {
  std::vector<std::string> written;
  written.reserve(texts.size());
  for (const auto& text : texts) written.push_back(yaml_text(text));
  return fmt::format("[{}]", fmt::join(written, ", "));
}

std::string shown(std::string_view name) { return text::display_safe(name, 60); }

/// The columns for a comment, some dozens of them at most.
std::string column_list(const std::vector<std::string>& columns) {
  constexpr std::size_t most_columns = 30;
  std::vector<std::string> names;
  for (const auto& column : columns) {
    if (names.size() == most_columns) break;
    names.push_back(shown(column));
  }
  const std::size_t more = columns.size() - names.size();
  return fmt::format("{}{}", fmt::join(names, ", "),
                     more == 0 ? "" : fmt::format(" and {} more", more));
}

std::string file_name(const std::string& rows_path) {
  return shown(std::filesystem::path(rows_path).filename().string());
}

std::string task_name(const std::string& rows_path) {
  std::string name = std::filesystem::path(rows_path).filename().string();
  name.resize(std::min(name.find('.', 1), name.size()));
  std::ranges::replace_if(name, [](char c) { return !is_word(c); }, '-');
  return name.empty() || !is_letter(name.front()) ? "task" : name;
}

/// "customer_message" -> "Customer message".
std::string label_for(std::string_view column, std::size_t number) {
  constexpr std::size_t longest_label = 40;
  std::string label;
  for (const char c : column) {
    const bool blank = std::string_view(" _-.:[]{}").find(c) != std::string_view::npos;
    if (!blank) label.push_back(c);
    if (blank && !label.ends_with(' ')) label.push_back(' ');
  }
  label = text::trim(label);
  if (label.size() > longest_label || !format::label_fault(label).empty()) {
    return fmt::format("Field {}", number);
  }
  if (is_letter(label.front())) label.front() = static_cast<char>(label.front() & ~0x20);
  return label;
}

bool is_used(const std::vector<std::string>& labels, std::string_view label) {
  return std::ranges::any_of(
      labels, [&](const std::string& used) { return format::same_label(used, label); });
}

std::string sample_section(const ColumnGuess& guess) {
  std::vector<std::string> labels{"Answer", PromptSettings{}.choices_label};
  std::string out = "sample:\n";
  for (const auto& column : guess.shown) {
    std::string label = label_for(column, labels.size() - 1);
    const std::string base = label;
    for (int copy = 2; is_used(labels, label); ++copy) label = fmt::format("{} {}", base, copy);
    labels.push_back(label);
    out += fmt::format("  {}: {}\n", yaml_text(label), in_quotes("{{" + column + "}}"));
  }
  if (!guess.shown.empty()) return out;
  return out +
         "  # No column's name can stand between '{{' and '}}': rename one in the file.\n"
         "  Text: \"{{text}}\"\n";
}

std::string_view type_name(AnswerType type) {
  switch (type) {
    case AnswerType::choice:
      return "choice";
    case AnswerType::number:
      return "number";
    case AnswerType::boolean:
      return "boolean";
    case AnswerType::text:
      return "text";
  }
  return "";
}

std::string_view instruction_for(AnswerType type) {
  switch (type) {
    case AnswerType::choice:
      return "Decide which choice fits each sample.";
    case AnswerType::number:
      return "Give the number asked for in each sample.";
    case AnswerType::boolean:
      return "Decide for each sample whether it is true.";
    case AnswerType::text:
      return "Answer each sample in a few words.";
  }
  return "";
}

std::string choices_lines(const ColumnGuess& guess) {
  if (guess.choice_column) {
    return fmt::format(
        "  # The column that holds each row's own list, shown as (a) ... (b) ...\n"
        "  choices: {}\n",
        yaml_text(*guess.choice_column));
  }
  if (guess.choices.empty()) return "";
  return fmt::format("  # Guessed from the first rows: is one missing?\n  choices: {}\n",
                     yaml_list(guess.choices));
}

std::string answer_section(const ColumnGuess& guess) {
  return fmt::format(
      "answer:\n"
      "  label: Answer\n"
      "  type: {}  # choice | number | boolean | text\n"
      "{}"
      "  reasoning: none  # or chain-of-thought: think first, then \"The answer is ...\"\n"
      "  max_tokens: {}  # per answer; more for long texts, some 250 with reasoning\n",
      type_name(guess.type), choices_lines(guess), guess.type == AnswerType::text ? 64 : 16);
}

std::string column_line(std::string_view key, const std::optional<std::string>& column,
                        std::string_view about) {
  const std::string value = column ? yaml_text(*column) : "COLUMN";
  return fmt::format("{}{}: {}  # {}\n", column ? "" : "# ", key, value, about);
}

constexpr const char* closing_sections =
    R"(# isolate: COLUMN  # rows that differ in it never share a prompt

batch:
  size: 6  # rows in a prompt

model:
  name: openai/gpt-4o-mini  # key: the variable OPENAI_API_KEY; `simulated` needs none
  temperature: 0

# What your account allows; without it only the provider's own headers are heeded.
# limits: {requests_per_minute: 500, tokens_per_minute: 200000, concurrency: 64}

# US dollars, to tell the cost before and after; see your provider's list.
# price: {input_per_million: 0.15, cached_input_per_million: 0.075, output_per_million: 0.60}
)";

}  // namespace

std::string starter_task(const std::string& rows_path, const std::vector<std::string>& columns,
                         std::span<const json::Value> first_rows) {
  const auto guess = guess_columns(columns, first_rows);
  const std::string rows = file_name(rows_path);
  return fmt::format(
             "# A task for {0}, written by `sheaf init`: check its guesses, then\n"
             "#\n"
             "#   sheaf plan THIS_FILE {0}\n"
             "#   sheaf run THIS_FILE {0} -o answers.jsonl\n"
             "\n"
             "name: {1}\n"
             "\n"
             "# What the model should do; stands once on top of every prompt.\n"
             "instruction: {2}\n"
             "\n"
             "# How one row is shown: label -> template over its columns, which are\n"
             "#   {3}\n",
             rows, task_name(rows_path), instruction_for(guess.type), column_list(columns)) +
         sample_section(guess) + "\n" + answer_section(guess) +
         "\n# Worked examples, one JSON object a line: the columns shown above, and `answer`.\n"
         "# exemplars: exemplars.jsonl\n\n" +
         column_line("id", guess.id, "without it, results carry the row's number") +
         column_line("gold", guess.gold, "the right answers, for accuracy; never in a prompt") +
         closing_sections;
}

}  // namespace sheaf::task
