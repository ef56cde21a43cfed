#include "answer/settle.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "answer/decoded_value.hpp"
#include "core/text.hpp"

namespace sheaf::answer {
namespace {

constexpr std::size_t most_quoted = 120;
constexpr std::size_t most_detail = 300;

// Why a sample has no answer yet.
struct Doubt {
  std::string reason;
  std::string detail;
  std::string text;
};

enum class Charge { counts, free };

// How the doubtful samples of a batch are asked again.
struct Remake {
  int max_size = 1;
  std::int64_t cap = 0;  ///< 0: the ordinary one.
  Charge charge = Charge::counts;
};

std::string_view reason_of(format::KeyStatus status) {
  return status == format::KeyStatus::unknown ? "unknown-key" : format::to_string(status);
}

std::string quote_head(std::string_view text) {
  return '"' + text::display_safe(text::trim(text), most_quoted) + '"';
}

// A value and a cut stand at the end.
std::string quote_tail(std::string_view text) {
  text = text::trim(text);
  if (text.size() <= most_quoted) return quote_head(text);
  auto begin = text.size() - most_quoted;
  while (begin < text.size() && (text[begin] & '\xC0') == '\x80') ++begin;
  return "\"..." + quote_head(text.substr(begin)).substr(1);
}

class Settler {
 public:
  Settler(const SentBatch& batch, const format::BatchFormat& format, const Extractor& extractor,
          const SettleRules& rules)
      : batch_(batch), format_(format), extractor_(extractor), rules_(rules) {}

  Settlement settle(const Completion& completion) const {
    if (completion.finish == FinishReason::refused) return refused(completion);
    const auto reply = with_primed(completion.text);
    std::vector<format::SampleText> samples;
    samples.reserve(batch_.members.size());
    for (const auto& member : batch_.members) samples.push_back(*member.sample);
    const bool cut = completion.finish == FinishReason::length;
    const auto end = cut ? format::ReplyEnd::cut_at_cap : format::ReplyEnd::complete;
    const auto decoded = format_.decode({reply, end, batch_.keys, samples});
    assert(decoded.answers.size() == batch_.members.size());
    const bool starved = cut && (size() == 1 || !decoded.any_key);
    Settlement settlement;
    for (std::size_t i = 0; i < batch_.members.size(); ++i) {
      const auto& answer = decoded.answers[i];
      if (starved) {
        settlement.outcomes.push_back(again(i, {"truncated", cut_detail(reply), {}}, more_room()));
      } else if (answer.status == format::KeyStatus::ok ||
                 answer.status == format::KeyStatus::duplicate_same) {
        settlement.outcomes.push_back(accept(i, decoded));
      } else {
        settlement.outcomes.push_back(again(
            i, {std::string(reason_of(answer.status)), describe(answer, decoded, reply, cut), {}},
            {half(), 0, Charge::counts}));
      }
    }
    return settlement;
  }

  Settlement settle(const Fault& fault) const {
    const auto detail = text::display_safe(fault.detail, most_detail);
    const bool own = !fault.response.empty();
    const bool of_all = fault.reason == (own ? "not-found" : "rejected") && size() == 1 &&
                        !batch_.any_success_in_run;
    if (fault.remedy == Remedy::stop_run || (fault.remedy == Remedy::smaller_batch && of_all)) {
      return {{}, fmt::format("{}: {}", fault.reason, detail)};
    }
    const Doubt doubt{fault.reason, detail, {}};
    if (fault.remedy == Remedy::same_batch) return all_again(doubt, {size(), 0, Charge::counts});
    const bool content = fault.remedy == Remedy::smaller_batch;
    if (content && !own && fault.reason == "too-long" && has_room_to_give(fault)) {
      return {{AskAgain{1,
                        batch_.single_output_cap,
                        fault.usage.has_value(),
                        doubt.reason,
                        doubt.detail,
                        {}}},
              {}};
    }
    if (content && size() == 1) {
      return {{Failed{doubt.reason, doubt.detail, fault.response}}, {}};
    }
    const auto charge = content && !fault.usage ? Charge::free : Charge::counts;
    return all_again(doubt, {half(), 0, charge});
  }

 private:
  int size() const { return static_cast<int>(batch_.members.size()); }
  bool has_room_to_give(const Fault& fault) const {
    const auto own = batch_.single_output_cap;
    if (size() > 1 || own <= 0 || own >= batch_.output_cap) return false;
    return !fault.usage || batch_.members.front().ledger.requests < rules_.max_requests_per_sample;
  }
  int half() const { return std::max(1, size() / 2); }

