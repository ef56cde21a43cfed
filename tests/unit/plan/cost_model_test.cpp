// The tables of the reference, to the last printed digit.
#include "plan/cost_model.hpp"

#include <array>

#include <gtest/gtest.h>

namespace sheaf::plan {
namespace {

constexpr double exemplars = 12;
constexpr double half_of_third = 0.0005;
constexpr double half_of_second = 0.005;

TEST(CostModel, has_the_papers_efficiency_and_saving) {
  struct Row {
    double batch_size, efficiency, saving;
  };
  for (const auto& row :
       {Row{1, .077, 1}, Row{2, .143, 1.86}, Row{3, .200, 2.60}, Row{4, .250, 3.25},
        Row{6, .333, 4.33}, Row{8, .400, 5.20}, Row{12, .500, 6.50}, Row{24, .667, 8.67}}) {
    EXPECT_NEAR(token_efficiency(exemplars, row.batch_size), row.efficiency, half_of_third);
    EXPECT_NEAR(equal_length_saving(exemplars, row.batch_size), row.saving, half_of_second);
  }
  EXPECT_NEAR(equal_length_saving(exemplars, 1e9), 13, half_of_second);
}

TEST(CostModel, has_the_savings_of_real_shapes_and_prices) {
  constexpr std::array<double, 6> batch_sizes{2, 3, 4, 6, 8, 16};
  const PromptShape gsm8k{3373, 144, 136, 0};
  const PromptShape sst5{1761, 111, 25, 0};
  struct Row {
    PromptShape shape;
    PriceRatios prices;
    std::array<double, 6> savings;
  };
  const std::array rows{
      Row{gsm8k, {1, 1}, {1.86, 2.60, 3.25, 4.34, 5.21, 7.44}},
      Row{gsm8k, {4, 1}, {1.71, 2.24, 2.65, 3.25, 3.66, 4.52}},
      Row{gsm8k, {4, 0.5}, {1.55, 1.90, 2.14, 2.45, 2.64, 2.99}},
      Row{gsm8k, {4, 0.1}, {1.20, 1.28, 1.33, 1.38, 1.40, 1.45}},
      Row{sst5, {4, 1}, {1.81, 2.47, 3.03, 3.91, 4.57, 6.14}},
      Row{sst5, {4, 0.1}, {1.29, 1.44, 1.52, 1.61, 1.66, 1.74}},
  };
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < batch_sizes.size(); ++i) {
      EXPECT_NEAR(saving(row.shape, row.prices, batch_sizes[i]), row.savings[i], half_of_second)
          << "b = " << batch_sizes[i];
    }
  }
}

// Dollars for a million samples, input 0.25 and output 2 dollars a million tokens, q = 60, a = 2,
// and e = 4 around an answer of a batch.
TEST(CostModel, has_the_totals_with_an_envelope_around_each_answer) {
  struct Row {
    std::int64_t batch_size;
    double uncached, cached;
  };
  constexpr double input = 0.25;
  constexpr double half_of_tenth = 0.05;
  for (const auto& row : {Row{1, 169.0, 34.0}, Row{8, 45.8, 28.9}, Row{16, 36.4, 27.9},
                          Row{32, 31.7, 27.5}, Row{64, 29.3, 27.2}}) {
    const PromptShape shape{600, 60, row.batch_size > 1 ? 6.0 : 2.0, 0};
    const auto dollars = [&](double cached_prefix) {
      return input / 1e6 * total_cost(shape, {8, cached_prefix}, 1'000'000, row.batch_size);
    };
    EXPECT_NEAR(dollars(1), row.uncached, half_of_tenth) << "b = " << row.batch_size;
    EXPECT_NEAR(dollars(0.1), row.cached, half_of_tenth) << "b = " << row.batch_size;
  }
}

TEST(CostModel, pays_the_shared_part_once_a_call_also_for_the_remainder) {
  const PromptShape shape{100, 10, 5, 2};
  const PriceRatios prices{4, 0.5};
  EXPECT_DOUBLE_EQ(total_cost(shape, prices, 7, 3), 3 * 50 + 7 * (10 + 2 + 20));
  EXPECT_DOUBLE_EQ(total_cost(shape, prices, 6, 3), 6 * cost_per_sample(shape, prices, 3));
  EXPECT_DOUBLE_EQ(total_cost(shape, prices, 7, 1), 7 * (50 + 10 + 20));
  EXPECT_DOUBLE_EQ(total_cost(shape, prices, 0, 3), 0);
}

