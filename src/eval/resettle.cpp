#include "eval/resettle.hpp"

#include <utility>
#include <variant>

namespace sheaf::eval {
namespace {

Said said_by(answer::Outcome outcome) {
  Said said;
  if (auto* answered = std::get_if<answer::Answered>(&outcome)) {
    said.kind = FirstAnswer::answered;
    said.value = std::move(answered->value);
    said.text = std::move(answered->text);
    return said;
  }
  const auto take = [&](auto& open) {
    said.text = std::move(open.text);
    said.reason = std::move(open.reason);
  };
  if (auto* again = std::get_if<answer::AskAgain>(&outcome)) take(*again);
  if (auto* failed = std::get_if<answer::Failed>(&outcome)) take(*failed);
  if (said.reason == "missing") said.kind = FirstAnswer::missing;
  if (said.reason == "truncated") said.kind = FirstAnswer::truncated;
  return said;
}

}  // namespace

Resettler::Resettler(const task::Task& task)
    : format_(task::make_format(task)),
      extractor_(task.answer),
      builder_(task, *format_),
      completes_(task.model.api == Api::completions) {}

std::vector<Said> Resettler::settle(std::span<const task::RenderedRow* const> samples,
                                    const Completion& reply) const {
  const format::SampleText unknown;
  answer::SentBatch sent;
  sent.keys = builder_.keys(static_cast<int>(samples.size()));
  if (completes_) sent.primed = format_->primed(sent.keys);
  sent.any_success_in_run = true;
  for (const auto* row : samples) {
    if (row == nullptr) {
      sent.members.push_back({&unknown, {}, {}});
    } else {
      sent.members.push_back({&row->sample, row->choices, {}});
    }
  }
  auto settled = answer::settle(sent, reply, *format_, extractor_, {});
  std::vector<Said> said;
  said.reserve(settled.outcomes.size());
  for (auto& outcome : settled.outcomes) said.push_back(said_by(std::move(outcome)));
  return said;
}

}  // namespace sheaf::eval
