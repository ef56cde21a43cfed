#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "answer/extract.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "dataset/upstream.hpp"
#include "task/task.hpp"

namespace sheaf::dataset {
namespace {

using Kind = UpstreamNote::Kind;
using task::AnswerType;

constexpr std::string_view samples_choices_label = "Answer choices";

std::string quoted(std::string_view text) { return json::dump(json::Value(text)); }

/// "(a) x (b) y" without its letters; nullopt where it is no such list.
std::optional<std::vector<std::string>> choices_in(std::string_view text) {
  std::vector<std::string> choices;
  std::size_t at = 0;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const std::string open = fmt::format("({})", letter);
    const std::size_t begin = letter == 'a' ? at : text.find(" " + open, at);
    if (begin == text.npos) break;
    if (letter == 'a' && !text.starts_with(open)) return std::nullopt;
    if (letter != 'a') choices.emplace_back(text::trim(text.substr(at, begin - at)));
    at = begin + open.size() + (letter == 'a' ? 0 : 1);
  }
  choices.emplace_back(text::trim(text.substr(at)));
  const bool filled = std::ranges::none_of(choices, &std::string::empty);
  return choices.size() > 1 && filled ? std::optional(choices) : std::nullopt;
}

/// How `text` spells a value that stands in it, at its last place; the value itself where it does
/// not.
std::string spelled(std::string_view text, const std::string& value) {
  const auto at = text::fold_ascii(text).rfind(text::fold_ascii(value));
  return at == std::string::npos ? value : std::string(text.substr(at, value.size()));
}

/// Builds the task line by line, and notes what differs.
class TaskMaker {
 public:
  TaskMaker(const UpstreamConfig& config, const UpstreamPrompt& prompt, bool as_is)
      : config_(config), prompt_(prompt), as_is_(as_is), family_(family_of(*config.set)) {
    rule_.label = family_.answer;
    set_type();
    if (config.marker) rule_.marker = *config.marker;
    const auto announced = [&](const UpstreamExemplar& exemplar) {
      return config_.marker && exemplar.answer.find(*config_.marker) != std::string::npos;
    };
    reasons_ = std::ranges::any_of(prompt.exemplars, announced);
  }

  Expected<UpstreamTask> make(const std::string& exemplars_name) {
    const answer::Extractor extractor(rule_);
    for (const auto& exemplar : prompt_.exemplars) {
      auto row = exemplar_row(extractor, exemplar);
      if (!row) return std::unexpected(std::move(row.error()));
      made_.exemplars += json::dump(std::move(*row)) + "\n";
    }
    note_wording();
    note_request();
    write(exemplars_name);
    return std::move(made_);
  }

 private:
  // The ten sets have five types.
  void set_type() {
    const auto name = config_.set->name;
    if (family_.has_choices) {
      rule_.type = AnswerType::choice;
      rule_.choices = task::ChoiceColumn{"choices"};
    } else if (name == "rte" || name == "strategyqa") {
      rule_.type = AnswerType::boolean;
    } else if (name == "mnli") {
      set_choices({"true", "neutral", "false"});
    } else if (name == "sst5") {
      set_choices({"very negative", "negative", "neutral", "positive", "very positive"});
    } else {
      rule_.type = AnswerType::number;
    }
  }

  /// In the spelling of the file's answers.
  void set_choices(std::vector<std::string> choices) {
    for (std::string& choice : choices) {
      std::string capital = choice;
      capital.front() = static_cast<char>(capital.front() - 'a' + 'A');
      const bool has_capital = std::ranges::any_of(prompt_.exemplars, [&](const auto& exemplar) {
        return exemplar.answer.find(capital) != std::string::npos;
      });
      if (has_capital) choice = capital;
    }
    rule_.type = AnswerType::choice;
    rule_.choices = std::move(choices);
  }

