#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"
#include "format/label.hpp"
#include "grouping/kind.hpp"
#include "task/file_text.hpp"
#include "task/presets.hpp"
#include "task/readers.hpp"
#include "task/task.hpp"

namespace sheaf::task {
namespace {

constexpr Range size_range{1, 1000};
constexpr std::array<Word<Contract>, 2> contracts{
    {{"stated", Contract::stated}, {"none", Contract::none}}};
constexpr std::array<Word<InstructionRole>, 2> roles{
    {{"system", InstructionRole::system}, {"assistant", InstructionRole::assistant}}};
constexpr std::array<Word<bool>, 2> truths{{{"true", true}, {"false", false}}};
constexpr std::array<Word<ExemplarLayout>, 2> layouts{
    {{"regroup", ExemplarLayout::regroup}, {"stable-prefix", ExemplarLayout::stable_prefix}}};

std::string needed(const Section& top, const char* key, const char* what_to_write) {
  if (top.find(key) == nullptr) top.missing(key, what_to_write);
  return std::string(text::trim(top.filled(key).value_or("")));
}

void read_name(const Section& top, Task& task) {
  task.name = needed(top, "name", "a short name for this task");
  if (text::display_safe(task.name, task.name.size()) != task.name) {
    top.refuse("name", "holds a line break or control character; remove it");
  }
  if (top.find("instruction") != nullptr || top.find("exemplars") == nullptr) {
    task.instruction = needed(top, "instruction", "what the model should do");
  }
}

/// A flag's word, which has no place in the file.
void refuse_flag(const Section& batch, const char* flag, const std::string& value,
                 const std::vector<std::string_view>& known) {
  batch.problems().add_bare(fmt::format("{} is '{}'; write one of {}", flag,
                                        text::display_safe(value, 60), fmt::join(known, ", ")));
}

void read_format(const Section& batch, const Overrides& overrides, Task& task) {
  const auto formats = format::names();
  const auto is_known = [&](const std::string& name) {
    return std::ranges::find(formats, name) != formats.end();
  };
  if (const auto written = batch.text("format")) {
    task.batch.format = *written;
    if (!is_known(*written))
      batch.refuse_word("format", *written, {formats.begin(), formats.end()});
  }
  if (!overrides.format) return;
  task.batch.format = *overrides.format;
  if (!is_known(task.batch.format)) refuse_flag(batch, "--format", task.batch.format, formats);
}

void override_grouping(const std::string& name, Problems& problems, Task& task) {
  std::vector<std::string> known;
  for (const auto& [word, kind] : grouping::kinds) {
    if (word == name) task.batch.grouping = kind;
    known.emplace_back(word);
  }
  if (grouping::name_of(task.batch.grouping) == name) return;
  problems.add_bare(
      fmt::format("--grouping is '{}'; give {}", text::display_safe(name, 40), any_of(known)));
}

void read_batch(const Section& batch, const Overrides& overrides, Task& task) {
  const auto size = batch.whole("size", size_range).value_or(task.batch.size);
  task.batch.size = overrides.batch_size.value_or(static_cast<int>(size));
  if (task.batch.size < size_range.low || task.batch.size > size_range.high) {
    batch.problems().add_bare(fmt::format("--batch-size is {}; give a whole number from {} to {}",
                                          task.batch.size, size_range.low, size_range.high));
  }
  read_format(batch, overrides, task);
  task.batch.grouping = batch.one_of("grouping", grouping::kinds).value_or(task.batch.grouping);
  if (overrides.grouping) override_grouping(*overrides.grouping, batch.problems(), task);
  task.batch.exemplars = batch.one_of("exemplars", layouts).value_or(ExemplarLayout::regroup);
  task.batch.constrain = batch.one_of("constrain", truths).value_or(false);
}

void check_constraint(const Section& batch, Task& task) {
  if (!task.batch.constrain) return;
  if (task.provider != file_provider) {
    batch.refuse("constrain",
                 fmt::format("is for a model of a GGUF file, and '{}' is none; write false, or "
                             "leave it out",
                             text::display_safe(task.model_name, 80)));
  }
  if (task.answer.reasoning == Reasoning::program) {
    batch.refuse("constrain",
                 "has no grammar for programs; write false, or another 'answer.reasoning'");
  }
}

void read_prompt(const Section& prompt, Task& task) {
  task.prompt.contract = prompt.one_of("contract", contracts).value_or(Contract::stated);
  task.prompt.instruction = prompt.one_of("instruction", roles).value_or(InstructionRole::system);
  const auto label = prompt.text("choices_label");
  if (!label) return;
  task.prompt.choices_label = *label;
  if (const auto fault = format::label_fault(*label); !fault.empty()) {
    prompt.refuse("choices_label", fault);
  }
}

void read_columns(const Section& top, Task& task) {
  task.id_column = top.filled("id");
  task.gold_column = top.filled("gold");
  task.isolate_column = top.filled("isolate");
  if (!task.gold_column) return;
  for (const auto& field : task.sample) {
    const auto columns = field.text.columns();
    if (std::ranges::find(columns, *task.gold_column) == columns.end()) continue;
    task.warnings.push_back(
        fmt::format("the sample shows the gold column '{}': the model sees "
                    "the right answers",
                    text::display_safe(*task.gold_column, 60)));
  }
}

void read_simulated(const Section& top, const OptionsCheck& check, Task& task) {
  task.simulated = read_options(top, "simulated");
  if (task.simulated.empty() || !check) return;
  for (const auto& entry : top.find("simulated")->entries) {
    const auto option = std::ranges::find(task.simulated, entry.key, &json::Member::first);
    const auto good = check({*option});
    if (!good) return top.problems().add(entry.key_at, good.error());
  }
  const auto good = check(task.simulated);
  if (!good) top.problems().add(top.at("simulated"), good.error());
}

Task read_task(const Section& top, const std::string& path, const Checks& checks,
               const Overrides& overrides) {
  Task task;
  task.path = path;
  read_name(top, task);
  read_prompt(top.section("prompt", keys::prompt), task);
  read_answer(top.section("answer", keys::answer), checks.pattern, task);
  read_sample(top, task);
  const auto batch = top.section("batch", keys::batch);
  read_batch(batch, overrides, task);
  read_columns(top, task);
  const auto model = top.section("model", keys::model);
  read_model(model, overrides, task);
  read_accounts(top, overrides, task);
  read_price(top.section("price", keys::price), task);
  apply_model_file(model, checks, overrides, task);
  check_constraint(batch, task);
  read_embeddings(top, task);
  apply_catalog(top, checks, overrides, task);
  check_temperature(model, task);
  read_simulated(top, checks.simulated, task);
  if (!top.problems().any()) read_exemplars(top, task);
  return task;
}

}  // namespace

Expected<Task> parse(const std::string& yaml, const std::string& path, const Checks& checks,
                     const Overrides& overrides) {
  Problems problems(path);
  const auto tree = parse_yaml(yaml);
  if (!tree) {
    problems.add(tree.error().at, tree.error().reason);
    return std::unexpected(problems.error());
  }
  if (tree->kind != YamlNode::Kind::mapping) {
    problems.add(tree->at,
                 "this is no task; write keys and values, or begin with 'sheaf init ROWS'");
    return std::unexpected(problems.error());
  }
  const Section top(&*tree, {}, "", keys::top, problems);
  auto task = read_task(top, path, checks, overrides);
  if (problems.any()) return std::unexpected(problems.error());
  return task;
}

Expected<Task> load(const std::string& path, const Checks& checks, const Overrides& overrides) {
  const auto yaml = file_text(path);
  if (!yaml) {
    return fail(ErrorCode::usage, fmt::format("{} {}; give the path of a task file",
                                              text::display_safe(path, 400), yaml.error()));
  }
  return parse(*yaml, path, checks, overrides);
}

std::unique_ptr<format::BatchFormat> make_format(const Task& task) {
  const bool program = task.answer.reasoning == Reasoning::program;
  return format::make(task.batch.format, field_labels(task), task.answer.label,
                      program ? format::AnswerForm::program : format::AnswerForm::text);
}

}  // namespace sheaf::task
