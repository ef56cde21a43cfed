#include "core/hash.hpp"
#include "core/json.hpp"
#include "task/task.hpp"

namespace sheaf::task {
namespace {

void add(Hasher& hasher, const format::SampleText& sample) {
  hasher.add(static_cast<std::int64_t>(sample.fields.size()));
  for (const auto& field : sample.fields) hasher.add(field.label).add(field.text);
}

void add_choices(Hasher& hasher, const AnswerRule& rule) {
  hasher.add(static_cast<std::int64_t>(rule.choices.index()));
  const auto* listed = std::get_if<std::vector<std::string>>(&rule.choices);
  if (listed == nullptr) return;
  hasher.add(static_cast<std::int64_t>(listed->size()));
  for (const auto& choice : *listed) hasher.add(choice);
}

/// Nothing of what is as it was before these settings existed.
void add_prompt(Hasher& hasher, const PromptSettings& prompt) {
  if (prompt.contract == Contract::none) hasher.add("no contract");
  if (prompt.instruction == InstructionRole::assistant) hasher.add("said by the assistant");
  if (prompt.choices_label != PromptSettings{}.choices_label) hasher.add(prompt.choices_label);
}

void add_model(Hasher& hasher, const ModelSpec& model) {
  hasher.add(model.name);
  hasher.add(static_cast<std::int64_t>(model.api));
  hasher.add(static_cast<std::int64_t>(model.output_cap));
  hasher.add(model.temperature ? model.temperature->digits : "none");
  hasher.add(json::dump(model.parameters));
  // Nothing of what is as it was before these settings existed.
  if (!model.stops) hasher.add("no stop");
  if (!model.reasoning.empty()) hasher.add(json::dump(model.reasoning));
  if (model.reasoning_tokens != 0) hasher.add(model.reasoning_tokens);
}

}  // namespace

std::string request_identity(const Task& task) {
  Hasher hasher;
  hasher.add("request 1");
  add_model(hasher, task.model);
  hasher.add(task.instruction);
  hasher.add(task.batch.format);
  if (task.batch.constrain) hasher.add("constrained");
  hasher.add(static_cast<std::int64_t>(task.sample.size()));
  for (const auto& field : task.sample) hasher.add(field.label);
  hasher.add(task.answer.label);
  add_prompt(hasher, task.prompt);
  add_choices(hasher, task.answer);
  hasher.add(static_cast<std::int64_t>(task.answer.reasoning));
  hasher.add(task.answer.max_tokens);
  hasher.add(static_cast<std::int64_t>(task.exemplars.size()));
  for (const auto& exemplar : task.exemplars) {
    add(hasher, exemplar.sample);
    hasher.add(exemplar.value).add(exemplar.reasoning);
    if (exemplar.prints_answer) hasher.add("printed").add(exemplar.answer);
  }
  return to_hex(hasher.finish());
}

std::string reading_identity(const Task& task) {
  Hasher hasher;
  hasher.add("reading 1");
  hasher.add(static_cast<std::int64_t>(task.answer.type));
  hasher.add(task.answer.marker);
  hasher.add(static_cast<std::int64_t>(task.answer.pattern.has_value()));
  hasher.add(task.answer.pattern.value_or(""));
  if (task.answer.reasoning == Reasoning::program) {
    hasher.add(static_cast<std::int64_t>(task.answer.program_failure));
    hasher.add(task.answer.program_steps);
  }
  return to_hex(hasher.finish());
}

}  // namespace sheaf::task
