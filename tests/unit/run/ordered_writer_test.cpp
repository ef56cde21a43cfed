#include "run/ordered_writer.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::run {
namespace {

struct Written {
  std::vector<std::string> lines;
  OrderedWriter::Sink sink() {
    return [this](std::string_view line) -> Expected<void> {
      lines.emplace_back(line);
      return {};
    };
  }
};

RC_GTEST_PROP(OrderedWriter, WritesEveryLineOnceInOrderWhateverTheMemory, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 60);
  const auto memory = *rc::gen::inRange<std::size_t>(0, 200);
  std::vector<std::int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = count; i > 1; --i) {
    std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  const auto store = store::make_memory();
  Written written;
  OrderedWriter writer(written.sink(), *store, Order::input, memory);
  for (const auto sequence : order) {
    RC_ASSERT(writer.put(sequence, "line " + std::to_string(sequence)).has_value());
  }
  RC_ASSERT(written.lines.size() == count);
  RC_ASSERT(writer.waiting() == 0);
  for (std::size_t i = 0; i < count; ++i) {
    RC_ASSERT(written.lines[i] == "line " + std::to_string(i));
  }
}

TEST(OrderedWriter, HoldsLinesBackUntilTheirTurn) {
  const auto store = store::make_memory();
  Written written;
  OrderedWriter writer(written.sink(), *store, Order::input, 1000);
  ASSERT_TRUE(writer.put(1, "b"));
  EXPECT_TRUE(written.lines.empty());
  EXPECT_EQ(writer.waiting(), 1);
  ASSERT_TRUE(writer.put(0, "a"));
  EXPECT_EQ(written.lines, (std::vector<std::string>{"a", "b"}));
}

TEST(OrderedWriter, ParksInTheCheckpointWhatMemoryDoesNotHold) {
  const auto store = store::make_memory();
  Written written;
  OrderedWriter writer(written.sink(), *store, Order::input, 0);
  ASSERT_TRUE(writer.put(1, "b"));
  EXPECT_EQ(store->unpark(1).value(), "b");
}

TEST(OrderedWriter, WritesAtOnceInOrderOfCompletion) {
  const auto store = store::make_memory();
  Written written;
  OrderedWriter writer(written.sink(), *store, Order::completion, 0);
  ASSERT_TRUE(writer.put(7, "late"));
  EXPECT_EQ(written.lines, (std::vector<std::string>{"late"}));
}

}  // namespace
}  // namespace sheaf::run