  void note(Kind kind, std::string what) { made_.notes.push_back({kind, std::move(what)}); }
  /// Kept as it was, or repaired.
  void note_defect(std::string what) {
    note(as_is_ ? Kind::kept : Kind::repaired, std::move(what));
  }

  std::unexpected<Error> refuse(int line, std::size_t column, std::string_view what) const {
    return fail(ErrorCode::usage,
                fmt::format("{}:{}:{}: {}", text::display_safe(config_.prompt_path, 400), line,
                            column, what));
  }

  std::vector<std::string> columns() const {
    if (family_.fields.front() == "Premise") return {"premise", "hypothesis"};
    return {config_.set->name == "sst5" ? "sentence" : "question"};
  }

  Expected<json::Object> exemplar_row(const answer::Extractor& extractor,
                                      const UpstreamExemplar& exemplar) {
    json::Object row;
    const auto names = columns();
    for (std::size_t i = 0; i < names.size(); ++i) {
      row.emplace_back(names[i], exemplar.fields[i].text);
    }
    std::vector<std::string> choices;
    if (family_.has_choices) {
      const auto found = choices_in(exemplar.fields.back().text);
      if (!found) {
        return refuse(exemplar.line + 1, 1, "the choices are not written as (a) ... (b) ...");
      }
      choices = *found;
      row.emplace_back("choices", json::Array(choices.begin(), choices.end()));
    }
    auto value = extractor.read(exemplar.answer, choices);
    if (!value) {
      return refuse(exemplar.answer_line, 1,
                    "no answer is found in this line: " + value.error().detail);
    }
    json::Object printed;
    if (auto fields = printed_fields(exemplar, choices)) {
      printed.emplace_back("fields", std::move(*fields));
    }
    add_answer(exemplar, *value, row, printed);
    if (!printed.empty()) row.emplace_back("printed", std::move(printed));
    return row;
  }

  /// The fields as written, where the task would print others.
  std::optional<json::Object> printed_fields(const UpstreamExemplar& exemplar,
                                             const std::vector<std::string>& choices) {
    json::Object fields;
    bool differs = false;
    for (std::size_t i = 0; i < exemplar.fields.size(); ++i) {
      const auto& [label, text] = exemplar.fields[i];
      std::string shown = label;
      if (label != family_.fields[i]) {
        wrong_labels_.push_back(
            fmt::format("{} (line {})", label, exemplar.line + static_cast<int>(i)));
        if (!as_is_) shown = family_.fields[i];
      }
      const bool is_list = family_.has_choices && i + 1 == exemplar.fields.size();
      differs =
          differs || shown != expected_label(i) || (is_list && task::lettered(choices) != text);
      fields.emplace_back(std::move(shown), text);
    }
    return differs ? std::optional(std::move(fields)) : std::nullopt;
  }

  /// What the task prints above field `i` of a sample.
  std::string expected_label(std::size_t i) const {
    const bool is_list = family_.has_choices && i + 1 == family_.fields.size();
    return is_list && as_is_ ? std::string(samples_choices_label) : family_.fields[i];
  }

  void add_answer(const UpstreamExemplar& exemplar, const json::Value& value, json::Object& row,
                  json::Object& printed) {
    const std::string& text = exemplar.answer;
    std::string plain = value.string() != nullptr ? *value.string() : json::dump(value);
    if (rule_.type == AnswerType::boolean) plain = boolean_in(text, value);
    if (!family_.has_choices) plain = spelled(text, plain);
    row.emplace_back("answer", plain);
    const std::string shown = family_.has_choices ? "(" + plain + ")" : plain;
    if (!reasons_) {
      if (shown != text) printed.emplace_back("answer", text);
      return;
    }
    const auto marker = text.rfind(rule_.marker);
    const auto cut = marker == text.npos ? sentence_start(text) : marker;
    const std::string reasoning(text::trim(std::string_view(text).substr(0, cut)));
    if (marker == text.npos) unmarked_.push_back(exemplar.answer_line);
    if (!reasoning.empty()) row.emplace_back("reasoning", reasoning);
    const bool same = fmt::format("{} {} {}.", reasoning, rule_.marker, shown) == text;
    const bool is_repaired = marker == text.npos && !as_is_;
    if (reasoning.empty() || (!same && !is_repaired)) printed.emplace_back("answer", text);
  }

