#include "answer/settle.hpp"

#include <gtest/gtest.h>

#include "read_value.hpp"
#include "scripted_format.hpp"

namespace sheaf::answer {
namespace {

using format::DecodedAnswer;
using format::KeyStatus;

class Settling : public testing::Test {
 protected:
  // A batch of `size` samples, each asked `requests` times by now.
  SentBatch batch(int size, int requests = 1) const {
    SentBatch sent;
    for (int i = 0; i < size; ++i) sent.members.push_back({&sample_, {}, {requests, first_cap}});
    sent.keys = size == 1 ? format::Keys::plain : format::Keys::indexed;
    sent.output_cap = size == 1 ? first_cap : 16 * size;
    sent.any_success_in_run = true;
    return sent;
  }

  Settlement settle(const SentBatch& sent, std::vector<DecodedAnswer> answers,
                    FinishReason finish = FinishReason::stop) {
    for (std::size_t i = 0; i < answers.size(); ++i) answers[i].index = static_cast<int>(i) + 1;
    const ScriptedFormat format({std::move(answers), any_key_});
    return answer::settle(sent, Completion{"the words of the reply", finish, {}}, format,
                          extractor_, rules_);
  }

  Settlement settle(const SentBatch& sent, Fault fault) {
    const ScriptedFormat format({});
    return answer::settle(sent, std::move(fault), format, extractor_, rules_);
  }

  static Fault refusal(std::string reason) {
    Fault fault;
    fault.reason = std::move(reason);
    fault.detail = "what the provider said";
    fault.remedy = Remedy::smaller_batch;
    fault.status = 400;
    return fault;
  }

