#include "identity_trial.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "answer/settle.hpp"
#include "core/text.hpp"
#include "hostile_batch.hpp"
#include "hostile_program.hpp"
#include "reply_mangles.hpp"

namespace sheaf::hostile {
namespace {

constexpr const char* cut_reply = "cut";
constexpr std::size_t mangles_a_trial = 6;
constexpr std::size_t cuts_of_a_long_reply = 3;
constexpr std::size_t short_reply = 160;

/// On one line, safe to print.
std::string shown(std::string_view text) {
  return json::dump(json::Value(text::replace_invalid_utf8(text)));
}

enum class Fate { own, doubt, misjoined };

/// What one reply is, for the tally and for whoever reads a failure.
struct Case {
  std::string name;
  Trace trace = Trace::telling;
  bool faithful = false;
  std::string reply;
  FinishReason finish = FinishReason::stop;
};

class Trial {
 public:
  Trial(std::uint64_t seed, Tally& tally, Answers answers)
      : seed_(seed),
        tally_(tally),
        answers_(answers),
        dice_(seed),
        batch_(make_batch(dice_, seed, answers)),
        keys_(*batch_.task.format) {
    for (const Truth& truth : batch_.truths) nonces_.push_back(truth.nonce);
  }

  void run() {
    settle({.name = "faithful", .faithful = true, .reply = faithful_reply()});
    for (std::size_t i = 0; i < mangles_a_trial; ++i) {
      const Mangle& mangle = any_mangle();
      const std::string reply = mangle.apply(scene());
      settle({.name = mangle.name, .trace = mangle.trace, .reply = reply});
      if (i == 0) cut(mangle, reply);
    }
  }

 private:
  const Mangle& any_mangle() {
    const bool of_fences = answers_ == Answers::programs && dice_.once_in(2);
    return dice_.pick(of_fences ? program_mangles() : reply_mangles());
  }

  std::string faithful_reply() const {
    std::vector<std::string> texts;
    for (const Truth& truth : batch_.truths) texts.push_back(truth.written);
    return batch_.task.format->answers(texts, batch_.keys);
  }

  Scene scene() {
    Scene scene{.dice = dice_,
                .format = *batch_.task.format,
                .keys = keys_,
                .label = batch_.task.task.answer.label,
                .samples = batch_.samples,
                .nonces = nonces_,
                .behind = {}};
    const bool loose = dice_.once_in(3);
    for (const Truth& truth : batch_.truths) {
      const bool as_format = !loose || dice_.once_in(2);
      scene.behind.push_back(as_format ? keys_.behind(truth.written) : " " + truth.loose);
    }
    return scene;
  }

  /// At every byte of a short reply, at some of a long one.
  void cut(const Mangle& mangle, const std::string& reply) {
    const bool every = reply.size() <= short_reply;
    const std::size_t cuts = every ? reply.size() : cuts_of_a_long_reply;
    for (std::size_t i = 0; i < cuts; ++i) {
      const std::size_t bytes = every ? i : dice_.below(reply.size());
      settle({.name = cut_reply,
              .trace = mangle.trace,
              .reply = reply.substr(0, bytes),
              .finish = FinishReason::length});
    }
  }

  void settle(Case c) {
    answer::SentBatch sent;
    for (std::size_t i = 0; i < batch_.samples.size(); ++i) {
      sent.members.push_back({&batch_.samples[i], batch_.options[i], {1, 16}});
    }
    sent.keys = batch_.keys;
    if (dice_.once_in(3)) {
      sent.primed = batch_.task.format->primed(batch_.keys);
      const bool begun = c.reply.starts_with(sent.primed) && dice_.once_in(2);
      if (begun) c.reply.erase(0, sent.primed.size());
    }
    const auto settled = answer::settle(sent, Completion{c.reply, c.finish, {}},
                                        *batch_.task.format, batch_.task.extractor, {});
    auto& counts = shows(c.trace, batch_.samples.size()) ? tally_.by_mangle : tally_.hidden;
    for (std::size_t i = 0; i < batch_.samples.size(); ++i) {
      const Fate fate =
          i < settled.outcomes.size() ? fate_of(settled.outcomes[i], i, c) : Fate::misjoined;
      const bool quoted = c.faithful && (may_quote(i + 1) || may_quote(i + 2));
      Count& count = counts[quoted ? c.name + ", key in a row's text" : c.name];
      count.answered += fate == Fate::own ? 1 : 0;
      count.doubted += fate == Fate::doubt ? 1 : 0;
      count.misjoined += fate == Fate::misjoined ? 1 : 0;
      const bool failed = fate == Fate::misjoined || (c.faithful && !quoted && fate == Fate::doubt);
      if (failed && &counts == &tally_.by_mangle) report(c, settled.outcomes, i, fate);
    }
  }

