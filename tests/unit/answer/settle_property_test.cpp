// Properties of settling under any replies: conservation and termination.
#include <algorithm>
#include <bit>
#include <deque>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "answer/settle.hpp"
#include "core/random.hpp"
#include "read_value.hpp"
#include "scripted_format.hpp"

namespace sheaf::answer {
namespace {

struct Sample {
  Ledger ledger;
  int max_size = 0;
  int uncounted = 0;
  int ends = 0;
};

/// A provider that does whatever the seed says, and a planner that pools what may go together.
class Adversary {
 public:
  Adversary(std::uint64_t seed, int samples, int batch_size, SettleRules rules)
      : random_(seed),
        rules_(rules),
        batch_size_(batch_size),
        samples_(static_cast<std::size_t>(samples)) {
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      samples_[i].max_size = batch_size;
      waiting_.push_back(i);
    }
  }

  // Ends when no sample waits; false when it does not end in reach of the bound.
  void run() {
    while (!waiting_.empty()) step();
    for (const auto& sample : samples_) {
      RC_ASSERT(sample.ends == 1);
      RC_ASSERT(sample.ledger.requests <= rules_.max_requests_per_sample);
      RC_ASSERT(sample.uncounted < std::bit_width(static_cast<unsigned>(batch_size_)));
    }
  }

 private:
  void step() {
    std::vector<std::size_t> members{waiting_.front()};
    waiting_.pop_front();
    int size = samples_[members.front()].max_size;
    while (!waiting_.empty() &&
           std::ssize(members) < std::min(size, samples_[waiting_.front()].max_size)) {
      size = std::min(size, samples_[waiting_.front()].max_size);
      members.push_back(waiting_.front());
      waiting_.pop_front();
    }
    SentBatch sent;
    for (const auto member : members) {
      auto& ledger = samples_[member].ledger;
      ++ledger.requests;
      if (ledger.single_cap == 0) ledger.single_cap = 16 * std::ssize(members);
      const int left = rules_.max_requests_per_sample - ledger.requests;
      RC_ASSERT(left >= 0);
      // Save in the first round, the last permitted request is a single.
      RC_ASSERT(left > 0 || members.size() == 1 || ledger.requests == 1);
      sent.members.push_back({&text_, {}, ledger});
    }
    sent.output_cap = 16 * std::ssize(members);
    sent.any_success_in_run = true;
    const auto settlement =
        answer::settle(sent, outcome(), reply(members.size()), extractor_, rules_);
    RC_ASSERT(!settlement.stop_run);
    RC_ASSERT(settlement.outcomes.size() == members.size());
    for (std::size_t i = 0; i < members.size(); ++i) apply(members, i, settlement.outcomes[i]);
  }

  void apply(const std::vector<std::size_t>& members, std::size_t i, const Outcome& outcome) {
    auto& sample = samples_[members[i]];
    const auto* again = std::get_if<AskAgain>(&outcome);
    if (again == nullptr) {
      ++sample.ends;
      return;
    }
    RC_ASSERT(again->max_size >= 1);
    RC_ASSERT(!again->reason.empty());
    RC_ASSERT(again->counts || again->max_size < std::ssize(members));
    RC_ASSERT(again->max_size <= std::ssize(members));
    if (!again->counts) {
      --sample.ledger.requests;
      ++sample.uncounted;
    }
    sample.max_size = again->max_size;
    waiting_.push_back(members[i]);
  }

  std::variant<Completion, Fault> outcome() {
    const auto draw = random_.below(8);
    if (draw >= 3) {
      constexpr FinishReason ends[] = {FinishReason::stop, FinishReason::length,
                                       FinishReason::refused, FinishReason::other};
      return Completion{"reply", ends[random_.below(4)], {}};
    }
    constexpr Remedy remedies[] = {Remedy::wait, Remedy::retry, Remedy::smaller_batch};
    Fault fault;
    fault.reason = "rejected";
    fault.remedy = remedies[draw];
    if (random_.below(2) == 0) fault.usage = Usage{};
    return fault;
  }

  ScriptedFormat reply(std::size_t size) {
    format::Decoded decoded;
    decoded.any_key = random_.below(2) == 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto status = static_cast<format::KeyStatus>(random_.below(8));
      decoded.answers.push_back(
          {static_cast<int>(i) + 1, status, random_.below(2) == 0 ? "7" : "x"});
    }
    return ScriptedFormat(std::move(decoded));
  }

  Random random_;
  SettleRules rules_;
  int batch_size_;
  std::vector<Sample> samples_;
  std::deque<std::size_t> waiting_;
  format::SampleText text_;
  Extractor extractor_{rule_of(task::AnswerType::number)};
};

RC_GTEST_PROP(SettlingAnyReplies, ends_each_sample_once_within_its_bound, ()) {
  SettleRules rules;
  rules.max_requests_per_sample = *rc::gen::inRange(1, 8);
  if (*rc::gen::arbitrary<bool>())
    rules.model_output_limit = *rc::gen::inRange<std::int64_t>(1, 500);
  Adversary(*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::inRange(1, 60),
            *rc::gen::inRange(1, 40), rules)
      .run();
}

