#include "run/text_requests.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sheaf::run {
namespace {

TEST(TextRequests, BeginWithTheFirstTextAndWhereOneIsFull) {
  TextRequests requests;
  EXPECT_TRUE(requests.begins_one(1));
  for (std::size_t i = 1; i < most_texts; ++i) EXPECT_FALSE(requests.begins_one(1));
  EXPECT_TRUE(requests.begins_one(1));
  EXPECT_FALSE(requests.begins_one(1)) << "the count begins anew";
}

TEST(TextRequests, HoldNoMoreBytesThanOneMay) {
  TextRequests requests;
  EXPECT_TRUE(requests.begins_one(0));
  for (std::int64_t i = 1; i <= most_request_bytes / most_text_bytes; ++i) {
    EXPECT_FALSE(requests.begins_one(most_text_bytes));
  }
  EXPECT_TRUE(requests.begins_one(most_text_bytes));
}

}  // namespace
}  // namespace sheaf::run
