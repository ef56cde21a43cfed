#include "simulate/reply_writer.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "simulate/spoil.hpp"

namespace sheaf::simulate {
namespace {

std::vector<std::string> meant_of(const std::vector<WrittenAnswer>& answers) {
  std::vector<std::string> meant;
  meant.reserve(answers.size());
  for (const auto& answer : answers) meant.push_back(answer.meant);
  return meant;
}

/// What a completion adds behind the primed label; a reply that starts otherwise starts anew.
std::string continuation(const std::string& text, std::string_view primed) {
  if (text.starts_with(primed)) return text.substr(primed.size());
  return "\n" + text;
}

/// Where the first stop sequence stands, and which it is.
std::pair<std::size_t, std::string_view> stop_in(std::string_view text,
                                                 const std::vector<std::string>& stops) {
  std::pair<std::size_t, std::string_view> first{text.npos, {}};
  for (const auto& stop : stops) {
    if (!stop.empty()) first = std::min(first, {text.find(stop), stop});
  }
  return first;
}

Random batch_draw(const Draws& draws, Purpose purpose, const std::vector<Asking>& askings) {
  Hasher batch;
  for (const Asking& asking : askings) {
    batch.add(static_cast<std::int64_t>(asking.sample.high));
    batch.add(static_cast<std::int64_t>(asking.sample.low));
    batch.add(asking.time);
  }
  return draws.of(purpose, batch.finish());
}

}  // namespace

ReplyWriter::ReplyWriter(const task::Task& task, const format::BatchFormat& format,
                         const AnswerWriter& answers, TokenCounter& counter,
                         const SimulateOptions& options)
    : label_(task.answer.label),
      format_(format),
      answers_(answers),
      counter_(counter),
      options_(options),
      draws_(options.seed) {}

ReplyText ReplyWriter::write(const BatchAsked& asked) const {
  std::vector<WrittenAnswer> answers;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < asked.samples.size(); ++i) {
    answers.push_back(answers_.write(asked.samples[i], asked.askings[i], Manner::plain));
    texts.push_back(answers.back().text);
  }
  ReplyText clean{.text = as_sent(format_.answers(texts, asked.batch.keys), asked),
                  .meant = meant_of(answers),
                  .fault = std::nullopt};
  const auto fault = draw_fault(content_faults, options_,
                                batch_draw(draws_, Purpose::content_fault, asked.askings));
  if (fault && ends_by_itself(clean, asked)) {
    auto reply = spoiled(asked, *fault, clean, answers);
    if (reply && ends_by_itself(*reply, asked)) {
      reply->fault = fault;
      return *std::move(reply);
    }
  }
  end(clean, asked);
  return clean;
}

/// Honest ends: a stop in the text, then the cap.
void ReplyWriter::end(ReplyText& reply, const BatchAsked& asked) const {
  const auto [at, stop] = stop_in(reply.text, asked.stops);
  if (at != std::string::npos) {
    reply.text.resize(at);
    reply.ended = Ended::at_stop;
    reply.stop = stop;
  }
  if (!asked.max_tokens) return;
  const auto most = *asked.max_tokens;
  const auto kept = most < 1 ? 0 : counter_.beginning(reply.text, most).size();
  if (kept < reply.text.size()) reply.ended = Ended::at_cap;
  reply.text.resize(kept);
}

bool ReplyWriter::ends_by_itself(const ReplyText& reply, const BatchAsked& asked) const {
  return stop_in(reply.text, asked.stops).first == std::string::npos &&
         !(asked.max_tokens && counter_.count(reply.text) > *asked.max_tokens);
}

std::string ReplyWriter::as_sent(std::string text, const BatchAsked& asked) const {
  if (asked.api != Api::completions) return text;
  return continuation(text, format_.primed(asked.batch.keys));
}

std::optional<ReplyText> ReplyWriter::cut(ReplyText clean, const BatchAsked& asked) const {
  if (clean.text.empty()) return std::nullopt;
  auto random = batch_draw(draws_, Purpose::fault_shape, asked.askings);
  clean.text =
      text::beginning(clean.text, static_cast<std::size_t>(random.below(clean.text.size())));
  clean.ended = Ended::at_cap;
  return clean;
}

ReplyText ReplyWriter::blocked(const BatchAsked& asked) {
  return {.text = {},
          .ended = Ended::blocked,
          .meant = std::vector<std::string>(asked.samples.size(), "null"),
          .fault = ContentFault::block};
}

std::optional<ReplyText> ReplyWriter::spoiled(const BatchAsked& asked, ContentFault fault,
                                              const ReplyText& clean,
                                              const std::vector<WrittenAnswer>& answers) const {
  if (fault == ContentFault::cut) return cut(clean, asked);
  if (fault == ContentFault::block) return blocked(asked);
  Spoiler spoiler({.api = asked.api,
                   .batch = asked.batch,
                   .samples = asked.samples,
                   .askings = asked.askings,
                   .answers = answers,
                   .label = label_},
                  format_, answers_, batch_draw(draws_, Purpose::fault_shape, asked.askings));
  auto reply = spoiler.spoil(fault);
  if (!reply) return std::nullopt;
  return ReplyText{.text = as_sent(std::move(reply->text), asked),
                   .meant = meant_of(reply->answers),
                   .fault = fault};
}

}  // namespace sheaf::simulate
