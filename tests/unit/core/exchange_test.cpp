#include "core/exchange.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace sheaf {
namespace {

TEST(HttpResponse, FindsAHeaderWhateverItsCase) {
  const HttpResponse response{
      200, {{"X-Other", "1"}, {"Retry-After", "2"}, {"retry-after", "3"}}, ""};
  ASSERT_NE(response.header("RETRY-AFTER"), nullptr);
  EXPECT_EQ(*response.header("RETRY-AFTER"), "2") << "the first one counts";
  EXPECT_EQ(response.header("Retry"), nullptr);
}

TEST(Usage, AddsEveryCount) {
  Usage usage{1, 2, 3, 4, 5};
  add(usage, {10, 20, 30, 40, 50});
  EXPECT_EQ(usage, (Usage{11, 22, 33, 44, 55}));
}

TEST(Price, ChargesCachedInputApartFromTheRest) {
  const Price price{.input = {100}, .cached_input = {10}, .output = {1000}};
  EXPECT_EQ(
      price.cost(
          {.input_tokens = 7, .cached_input_tokens = 3, .output_tokens = 2, .reasoning_tokens = 1}),
      Money{4 * 100 + 3 * 10 + 2 * 1000})
      << "reasoning is part of the output, the cached part is not paid twice";
}

TEST(Price, ChargesWhatWasWrittenToTheCacheInPlaceOfInput) {
  const Price price{.input = {100}, .cached_input = {10}, .output = {1000}, .cache_write = {125}};
  EXPECT_EQ(price.cost({.input_tokens = 9, .cached_input_tokens = 3, .cache_write_tokens = 2}),
            Money{4 * 100 + 3 * 10 + 2 * 125});
  EXPECT_EQ(price.cost({.input_tokens = 4, .cached_input_tokens = 3, .cache_write_tokens = 2}),
            Money{3 * 10 + 125})
      << "a reply that counts more of both than tokens";
}

TEST(PriceList, TakesAllOfARequestAtThePriceOfItsLength) {
  const PriceList prices{{Money{1}, Money{1}, Money{10}},
                         {{200, {Money{2}, Money{2}, Money{20}}}, {400, {Money{3}, {}, {}}}}};
  EXPECT_EQ(prices.cost({.input_tokens = 200, .output_tokens = 1}), Money{210});
  EXPECT_EQ(prices.cost({.input_tokens = 201, .output_tokens = 1}), Money{422});
  EXPECT_EQ(prices.cost({.input_tokens = 401, .output_tokens = 1}), Money{1203});
}

TEST(Price, NeverChargesLessThanNothingForInput) {
  const Price price{.input = {100}, .cached_input = {10}, .output = {0}};
  EXPECT_EQ(price.cost({.input_tokens = 2, .cached_input_tokens = 5}), Money{20})
      << "a reply that counts more cached tokens than tokens";
}

TEST(Secret, NeverPrintsItself) {
  std::ostringstream out;
  out << Secret("sk-123");
  EXPECT_EQ(out.str(), "***");
}

}  // namespace
}  // namespace sheaf