  static constexpr std::int64_t first_cap = 96;
  bool any_key_ = true;
  SettleRules rules_;
  format::SampleText sample_{{{"Q", "How many?"}}};
  Extractor extractor_{rule_of(task::AnswerType::number)};
};

const AskAgain& again(const Settlement& settlement, std::size_t i) {
  return std::get<AskAgain>(settlement.outcomes.at(i));
}
const Failed& failed(const Settlement& settlement, std::size_t i) {
  return std::get<Failed>(settlement.outcomes.at(i));
}
const Answered& answered(const Settlement& settlement, std::size_t i) {
  return std::get<Answered>(settlement.outcomes.at(i));
}

TEST_F(Settling, accepts_ok_and_equal_duplicates_alone) {
  const auto done = settle(batch(6), {{0, KeyStatus::ok, "18"},
                                      {0, KeyStatus::duplicate_same, "$5."},
                                      {0, KeyStatus::missing, ""},
                                      {0, KeyStatus::duplicate_conflict, "3"},
                                      {0, KeyStatus::unknown, "4"},
                                      {0, KeyStatus::unparsable, "5"}});
  ASSERT_EQ(done.outcomes.size(), 6U);
  EXPECT_EQ(answered(done, 0).value, json::Value(18));
  EXPECT_EQ(answered(done, 0).text, "18");
  EXPECT_EQ(answered(done, 1).value, json::Value(5));
  EXPECT_EQ(again(done, 2).reason, "missing");
  EXPECT_EQ(again(done, 3).reason, "duplicate-conflict");
  EXPECT_EQ(again(done, 4).reason, "unknown-key");
  EXPECT_EQ(again(done, 5).reason, "unparsable");
  for (std::size_t i = 2; i < 6; ++i) {
    EXPECT_EQ(again(done, i).max_size, 3);
    EXPECT_EQ(again(done, i).cap_per_batch, 0);
    EXPECT_TRUE(again(done, i).counts);
    EXPECT_EQ(again(done, i).text, "") << "the text of a doubtful key must not be read later";
    EXPECT_NE(again(done, i).detail, "");
  }
}

TEST_F(Settling, asks_again_for_a_value_that_cannot_be_read_and_keeps_its_text) {
  const auto done = settle(batch(2), {{0, KeyStatus::ok, "18"}, {0, KeyStatus::ok, "no\nidea"}});
  EXPECT_EQ(again(done, 1).reason, "unparsable");
  EXPECT_EQ(again(done, 1).detail, "the answer holds no number: \"no\\u{a}idea\"");
  EXPECT_EQ(again(done, 1).text, "no\nidea");
  EXPECT_EQ(again(done, 1).max_size, 1);
}

TEST_F(Settling, gives_a_single_the_cap_of_its_whole_first_batch) {
  const auto done = settle(
      batch(3), {{0, KeyStatus::missing, ""}, {0, KeyStatus::ok, "1"}, {0, KeyStatus::ok, "2"}});
  EXPECT_EQ(again(done, 0).max_size, 1);
  EXPECT_EQ(again(done, 0).cap_per_batch, first_cap);
}

TEST_F(Settling, makes_the_last_permitted_request_a_single) {
  const auto third = settle(batch(6, 3), std::vector<DecodedAnswer>(6));
  EXPECT_EQ(again(third, 0).max_size, 1);
  EXPECT_EQ(again(third, 0).cap_per_batch, first_cap);
}

TEST_F(Settling, fails_with_the_last_reason_when_requests_are_used_up) {
  const auto last = settle(batch(1, 4), {{0, KeyStatus::ok, "no idea"}});
  EXPECT_EQ(failed(last, 0).reason, "unparsable");
  EXPECT_EQ(failed(last, 0).detail, "the answer holds no number: \"no idea\"");
  EXPECT_EQ(failed(last, 0).text, "no idea");
  rules_.max_requests_per_sample = 1;
  EXPECT_EQ(failed(settle(batch(2, 1), std::vector<DecodedAnswer>(2)), 1).reason, "missing");
}

TEST_F(Settling, after_truncation_asks_for_the_tail_only) {
  const auto done = settle(batch(4),
                           {{0, KeyStatus::ok, "1"},
                            {0, KeyStatus::ok, "2"},
                            {0, KeyStatus::truncated, "3 and"},
                            {0, KeyStatus::missing, ""}},
                           FinishReason::length);
  EXPECT_EQ(answered(done, 1).value, json::Value(2));
  EXPECT_EQ(again(done, 2).reason, "truncated");
  EXPECT_EQ(again(done, 2).text, "");
  EXPECT_EQ(again(done, 3).reason, "missing");
  EXPECT_EQ(again(done, 3).detail,
            "key 4 did not come before the reply was cut at 64 tokens: \"the words of the reply\"");
  EXPECT_EQ(again(done, 3).max_size, 2);
}

TEST_F(Settling, tells_the_format_how_the_reply_ended_and_puts_the_primed_label_back) {
  const ScriptedFormat format({{{1, KeyStatus::ok, "18"}}, true});
  auto sent = batch(1);
  sent.primed = "A[1]:";
  answer::settle(sent, Completion{" 18", FinishReason::length, {}}, format, extractor_, rules_);
  EXPECT_EQ(format.seen_text, "A[1]: 18");
  EXPECT_EQ(format.seen_end, format::ReplyEnd::cut_at_cap);
  answer::settle(sent, Completion{" A[1]: 18", FinishReason::stop, {}}, format, extractor_, rules_);
  EXPECT_EQ(format.seen_text, " A[1]: 18");
  EXPECT_EQ(format.seen_end, format::ReplyEnd::complete);
}

TEST_F(Settling, doubles_the_cap_when_the_reply_was_cut_before_its_first_key) {
  any_key_ = false;
  const auto done = settle(batch(4), std::vector<DecodedAnswer>(4), FinishReason::length);
  EXPECT_EQ(again(done, 0).max_size, 4);
  EXPECT_EQ(again(done, 0).cap_per_batch, 128);
  EXPECT_EQ(again(done, 0).reason, "truncated");
  rules_.model_output_limit = 100;
  const auto limited = settle(batch(4), std::vector<DecodedAnswer>(4), FinishReason::length);
  EXPECT_EQ(again(limited, 0).max_size, 4);
  EXPECT_EQ(again(limited, 0).cap_per_batch, 100);
}

TEST_F(Settling, halves_at_the_models_limit_and_keeps_that_cap) {
  any_key_ = false;
  rules_.model_output_limit = 64;
  const auto done = settle(batch(4), std::vector<DecodedAnswer>(4), FinishReason::length);
  EXPECT_EQ(again(done, 0).max_size, 2);
  EXPECT_EQ(again(done, 0).cap_per_batch, 64);
}

TEST_F(Settling, doubles_the_cap_of_a_single_that_was_cut) {
  const auto done = settle(batch(1), {{0, KeyStatus::truncated, "1 +"}}, FinishReason::length);
  EXPECT_EQ(again(done, 0).max_size, 1);
  EXPECT_EQ(again(done, 0).cap_per_batch, 2 * first_cap);
  rules_.model_output_limit = 10;
  const auto limited = settle(batch(1), {{0, KeyStatus::truncated, "1 +"}}, FinishReason::length);
  EXPECT_EQ(again(limited, 0).cap_per_batch, 10);
}

TEST_F(Settling, bisects_a_refused_reply_until_one_row_fails_alone) {
  const auto half = settle(batch(6), {}, FinishReason::refused);
  ASSERT_EQ(half.outcomes.size(), 6U);
  EXPECT_EQ(again(half, 5).reason, "refused");
  EXPECT_EQ(again(half, 5).max_size, 3);
  EXPECT_TRUE(again(half, 5).counts);
  const auto alone = settle(batch(1), {}, FinishReason::refused);
  EXPECT_EQ(failed(alone, 0).reason, "refused");
  EXPECT_EQ(failed(alone, 0).detail, "the provider refused the reply: \"the words of the reply\"");
}

TEST_F(Settling, bisects_a_refused_request_without_counting_it) {
  const auto half = settle(batch(6), refusal("too-long"));
  ASSERT_EQ(half.outcomes.size(), 6U);
  EXPECT_EQ(again(half, 0).max_size, 3);
  EXPECT_FALSE(again(half, 0).counts);
  EXPECT_EQ(again(half, 0).reason, "too-long");
  EXPECT_EQ(again(half, 0).detail, "what the provider said");
  const auto last = settle(batch(2, 4), refusal("too-long"));
  EXPECT_EQ(again(last, 0).max_size, 1) << "an uncounted request leaves the last one";
}

TEST_F(Settling, counts_a_refused_request_that_told_its_usage) {
  auto fault = refusal("refused");
  fault.usage = Usage{10, 0, 0, 0};
  EXPECT_TRUE(again(settle(batch(6), fault), 0).counts);
}

TEST_F(Settling, fails_a_refused_single_alone) {
  for (const auto* reason : {"too-long", "refused", "rejected"}) {
    const auto done = settle(batch(1), refusal(reason));
    EXPECT_FALSE(done.stop_run);
    EXPECT_EQ(failed(done, 0).reason, reason);
    EXPECT_EQ(failed(done, 0).detail, "what the provider said");
  }
}

TEST_F(Settling, stops_the_run_when_a_single_is_rejected_before_any_success) {
  auto single = batch(1);
  single.any_success_in_run = false;
  const auto done = settle(single, refusal("rejected"));
  EXPECT_EQ(done.stop_run, "rejected: what the provider said");
  EXPECT_TRUE(done.outcomes.empty());
  auto pair = batch(2);
  pair.any_success_in_run = false;
  EXPECT_FALSE(settle(pair, refusal("rejected")).stop_run) << "a smaller batch may still pass";
}

TEST_F(Settling, fails_the_first_row_alone_when_it_is_too_long_or_filtered) {
  auto single = batch(1);
  single.any_success_in_run = false;
  EXPECT_EQ(failed(settle(single, refusal("too-long")), 0).reason, "too-long");
  EXPECT_EQ(failed(settle(single, refusal("refused")), 0).reason, "refused");
}

TEST_F(Settling, fails_a_single_with_what_came_for_it_and_condemns_no_other) {
  auto single = batch(1);
  single.any_success_in_run = false;
  single.single_output_cap = 1;
  for (const auto* reason : {"too-long", "refused", "rejected"}) {
    auto fault = refusal(reason);
    fault.response = "what came";
    const auto done = settle(single, fault);
    EXPECT_FALSE(done.stop_run);
    EXPECT_EQ(failed(done, 0).reason, reason);
    EXPECT_EQ(failed(done, 0).text, "what came");
  }
}

TEST_F(Settling, stops_the_run_where_the_first_single_finds_no_address) {
  auto fault = refusal("not-found");
  fault.response = "what came";
  auto single = batch(1);
  EXPECT_EQ(failed(settle(single, fault), 0).reason, "not-found");
  single.any_success_in_run = false;
  EXPECT_EQ(settle(single, fault).stop_run, "not-found: what the provider said");
}

TEST_F(Settling, stops_the_run_where_no_request_will_do_better) {
  auto fault = refusal("key-refused");
  fault.remedy = Remedy::stop_run;
  EXPECT_EQ(settle(batch(6), fault).stop_run, "key-refused: what the provider said");
}

TEST_F(Settling, treats_exhausted_retries_as_a_request_that_counts) {
  auto fault = refusal("server-error");
  fault.remedy = Remedy::retry;
  const auto half = settle(batch(6), fault);
  EXPECT_EQ(again(half, 0).max_size, 3);
  EXPECT_TRUE(again(half, 0).counts);
  EXPECT_EQ(again(settle(batch(1, 3), fault), 0).max_size, 1);
  EXPECT_EQ(failed(settle(batch(1, 4), fault), 0).reason, "server-error");
}

TEST_F(Settling, asks_again_in_a_batch_as_large_what_nobody_came_to) {
  auto fault = refusal("expired");
  fault.remedy = Remedy::same_batch;
  for (const int size : {1, 6}) {
    const auto settlement = settle(batch(size), fault);
    EXPECT_FALSE(settlement.stop_run);
    ASSERT_EQ(std::ssize(settlement.outcomes), size);
    for (std::size_t i = 0; i < settlement.outcomes.size(); ++i) {
      EXPECT_EQ(again(settlement, i).max_size, size);
      EXPECT_TRUE(again(settlement, i).counts);
      EXPECT_EQ(again(settlement, i).reason, "expired");
    }
  }
  EXPECT_EQ(again(settle(batch(6, 3), fault), 0).max_size, 1) << "the last one is a single";
  EXPECT_EQ(failed(settle(batch(6, 4), fault), 0).reason, "expired");
}

TEST_F(Settling, shows_what_was_seen_safely_and_in_short) {
  const auto done =
      settle(batch(1, 4), {{0, KeyStatus::ok, "\x1b]m " + std::string(5000, 'x') + " end"}});
  EXPECT_LT(failed(done, 0).detail.size(), 250U);
  EXPECT_EQ(failed(done, 0).detail.find('\x1b'), std::string::npos);
  EXPECT_TRUE(failed(done, 0).detail.ends_with("x end\"")) << "a value stands at the end";
}

TEST_F(Settling, OfASingleTooLongWithMoreThanItsOwnCapTriesThatCapOnce) {
  auto single = batch(1, 4);
  single.single_output_cap = 16;
  const auto first = settle(single, refusal("too-long"));
  EXPECT_EQ(again(first, 0).cap_per_batch, 16);
  EXPECT_FALSE(again(first, 0).counts);
  single.output_cap = 16;
  EXPECT_EQ(failed(settle(single, refusal("too-long")), 0).reason, "too-long");
  single.output_cap = first_cap;
  auto billed = refusal("too-long");
  billed.usage = Usage{};
  EXPECT_EQ(failed(settle(single, billed), 0).reason, "too-long");
}

}  // namespace
}  // namespace sheaf::answer
