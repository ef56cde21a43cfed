// What a run's checkpoint says it cost.
#include <gtest/gtest.h>

#include "eval/measures.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf::eval {
namespace {

constexpr auto priced_task =
    "name: n\ninstruction: i\nsample: {Q: \"{{q}}\"}\nmodel: {name: m}\nanswer: {type: text}\n"
    "price: {input_per_million: 1, output_per_million: 2}\n";

store::AttemptEnd told(std::int64_t input, std::int64_t output, Money cost) {
  store::AttemptEnd end;
  end.usage = Usage{input, 0, output, 0};
  end.cost = cost;
  return end;
}

TEST(Bill, KeepsVectorsApartFromPromptsAndAddsUpToWhatWasSpent) {
  const auto task = task::parse(priced_task, "task.yaml", {});
  ASSERT_TRUE(task) << task.error().message;
  const auto store = store::make_memory();
  store::AttemptStart prompt;
  prompt.reserved_cost = Money{900'000'000};
  store::AttemptStart vectors = prompt;
  vectors.round = 0;
  ASSERT_TRUE(store->begin_attempt(prompt));
  ASSERT_TRUE(store->end_attempt(1, told(100, 10, Money{120'000'000})));
  ASSERT_TRUE(store->begin_attempt(vectors));
  ASSERT_TRUE(store->end_attempt(2, told(5000, 0, Money{100'000'000})));
  ASSERT_TRUE(store->begin_attempt(prompt));
  const auto bill = bill_of(*task, *store);
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->requests, 3);
  EXPECT_EQ(bill->usage.input_tokens, 100);
  EXPECT_EQ(bill->embedding_tokens, 5000);
  EXPECT_EQ(bill->told.picos, 120'000'000);
  EXPECT_EQ(bill->embeddings.picos, 100'000'000);
  EXPECT_EQ(bill->unknown.picos, 900'000'000);
}

}  // namespace
}  // namespace sheaf::eval