  /// The word that a boolean was read from.
  static std::string boolean_in(const std::string& text, const json::Value& value) {
    const bool truth = value.boolean() != nullptr && *value.boolean();
    const std::string folded = text::fold_ascii(text);
    const std::string formal = truth ? "true" : "false";
    const std::string casual = truth ? "yes" : "no";
    const auto formal_at = folded.rfind(formal);
    const auto casual_at = folded.rfind(casual);
    if (formal_at == folded.npos) return casual;
    return casual_at == folded.npos || casual_at < formal_at ? formal : casual;
  }

  /// Where the last sentence of an answer begins.
  static std::size_t sentence_start(const std::string& text) {
    const auto last = text.find_last_not_of(". ");
    const auto stop = text.rfind(". ", last == text.npos ? 0 : last);
    return stop == text.npos ? 0 : stop + 1;
  }

  void note_wording() {
    if (config_.chat) note_chat();
    if (family_.has_choices) {
      note_defect("samples are headed 'Answer choices', exemplars 'Answer Choices'");
    }
    if (!wrong_labels_.empty()) {
      note_defect(fmt::format("misspelt labels: {}", fmt::join(wrong_labels_, ", ")));
    }
    if (!unmarked_.empty()) {
      note_defect(fmt::format("answers without the words '{}': line {}", rule_.marker,
                              fmt::join(unmarked_, ", ")));
    }
    if (config_.batched) {
      note_defect("the last, smaller batch stands behind exemplars in groups of the full size");
    }
  }

  void note_chat() {
    if (!prompt_.instruction.empty()) {
      note_defect("the instruction is said by the model itself, behind an empty user message");
    }
    note_defect(prompt_.system.empty()
                    ? "no system message says what form answers have"
                    : "the system message says nothing of one answer under each key");
  }

  void note_request() {
    if (config_.pattern && config_.marker) {
      note(Kind::repaired, fmt::format("the pattern takes the last character of an answer for a "
                                       "full stop; the value is read behind '{}'",
                                       rule_.marker));
    }
    if (!as_is_ && tokens() > even_share()) {
      note(Kind::repaired, fmt::format("{} tokens are cut for {} answers; each has {} here",
                                       config_.max_tokens, prompt_.size, tokens()));
    }
    if (!config_.chat) {
      note(Kind::not_reproduced, fmt::format("the space behind the last label, '{}{}: '",
                                             family_.answer, prompt_.indexed ? "[1]" : ""));
    }
    if (family_.has_choices) {
      note(Kind::not_reproduced, "samples' choices in lower case; they stay as the rows have them");
    }
    if (config_.stop.value_or("") != "\n\n" && !config_.chat) {
      note(Kind::not_reproduced, "the stop sequence; it is a blank line here");
    }
    for (const auto& what : config_.unlike) note(Kind::not_reproduced, what);
    const std::string& engine = config_.engine;
    if (engine.starts_with("code-davinci") || engine.starts_with("text-davinci")) {
      note(Kind::not_reproduced,
           fmt::format("the model {}, which is no longer offered; name another with --model",
                       text::display_safe(engine, 60)));
    }
  }

  std::int64_t even_share() const { return (config_.max_tokens + prompt_.size - 1) / prompt_.size; }

  /// What the format adds to the cap for each answer.
  std::int64_t overhead() const {
    return format::make("labelled", family_.fields, family_.answer)->overhead_tokens_per_answer();
  }

