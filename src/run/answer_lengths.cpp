#include "run/answer_lengths.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace sheaf::run {
namespace {

/// One reply: how many answers it holds, and their tokens.
struct Reply {
  double answers = 0;
  double tokens = 0;
};

/// A sum of n lengths varies n times as much as one length does.
double deviation_of(const std::vector<Reply>& replies, double mean) {
  if (replies.size() < 2) return 0;
  double sum = 0;
  for (const auto& [answers, tokens] : replies) {
    const double off = tokens - answers * mean;
    sum += off * off / answers;
  }
  return std::sqrt(sum / static_cast<double>(replies.size() - 1));
}

bool is_whole(const store::Attempt& attempt) {
  return attempt.end && attempt.end->usage && attempt.end->fault_reason.empty() &&
         attempt.end->finish == FinishReason::stop &&
         store::kind_of(attempt.start) == store::AttemptKind::completion;
}

}  // namespace

std::vector<std::string> example_answers(const task::Task& task) {
  std::vector<std::string> texts;
  for (const auto& exemplar : task.exemplars) texts.push_back(exemplar.answer);
  if (!texts.empty()) return texts;
  if (const auto* listed = std::get_if<std::vector<std::string>>(&task.answer.choices)) {
    if (task.answer.reasoning == task::Reasoning::none) texts = *listed;
  }
  return texts;
}

AnswerLengths lengths_of_examples(const task::Task& task, const tokens::Counter& counter) {
  const auto texts = example_answers(task);
  AnswerLengths lengths;
  if (texts.empty()) {
    lengths.mean = static_cast<double>(task.answer.max_tokens) / 2;
    lengths.source = "half of answer.max_tokens, for want of exemplars";
    return lengths;
  }
  std::vector<Reply> replies;
  double sum = 0;
  for (const auto& text : texts) {
    replies.push_back({1, static_cast<double>(counter.text_tokens(text))});
    sum += replies.back().tokens;
  }
  lengths.count = std::ssize(texts);
  lengths.mean = sum / static_cast<double>(lengths.count);
  lengths.deviation = deviation_of(replies, lengths.mean);
  lengths.source = task.exemplars.empty() ? "the task's choices"
                                          : fmt::format("{} exemplars", task.exemplars.size());
  return lengths;
}

double envelope_tokens(const task::Task& task, const format::BatchFormat& format, format::Keys keys,
                       const tokens::Counter& counter, int size) {
  auto texts = example_answers(task);
  if (texts.empty()) texts.emplace_back("1");
  // As many as fill whole batches, so that each stands in every place about as often.
  const auto count =
      static_cast<std::size_t>(size) *
      ((texts.size() + static_cast<std::size_t>(size) - 1) / static_cast<std::size_t>(size));
  std::int64_t own = 0;
  std::int64_t whole = 0;
  std::vector<std::string> batch;
  for (std::size_t i = 0; i < count; ++i) {
    batch.push_back(texts[i % texts.size()]);
    own += counter.text_tokens(batch.back());
    if (std::ssize(batch) < size) continue;
    whole += counter.text_tokens(format.answers(batch, keys));
    batch.clear();
  }
  return static_cast<double>(whole - own) / static_cast<double>(count);
}

Expected<std::optional<AnswerLengths>> lengths_of_replies(
    store::Checkpoint& store, const std::function<double(int)>& envelope) {
  std::map<int, double> envelopes;
  std::vector<Reply> replies;
  Reply all;
  std::vector<Reply> reasoning;
  double all_reasoning = 0;
  double asked = 0;
  double asked_again = 0;
  auto visited = store.for_each_figure([&](const store::Attempt& attempt) {
    const auto size = static_cast<int>(attempt.start.samples.size());
    if (attempt.start.round == 1 && attempt.start.attempt == 1) asked += size;
    if (attempt.start.round > 1 && attempt.start.attempt == 1) asked_again += size;
    if (!is_whole(attempt)) return;
    auto [found, is_new] = envelopes.try_emplace(size);
    if (is_new) found->second = envelope(size);
    const auto& usage = *attempt.end->usage;
    const auto tokens = static_cast<double>(usage.output_tokens - usage.reasoning_tokens);
    replies.push_back({static_cast<double>(size), tokens - size * found->second});
    all.answers += replies.back().answers;
    all.tokens += replies.back().tokens;
    reasoning.push_back({1, static_cast<double>(usage.reasoning_tokens)});
    all_reasoning += reasoning.back().tokens;
  });
  if (!visited) return std::unexpected(visited.error());
  if (replies.empty()) return std::nullopt;
  AnswerLengths lengths;
  lengths.mean = all.tokens / all.answers;
  lengths.deviation = deviation_of(replies, lengths.mean);
  lengths.count = std::llround(all.answers);
  lengths.repaired = asked > 0 ? asked_again / asked : 0;
  lengths.replies = std::ssize(replies);
  lengths.reasoning = all_reasoning / static_cast<double>(lengths.replies);
  lengths.reasoning_deviation = deviation_of(reasoning, *lengths.reasoning);
  lengths.source = fmt::format("{} answers that were bought", lengths.count);
  return lengths;
}

plan::OutputLengths output_lengths(const AnswerLengths& lengths, double envelope) {
  plan::OutputLengths all;
  const double mean = lengths.mean + envelope;
  for (std::int64_t i = 0; i < lengths.count; ++i) {
    const double off = i % 2 == 0 ? lengths.deviation : -lengths.deviation;
    all.add(std::llround(std::max(0.0, mean + off)), 0);
  }
  return all;
}

}  // namespace sheaf::run
