#include "store/packed.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/item_run.hpp"

namespace sheaf::store {
namespace {

RC_GTEST_PROP(Packed, GivesBackNumbersAndTextsInTheirOrder,
              (const std::vector<std::int64_t>& numbers, const std::vector<std::string>& texts)) {
  std::string bytes;
  for (const auto number : numbers) pack_number(bytes, number);
  for (const auto& text : texts) pack_text(bytes, text);
  Unpacker unpacker(bytes);
  for (const auto number : numbers) RC_ASSERT(unpacker.number() == number);
  for (const auto& text : texts) RC_ASSERT(unpacker.text() == text);
  RC_ASSERT(unpacker.is_sound() && unpacker.at_end());
}

TEST(Packed, GivesBackTheLargestNumbers) {
  using Limits = std::numeric_limits<std::int64_t>;
  std::string bytes;
  for (const auto number : {Limits::max(), Limits::min(), std::int64_t{0}}) {
    pack_number(bytes, number);
  }
  Unpacker unpacker(bytes);
  EXPECT_EQ(unpacker.number(), Limits::max());
  EXPECT_EQ(unpacker.number(), Limits::min());
  EXPECT_EQ(unpacker.number(), 0);
  EXPECT_TRUE(unpacker.is_sound());
}

TEST(Packed, WhatIsCutIsSeenAndNothingAfterItIsGiven) {
  for (const auto& bytes : {std::string("\x80"),
                            std::string("\x06"
                                        "ab"),
                            std::string("\x01"), std::string(11, '\x80') + '\x01'}) {
    Unpacker unpacker(bytes);
    EXPECT_EQ(unpacker.text(), "");
    EXPECT_FALSE(unpacker.is_sound());
    EXPECT_EQ(unpacker.number(), 0);
    EXPECT_TRUE(unpacker.at_end());
  }
}

RC_GTEST_PROP(ItemRun, GivesBackItsItemsAndTheirReplacements,
              (const std::vector<std::string>& items, const std::string& other)) {
  ItemRun run(7);
  for (const auto& item : items) run.add(item);
  RC_ASSERT(run.end() == 7 + std::ssize(items));
  const auto again = ItemRun::from(7, run.count(), run.list());
  RC_ASSERT(again.has_value());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto sample = 7 + static_cast<SampleNo>(i);
    RC_ASSERT(again->item(sample) == items[i]);
    auto changed = *again;
    changed.replace(sample, other);
    for (std::size_t k = 0; k < items.size(); ++k) {
      RC_ASSERT(changed.item(7 + static_cast<SampleNo>(k)) == (k == i ? other : items[k]));
    }
  }
}

RC_GTEST_PROP(ItemRun, TakesAnyBytesWithoutHarm, (const std::string& bytes, int count)) {
  const auto run = ItemRun::from(1, count, bytes);
  RC_ASSERT(!run || run->count() == count);
}

TEST(ItemRun, RefusesAnotherNumberOfItems) {
  ItemRun run(1);
  run.add("a");
  run.add("");
  EXPECT_TRUE(ItemRun::from(1, 2, run.list()));
  EXPECT_FALSE(ItemRun::from(1, 1, run.list()));
  EXPECT_FALSE(ItemRun::from(1, 3, run.list()));
  EXPECT_FALSE(ItemRun::from(1, 2, run.list() + '\x04'));
}

}  // namespace
}  // namespace sheaf::store