  /// For one answer: its share of the original's cap, which is kept as it is and otherwise never
  /// less than is usual.
  std::int64_t tokens() const {
    constexpr std::int64_t reasoned = 256;
    if (as_is_) return std::max<std::int64_t>(1, config_.max_tokens / prompt_.size - overhead());
    return reasons_ ? std::max(even_share(), reasoned) : even_share();
  }

  std::string instruction() const {
    if (prompt_.system.empty()) return prompt_.instruction;
    if (prompt_.instruction.empty()) return prompt_.system;
    return prompt_.system + "\n\n" + prompt_.instruction;
  }

  void line(std::string_view text) { made_.yaml.append(text).push_back('\n'); }

  void write(const std::string& exemplars_name) {
    const auto name = fmt::format("{}-{}-{}", config_.set->name, config_.method, prompt_.size);
    line(fmt::format("# {}, {}, groups of {}: written by sheaf import --upstream{}.",
                     config_.set->name, config_.method, prompt_.size, as_is_ ? " --as-is" : ""));
    line(fmt::format("# Rows: sheaf import {} FILE --paper (the split is {}).\n", config_.set->name,
                     text::display_safe(config_.split, 60)));
    line("name: " + quoted(name));
    if (!instruction().empty()) line("instruction: " + quoted(instruction()));
    line("\nsample:");
    const auto names = columns();
    for (std::size_t i = 0; i < names.size(); ++i) {
      line(fmt::format("  {}: \"{{{{{}}}}}\"", family_.fields[i], names[i]));
    }
    write_answer();
    line("\nexemplars: " + quoted(exemplars_name));
    line("\nid: id\ngold: answer\n");
    line(fmt::format("batch: {{size: {}, format: labelled, exemplars: {}}}", prompt_.size,
                     as_is_ && config_.batched ? "stable-prefix" : "regroup"));
    write_prompt();
    const bool has_provider = config_.engine.find('/') != std::string::npos;
    line(fmt::format("model: {{name: {}, api: {}, temperature: {}}}",
                     quoted((has_provider ? "" : "openai/") + config_.engine),
                     config_.chat ? "chat" : "completions", config_.temperature));
  }

  void write_answer() {
    constexpr std::array<std::string_view, 4> types{"choice", "number", "boolean", "text"};
    line("\nanswer:");
    line("  label: " + rule_.label);
    line(fmt::format("  type: {}", types[static_cast<std::size_t>(rule_.type)]));
    if (family_.has_choices) line("  choices: choices");
    if (const auto* listed = std::get_if<std::vector<std::string>>(&rule_.choices)) {
      line(fmt::format("  choices: [{}]", fmt::join(*listed, ", ")));
    }
    line(fmt::format("  reasoning: {}", reasons_ ? "chain-of-thought" : "none"));
    if (reasons_) line("  marker: " + quoted(rule_.marker));
    if (!config_.marker && config_.pattern) line("  pattern: " + quoted(*config_.pattern));
    line(fmt::format("  max_tokens: {}", tokens()));
  }

  void write_prompt() {
    if (!as_is_) return;
    const bool mouthed = config_.chat && !prompt_.instruction.empty() && prompt_.system.empty();
    line(fmt::format(
        "prompt: {{contract: none{}{}}}", mouthed ? ", instruction: assistant" : "",
        family_.has_choices ? fmt::format(", choices_label: {}", samples_choices_label) : ""));
  }

  const UpstreamConfig& config_;
  const UpstreamPrompt& prompt_;
  bool as_is_;
  Family family_;
  task::AnswerRule rule_;
  bool reasons_ = false;
  std::vector<std::string> wrong_labels_;
  std::vector<int> unmarked_;
  UpstreamTask made_;
};

}  // namespace

Expected<UpstreamTask> make_upstream_task(const UpstreamConfig& config,
                                          const UpstreamPrompt& prompt, bool as_is,
                                          const std::string& exemplars_name) {
  return TaskMaker(config, prompt, as_is).make(exemplars_name);
}

}  // namespace sheaf::dataset