RC_GTEST_PROP(SplitUsage, keeps_every_sum_and_no_part_is_negative, ()) {
  const auto tokens = rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
  const auto bytes = rc::gen::inRange<std::int64_t>(0, 100'000);
  const auto input = *tokens;
  const auto output = *tokens;
  const auto cached = *rc::gen::inRange<std::int64_t>(0, input + 1);
  const Usage usage{input, cached, output, *rc::gen::inRange<std::int64_t>(0, output + 1),
                    *rc::gen::inRange<std::int64_t>(0, input - cached + 1)};
  const auto count = *rc::gen::inRange<std::size_t>(1, 40);
  const auto samples = *rc::gen::container<std::vector<std::int64_t>>(count, bytes);
  const auto answers = *rc::gen::container<std::vector<std::int64_t>>(count, bytes);
  const auto parts = split_usage(usage, *bytes, samples, answers);
  RC_ASSERT(parts.size() == count);
  Usage sum;
  for (const auto& part : parts) {
    add(sum, part);
    RC_ASSERT(part.cached_input_tokens >= 0 && part.cached_input_tokens <= part.input_tokens);
    RC_ASSERT(part.cache_write_tokens >= 0);
    RC_ASSERT(part.cached_input_tokens + part.cache_write_tokens <= part.input_tokens);
    RC_ASSERT(part.reasoning_tokens >= 0 && part.reasoning_tokens <= part.output_tokens);
  }
  RC_ASSERT(sum == usage);
}

TEST(SplitUsage, shares_the_prefix_evenly_and_the_rest_by_bytes) {
  const std::vector<std::int64_t> samples{10, 30};
  const std::vector<std::int64_t> answers{1, 3};
  const auto parts = split_usage({140, 70, 8, 4}, 100, samples, answers);
  EXPECT_EQ(parts[0], (Usage{60, 30, 2, 1}));
  EXPECT_EQ(parts[1], (Usage{80, 40, 6, 3}));
}

TEST(SplitUsage, what_was_written_to_the_cache_is_of_what_was_not_read_from_it) {
  const std::vector<std::int64_t> samples{10, 30};
  const auto parts =
      split_usage({.input_tokens = 140, .cached_input_tokens = 70, .cache_write_tokens = 70}, 100,
                  samples, samples);
  EXPECT_EQ(parts[0].cache_write_tokens, 30);
  EXPECT_EQ(parts[1].cache_write_tokens, 40);
}

TEST(SplitUsage, no_token_is_both_read_from_the_cache_and_written_to_it) {
  const std::vector<std::int64_t> equal{1, 1};
  const auto parts = split_usage(
      {.input_tokens = 2, .cached_input_tokens = 1, .cache_write_tokens = 1}, 0, equal, equal);
  EXPECT_EQ(parts[0], (Usage{.input_tokens = 1, .cached_input_tokens = 1}));
  EXPECT_EQ(parts[1], (Usage{.input_tokens = 1, .cache_write_tokens = 1}));
}

TEST(SplitUsage, without_bytes_is_even_and_gives_the_rest_to_the_first) {
  const std::vector<std::int64_t> none{0, 0, 0};
  const auto parts = split_usage({7, 0, 2, 0}, 0, none, none);
  EXPECT_EQ(parts[0], (Usage{3, 0, 1, 0}));
  EXPECT_EQ(parts[1], (Usage{2, 0, 1, 0}));
  EXPECT_EQ(parts[2], (Usage{2, 0, 0, 0}));
}

RC_GTEST_PROP(SplitCost, of_told_usage_is_what_each_part_costs, ()) {
  const auto tokens = rc::gen::inRange<std::int64_t>(0, 1'000'000);
  const auto picos = rc::gen::inRange<std::int64_t>(0, 100'000'000);
  const Price price{{*picos}, {*picos}, {*picos}, {*picos}};
  const auto read = *tokens;
  const auto written = *tokens;
  const Usage usage{read + written + *tokens, read, *tokens, 0, written};
  const auto count = *rc::gen::inRange<std::size_t>(1, 40);
  const auto bytes = *rc::gen::container<std::vector<std::int64_t>>(
      count, rc::gen::inRange<std::int64_t>(0, 1000));
  const auto parts = split_usage(usage, 500, bytes, bytes);
  const auto costs = split_cost(price.cost(usage), price, parts);
  for (std::size_t i = 0; i < count; ++i) RC_ASSERT(costs[i] == price.cost(parts[i]));
}

TEST(SplitCost, keeps_the_sum_where_part_of_it_was_reserved_alone) {
  const Price price{.input = {10}, .cached_input = {1}, .output = {100}};
  const std::vector<Usage> parts{{.input_tokens = 1}, {.input_tokens = 2}, {}};
  EXPECT_EQ(split_cost({100}, price, parts), (std::vector<Money>{{33}, {67}, {0}}));
}

TEST(SplitCost, is_even_where_no_usage_was_told) {
  const std::vector<Usage> parts(3);
  EXPECT_EQ(split_cost({8}, {}, parts), (std::vector<Money>{{3}, {3}, {2}}));
}

TEST(SplitUsage, keeps_sums_at_the_ends_of_the_range) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::int64_t> samples{1, 1'000'000'000};
  const auto parts = split_usage({most, 0, -5, 0}, 1'000'000, samples, samples);
  EXPECT_EQ(parts[0].input_tokens + parts[1].input_tokens, most);
  EXPECT_EQ(parts[0].output_tokens + parts[1].output_tokens, 0);
}

}  // namespace
}  // namespace sheaf::answer
