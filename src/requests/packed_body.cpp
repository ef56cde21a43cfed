#include "requests/packed_body.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "core/json.hpp"
#include "prompt/prompt_builder.hpp"
#include "requests/conversation.hpp"
#include "task/task.hpp"

namespace sheaf::requests {
namespace {

constexpr std::string_view sample_label = "Request";
constexpr std::string_view answer_label = "Reply";

/// What a prompt of several says beside what each would have said alone.
constexpr std::string_view manner =
    "Each request stands for itself: reply to it as if it had come alone. Begin every further line "
    "of a reply with four spaces.";

task::Task task_of(const Conversation& conversation, std::size_t count) {
  task::Task task;
  task.instruction = conversation.instruction;
  if (!task.instruction.empty()) task.instruction += "\n\n";
  task.instruction += manner;
  task.sample.push_back({std::string(sample_label), *task::Template::parse("{{text}}")});
  task.answer.label = answer_label;
  task.batch.size = static_cast<int>(count);
  for (const auto& [asked, replied] : conversation.turns) {
    task.exemplars.push_back(
        {.sample = packed_sample(asked), .answer = replied, .value = {}, .reasoning = {}});
  }
  return task;
}

std::string_view role_of(Role role, const Conversation& conversation) {
  if (role == Role::user) return "user";
  if (role == Role::assistant) return "assistant";
  return conversation.opener.empty() ? "system" : std::string_view(conversation.opener);
}

json::Array messages_of(const Conversation& conversation, std::span<const std::string_view> texts,
                        const format::BatchFormat& format) {
  const auto task = task_of(conversation, texts.size());
  std::vector<format::SampleText> samples;
  for (const auto text : texts) samples.push_back(packed_sample(text));
  json::Array messages;
  for (auto& message : prompt::PromptBuilder(task, format).build(samples, 0).messages) {
    messages.emplace_back(json::Object{{"role", role_of(message.role, conversation)},
                                       {"content", std::move(message.text)}});
  }
  return messages;
}

}  // namespace

std::unique_ptr<format::BatchFormat> make_packed_format() {
  return format::make_labelled({std::string(sample_label)}, std::string(answer_label));
}

format::SampleText packed_sample(std::string_view text) {
  return {{{std::string(sample_label), std::string(text)}}};
}

std::string packed_body(std::string_view body, std::span<const std::string_view> texts,
                        const format::BatchFormat& format,
                        std::optional<std::int64_t> most_output) {
  auto packed = json::parse(body);
  assert(packed && packed->object() != nullptr);
  const auto conversation = read_conversation(*packed);
  assert(conversation);
  const auto count = static_cast<std::int64_t>(texts.size());
  for (auto& [name, value] : *packed->object()) {
    if (name == "messages") value = messages_of(*conversation, texts, format);
    if (name != "max_tokens" && name != "max_completion_tokens") continue;
    const auto cap = value.integer().value_or(0) + format.overhead_tokens_per_answer();
    value = std::min(cap * count, most_output.value_or(cap * count));
  }
  return json::dump(*packed);
}

}  // namespace sheaf::requests