TEST(CostModel, tells_how_exemplars_fill_groups) {
  EXPECT_EQ(exemplar_groups(12, 6), ExemplarGroups::even);
  EXPECT_EQ(exemplar_groups(12, 12), ExemplarGroups::even);
  EXPECT_EQ(exemplar_groups(12, 8), ExemplarGroups::last_shorter);
  EXPECT_EQ(exemplar_groups(12, 13), ExemplarGroups::none_full);
  EXPECT_EQ(exemplar_groups(0, 4), ExemplarGroups::even);
}

TEST(CostModel, pays_once_the_shared_part_outweighs_the_keys) {
  const PriceRatios cached{4, 0.1};
  EXPECT_GT(saving({210, 50, 10, 10}, cached, 2), 1);  // 0.1 * 210 / 2 > 10
  EXPECT_LT(saving({190, 50, 10, 10}, cached, 2), 1);
  EXPECT_DOUBLE_EQ(saving({200, 50, 10, 10}, cached, 1), 1);
}

TEST(CostModel, tends_to_its_limit) {
  const PromptShape shape{3373, 144, 136, 8};
  const PriceRatios prices{4, 0.5};
  EXPECT_NEAR(saving(shape, prices, 1e9), saving_limit(shape, prices), 1e-6);
  EXPECT_NEAR(saving_limit(shape, prices), 1 + (0.5 * 3373 - 8) / (144 + 8 + 4 * 136), 1e-9);
}

TEST(CostModel, has_the_times_of_appendix_a) {
  struct Row {
    double batch_size, call, per_sample, speed_up, encoding;
  };
  const double single = call_time(exemplars, 1, 100).total();
  for (const auto& row :
       {Row{1, 1'565'050, 1'565'050, 1, .92}, Row{2, 1'700'100, 850'050, 1.84, .85},
        Row{3, 1'845'150, 615'050, 2.54, .78}, Row{4, 2'000'200, 500'050, 3.13, .72},
        Row{6, 2'340'300, 390'050, 4.01, .62}, Row{12, 3'600'600, 300'050, 5.22, .40},
        Row{24, 7'201'200, 300'050, 5.22, .20}, Row{48, 18'722'400, 390'050, 4.01, .08}}) {
    const auto time = call_time(exemplars, row.batch_size, 100);
    EXPECT_DOUBLE_EQ(time.total(), row.call);
    EXPECT_DOUBLE_EQ(time.total() / row.batch_size, row.per_sample);
    EXPECT_NEAR(single / (time.total() / row.batch_size), row.speed_up, half_of_second);
    EXPECT_NEAR(1 / time_ratio(exemplars, row.batch_size, 100), row.speed_up, half_of_second);
    EXPECT_NEAR(time.encode / time.total(), row.encoding, half_of_second);
  }
}

TEST(CostModel, finds_the_fastest_batch_size) {
  EXPECT_NEAR(fastest_batch_size(exemplars), 16.97, half_of_second);
  const auto per_sample = [](double b) { return call_time(exemplars, b, 100).total() / b; };
  EXPECT_LT(per_sample(17), per_sample(16));
  EXPECT_LT(per_sample(17), per_sample(18));
  EXPECT_NEAR(per_sample(1) / per_sample(17), 5.40, half_of_second);
}

TEST(CostModel, is_bound_by_the_tighter_limit) {
  EXPECT_DOUBLE_EQ(limit_bound_minutes({1000, 400'000}, {500, 200'000}), 2);
  EXPECT_DOUBLE_EQ(limit_bound_minutes({1000, 600'000}, {500, 200'000}), 3);
  EXPECT_DOUBLE_EQ(limit_bound_minutes({1000, 600'000}, {500, {}}), 2);
  EXPECT_DOUBLE_EQ(limit_bound_minutes({1000, 600'000}, {}), 0);
}

}  // namespace
}  // namespace sheaf::plan