  // Some models print the primed label themselves.
  std::string with_primed(std::string_view text) const {
    if (text::trim(text).starts_with(batch_.primed)) return std::string(text);
    return batch_.primed + std::string(text);
  }

  Settlement refused(const Completion& completion) const {
    const Doubt doubt{
        "refused", "the provider refused the reply: " + quote_head(completion.text), {}};
    if (size() == 1) return {{Failed{doubt.reason, doubt.detail, {}}}, {}};
    return all_again(doubt, {half(), 0, Charge::counts});
  }

  Settlement all_again(const Doubt& doubt, const Remake& remake) const {
    Settlement settlement;
    for (std::size_t i = 0; i < batch_.members.size(); ++i) {
      settlement.outcomes.push_back(again(i, doubt, remake));
    }
    return settlement;
  }

  Outcome accept(std::size_t i, const format::Decoded& decoded) const {
    auto read = read_decoded(extractor_, decoded, i, batch_.members[i].choices);
    if (read) return Answered{std::move(read->value), std::move(read->text)};
    const auto& answer = decoded.answers[i];
    const auto detail = fmt::format("the answer {}: {}", read.error().detail,
                                    quote_tail(answer.text + answer.tail));
    return again(i, {"unparsable", detail, std::move(read.error().text)},
                 {half(), 0, Charge::counts});
  }

  // Twice the cap for the same samples; at the model's limit, that cap for half of them.
  Remake more_room() const {
    const auto raised = limited(2 * batch_.output_cap);
    if (raised > batch_.output_cap) return {size(), raised, Charge::counts};
    return {half(), batch_.output_cap, Charge::counts};
  }

  std::int64_t limited(std::int64_t cap) const {
    return std::min(cap, rules_.model_output_limit.value_or(cap));
  }

  Outcome again(std::size_t i, Doubt doubt, const Remake& remake) const {
    const auto& ledger = batch_.members[i].ledger;
    const bool counts = remake.charge == Charge::counts;
    const int left = rules_.max_requests_per_sample - ledger.requests + (counts ? 0 : 1);
    if (left <= 0)
      return Failed{std::move(doubt.reason), std::move(doubt.detail), std::move(doubt.text)};
    const int max_size = left == 1 ? 1 : remake.max_size;
    const auto cap = max_size == 1 ? limited(std::max(ledger.single_cap, remake.cap)) : remake.cap;
    return AskAgain{max_size,
                    cap,
                    counts,
                    std::move(doubt.reason),
                    std::move(doubt.detail),
                    std::move(doubt.text)};
  }

  std::string cut_detail(std::string_view reply) const {
    return fmt::format("the reply was cut at {} tokens: {}", batch_.output_cap, quote_tail(reply));
  }

  std::string describe(const format::DecodedAnswer& answer, const format::Decoded& decoded,
                       std::string_view reply, bool cut) const {
    const auto key = answer.index;
    switch (answer.status) {
      case format::KeyStatus::missing:
        if (cut) return fmt::format("key {} did not come before {}", key, cut_detail(reply));
        if (!decoded.any_key) return "the reply holds no key: " + quote_head(reply);
        return fmt::format("the reply has no answer under key {}: {}", key, quote_head(reply));
      case format::KeyStatus::duplicate_conflict:
        return fmt::format("key {} stands twice with different answers: {}", key,
                           quote_head(reply));
      case format::KeyStatus::unknown:
        return fmt::format("the reply holds a key outside 1 to {}: {}", size(), quote_head(reply));
      case format::KeyStatus::truncated:
        return cut_detail(reply);
      default:
        return fmt::format("it is not clear what belongs to key {}: {}", key,
                           quote_head(answer.text.empty() ? reply : answer.text));
    }
  }

  const SentBatch& batch_;
  const format::BatchFormat& format_;
  const Extractor& extractor_;
  const SettleRules& rules_;
};

}  // namespace

Settlement settle(const SentBatch& batch, const std::variant<Completion, Fault>& outcome,
                  const format::BatchFormat& format, const Extractor& extractor,
                  const SettleRules& rules) {
  const Settler settler(batch, format, extractor, rules);
  return std::visit([&](const auto& any) { return settler.settle(any); }, outcome);
}

}  // namespace sheaf::answer
