#include "prompt/prompt_builder.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include "core/text.hpp"
#include "prompt/answer_grammar.hpp"
#include "prompt/contract.hpp"

namespace sheaf::prompt {
namespace {

constexpr const char* blank_line = "\n\n";

/// Contexts and answers of one exemplar group.
struct Group {
  std::string contexts;
  std::string answers;
};

std::vector<Group> groups_of(const task::Task& task, const format::BatchFormat& format, int size,
                             format::Keys keys) {
  std::vector<Group> groups;
  const auto step = static_cast<std::size_t>(size);
  for (std::size_t first = 0; first < task.exemplars.size(); first += step) {
    const std::size_t last = std::min(task.exemplars.size(), first + step);
    std::vector<format::SampleText> samples;
    std::vector<std::string> answers;
    for (std::size_t i = first; i < last; ++i) {
      samples.push_back(task.exemplars[i].sample);
      answers.push_back(task.exemplars[i].answer);
    }
    groups.push_back({format.contexts(samples, keys), format.answers(answers, keys)});
  }
  return groups;
}

std::string instruction(const task::Task& task) {
  return std::string(text::trim(task.instruction));
}

/// "" where the task states none.
std::string contract_text(const task::Task& task, const format::BatchFormat& format,
                          format::Keys keys) {
  if (task.prompt.contract == task::Contract::none) return {};
  const std::string how = keys == format::Keys::indexed ? format.contract() + " " : "";
  return how + value_contract(task, keys);
}

/// The messages before the exemplars: the system's, or an instruction that the model itself is made
/// to say.
std::vector<Message> opening(const task::Task& task, const format::BatchFormat& format,
                             format::Keys keys) {
  const bool says_itself = task.prompt.instruction == task::InstructionRole::assistant;
  std::vector<Message> messages;
  std::string text =
      says_itself ? contract_text(task, format, keys) : system_text(task, format, keys);
  if (!text.empty()) messages.push_back({Role::system, std::move(text)});
  if (says_itself && !task.instruction.empty()) {
    messages.push_back({Role::user, ""});
    messages.push_back({Role::assistant, instruction(task)});
  }
  return messages;
}

/// What every batch of samples with that first label begins with: "Q[1]:".
std::string first_key(const std::string& label, const format::BatchFormat& format,
                      format::Keys keys) {
  const format::SampleText first{{{label, {}}}};
  return format.contexts({&first, 1}, keys);
}

/// A program may hold a blank line; behind one, a further sample would begin.
std::string stop_before_sample(const task::Task& task, const format::BatchFormat& format,
                               format::Keys keys) {
  if (task.answer.reasoning != task::Reasoning::program) return blank_line;
  return blank_line + first_key(task.sample.front().label, format, keys);
}

bool is_chat(const task::Task& task) { return task.model.api != Api::completions; }

}  // namespace

PromptBuilder::PromptBuilder(const task::Task& task, const format::BatchFormat& format)
    : task_(task), format_(format) {}

Prompt PromptBuilder::build(std::span<const format::SampleText> samples,
                            std::int64_t max_output_tokens) {
  Prompt prompt = build_own(samples, max_output_tokens);
  const auto& shared = prefix(static_cast<int>(samples.size()));
  if (is_chat(task_)) {
    prompt.messages.insert(prompt.messages.begin(), shared.begin(), shared.end());
  } else {
    prompt.messages.front().text.insert(0, shared.front().text);
    prompt.static_bytes += shared.front().text.size();
  }
  return prompt;
}

Prompt PromptBuilder::build_own(std::span<const format::SampleText> samples,
                                std::int64_t max_output_tokens) const {
  assert(!samples.empty());
  const int size = static_cast<int>(samples.size());
  Prompt prompt{
      .messages = {{Role::user, format_.contexts(samples, keys(size))}},
      .primed = {},
      .stop = {},
      .static_bytes = first_key(samples.front().fields.front().label, format_, keys(size)).size(),
      .max_output_tokens = max_output_tokens};
  std::string& text = prompt.messages.front().text;
  if (task_.batch.constrain) {
    prompt.grammar = answer_grammar(task_, format_, samples, keys(size), !is_chat(task_));
  }
  if (is_chat(task_)) {
    if (const auto closing = closing_line(size); !closing.empty()) text += blank_line + closing;
    return prompt;
  }
  prompt.primed = format_.primed(keys(size));
  prompt.stop = stop_before_sample(task_, format_, keys(size));
  text += "\n" + prompt.primed;
  return prompt;
}

format::Keys PromptBuilder::keys(int size) const {
  return group_size(size) == 1 ? format::Keys::plain : format::Keys::indexed;
}

std::string PromptBuilder::closing_line(int size) const {
  const bool states = is_chat(task_) && size > 1 && task_.prompt.contract == task::Contract::stated;
  return states ? format_.closing_line(size) : "";
}

std::int64_t PromptBuilder::output_cap(int size) const {
  return (task_.answer.max_tokens + format_.overhead_tokens_per_answer()) * size;
}

const std::vector<Message>& PromptBuilder::prefix(int size) {
  const int group = group_size(size);
  const auto found = prefixes_.find(group);
  if (found != prefixes_.end()) return found->second;
  return prefixes_.emplace(group, render_prefix(group)).first->second;
}

int PromptBuilder::group_size(int size) const {
  const bool stable = task_.batch.exemplars == task::ExemplarLayout::stable_prefix;
  return stable ? std::max(size, task_.batch.size) : size;
}

std::vector<Message> PromptBuilder::render_prefix(int size) const {
  const format::Keys keys = this->keys(size);
  const std::vector<Group> groups = groups_of(task_, format_, size, keys);
  if (is_chat(task_)) {
    std::vector<Message> messages = opening(task_, format_, keys);
    for (const Group& group : groups) {
      messages.push_back({Role::user, group.contexts});
      messages.push_back({Role::assistant, group.answers});
    }
    return messages;
  }
  std::string text = groups.empty() ? system_text(task_, format_, keys) : instruction(task_);
  if (!text.empty()) text += blank_line;
  for (const Group& group : groups) text += group.contexts + "\n" + group.answers + blank_line;
  return {{Role::user, std::move(text)}};
}

std::string system_text(const task::Task& task, const format::BatchFormat& format,
                        format::Keys keys) {
  std::string text = instruction(task);
  const std::string contract = contract_text(task, format, keys);
  if (!text.empty() && !contract.empty()) text += blank_line;
  return text + contract;
}

}  // namespace sheaf::prompt