  Fate fate_of(const answer::Outcome& outcome, std::size_t i, const Case& c) const {
    const auto* answered = std::get_if<answer::Answered>(&outcome);
    if (answered == nullptr) {
      const auto* again = std::get_if<answer::AskAgain>(&outcome);
      const auto* failed = std::get_if<answer::Failed>(&outcome);
      const bool named = (again != nullptr && !again->reason.empty()) ||
                         (failed != nullptr && !failed->reason.empty());
      return named ? Fate::doubt : Fate::misjoined;
    }
    const Truth& truth = batch_.truths[i];
    const bool named = answered->text.find(truth.nonce) != std::string::npos;
    if (truth.names_nonce && !named) return Fate::misjoined;
    const bool is_text = batch_.task.task.answer.type == task::AnswerType::text;
    // A value that is right was not read from a neighbour's words, should these stand there too.
    if ((is_text || !named) && names_other(answered->text, i)) return Fate::misjoined;
    const bool exact = !is_text || c.faithful || answers_ == Answers::programs;
    const bool same = answer::same_answer(answered->value, truth.value);
    return same || !exact ? Fate::own : Fate::misjoined;
  }

  bool names_other(const std::string& text, std::size_t own) const {
    for (std::size_t i = 0; i < nonces_.size(); ++i) {
      if (i != own && text.find(nonces_[i]) != std::string::npos) return true;
    }
    return false;
  }

  void report(const Case& c, const std::vector<answer::Outcome>& outcomes, std::size_t i,
              Fate fate) {
    const std::string name = c.name + (fate == Fate::doubt ? ", doubted" : "");
    if (tally_.failures.contains(name)) return;
    std::string outcome = "nothing";
    if (i < outcomes.size()) {
      if (const auto* answered = std::get_if<answer::Answered>(&outcomes[i])) {
        outcome = "answered " + json::dump(answered->value) + " from " + shown(answered->text);
      } else if (const auto* again = std::get_if<answer::AskAgain>(&outcomes[i])) {
        outcome = again->reason + ": " + again->detail;
      }
    }
    const Truth& truth = batch_.truths[i];
    tally_.failures.try_emplace(
        name, fmt::format("seed {}, {}{}, sample {} of {} ({})\n  its own: {} {}\n  outcome: "
                          "{}\ntask:\n{}\nreply:\n{}",
                          seed_, c.name, c.finish == FinishReason::length ? " (length)" : "", i + 1,
                          batch_.samples.size(), truth.nonce, json::dump(truth.value),
                          truth.written, outcome, batch_.task.yaml, shown(c.reply)));
  }

  std::uint64_t seed_;
  Tally& tally_;
  Answers answers_;
  Dice dice_;
  HostileBatch batch_;
  KeyWriting keys_;
  Texts nonces_;
};

void add_counts(std::map<std::string, Count>& to, const std::map<std::string, Count>& from) {
  for (const auto& [name, count] : from) {
    to[name].answered += count.answered;
    to[name].doubted += count.doubted;
    to[name].misjoined += count.misjoined;
  }
}

std::string line_of(const std::string& name, const Count& count) {
  const double share = 100.0 * static_cast<double>(count.answered) /
                       static_cast<double>(std::max<std::int64_t>(count.sum(), 1));
  return fmt::format("{:<42}{:>10}{:>10}{:>10}{:>10}{:>8.1f} %\n", name, count.sum(),
                     count.answered, count.doubted, count.misjoined, share);
}

}  // namespace

std::int64_t Tally::answers() const {
  std::int64_t sum = 0;
  for (const auto& [name, count] : by_mangle) sum += name == cut_reply ? 0 : count.sum();
  return sum;
}

std::int64_t Tally::cut_answers() const {
  const auto cut = by_mangle.find(cut_reply);
  return cut == by_mangle.end() ? 0 : cut->second.sum();
}

std::int64_t Tally::misjoined() const {
  std::int64_t sum = 0;
  for (const auto& [name, count] : by_mangle) sum += count.misjoined;
  return sum;
}

void Tally::add(const Tally& other) {
  add_counts(by_mangle, other.by_mangle);
  add_counts(hidden, other.hidden);
  failures.insert(other.failures.begin(), other.failures.end());
}

std::string Tally::table() const {
  std::string out = fmt::format("{:<42}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "reply", "samples",
                                "answered", "doubted", "misjoined", "kept");
  for (const auto& [name, count] : by_mangle) out += line_of(name, count);
  for (const auto& [name, count] : hidden) out += line_of("(no reader can tell) " + name, count);
  return out + fmt::format("{} sample-answers of whole replies and {} of cut ones, {} misjoined\n",
                           answers(), cut_answers(), misjoined());
}

void run_trial(std::uint64_t seed, Tally& tally, Answers answers) {
  Trial(seed, tally, answers).run();
}

}  // namespace sheaf::hostile
