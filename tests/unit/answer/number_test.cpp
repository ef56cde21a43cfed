#include "answer/number.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read_value.hpp"

namespace sheaf::answer {
namespace {

struct Case {
  std::string_view text;
  std::string_view value;
};

void PrintTo(const Case& c, std::ostream* out) { *out << '"' << c.text << '"'; }

class NumberIsRead : public testing::TestWithParam<Case> {};

TEST_P(NumberIsRead, by_its_value) { EXPECT_EQ(number(GetParam().text), GetParam().value); }

INSTANTIATE_TEST_SUITE_P(
    plain, NumberIsRead,
    testing::Values(Case{"18", "18"}, Case{"18.", "18"}, Case{"18.00", "18"}, Case{"007", "7"},
                    Case{"-5", "-5"}, Case{"+5", "5"}, Case{"\u22125", "-5"}, Case{"-0", "0"},
                    Case{"0.50", "0.5"}, Case{".5", "0.5"}, Case{"-.05", "-0.05"}, Case{"5.", "5"},
                    Case{"0", "0"}, Case{"１８", "18"}, Case{"１，２３４．５", "1234.5"},
                    Case{"٣٤", "34"}, Case{"٣٫٥", "3.5"}, Case{"۱٬۲۳۴٫۵", "1234.5"}));

INSTANTIATE_TEST_SUITE_P(grouped, NumberIsRead,
                         testing::Values(Case{"1,234", "1234"}, Case{"1,234,567", "1234567"},
                                         Case{"$1,234.50.", "1234.5"}, Case{"1 234 567", "1234567"},
                                         Case{"10 000", "10000"}, Case{"12\u00A0345", "12345"},
                                         Case{"12\u202F345,5", "12345.5"},
                                         Case{"1'234'567", "1234567"}, Case{"1\u2019234", "1234"},
                                         Case{"1_000_000", "1000000"}, Case{"1.234.567", "1234567"},
                                         Case{"1.234,56", "1234.56"}, Case{"0,5", "0.5"},
                                         Case{"12,34,567", "1234567"},
                                         Case{"1,23,456.5", "123456.5"}, Case{"1.234", "1.234"},
                                         Case{"1{,}234", "1234"}, Case{"1\\,234", "1234"},
                                         Case{"90,000", "90000"}));

INSTANTIATE_TEST_SUITE_P(
    decorated, NumberIsRead,
    testing::Values(Case{"**18**", "18"}, Case{"**18**.", "18"}, Case{"_18_", "18"},
                    Case{"`18`", "18"}, Case{"\\boxed{18}", "18"}, Case{"\\$18", "18"},
                    Case{"$18", "18"}, Case{"18 €", "18"}, Case{"US$18", "18"}, Case{"USD18", "18"},
                    Case{"Rs.500", "500"}, Case{"\u20b91,23,456", "123456"}, Case{"-$5", "-5"},
                    Case{"$-5", "-5"}, Case{"=$-129025", "-129025"}, Case{"- $5", "5"},
                    Case{"50%", "50"}, Case{"50 %", "50"}, Case{"12.5\\%", "12.5"},
                    Case{"18kg", "18"}, Case{"18 km/h", "18"}, Case{"60km/h", "60"},
                    Case{"the 18th", "18"}, Case{"(18)", "18"}, Case{"[18]", "18"},
                    Case{"#18", "18"}, Case{"18\u20ac", "18"}, Case{"共有34个", "34"},
                    Case{"答案是-5", "-5"}));

INSTANTIATE_TEST_SUITE_P(
    fractions, NumberIsRead,
    testing::Values(Case{"1/2", "0.5"}, Case{"1 / 2", "0.5"}, Case{"-1/2", "-0.5"},
                    Case{"3 1/2", "3.5"}, Case{"-3 1/2", "-3.5"}, Case{"3 and 1/2", "3.5"},
                    Case{"3½", "3.5"}, Case{"½", "0.5"}, Case{"1/3", "0.3333333333333333"},
                    Case{"2/3", "0.6666666666666666"}, Case{"7/14", "0.5"},
                    Case{"22/7", "3.142857142857143"}, Case{"1.5/2", "0.75"},
                    Case{"1,000/8", "125"}, Case{"\\frac{1}{2}", "0.5"},
                    Case{"3\\frac{1}{2}", "3.5"}, Case{"\\dfrac{-1}{4}", "-0.25"},
                    Case{"1⁄2", "0.5"}, Case{"12/4 = 3", "3"}, Case{"$1/2", "0.5"}));

INSTANTIATE_TEST_SUITE_P(scaled, NumberIsRead,
                         testing::Values(Case{"1e3", "1000"}, Case{"2.5E-2", "0.025"},
                                         Case{"3 x 10^4", "30000"}, Case{"3.2 × 10⁵", "320000"},
                                         Case{"3 \\times 10^{-2}", "0.03"}, Case{"10^6", "1000000"},
                                         Case{"10⁵", "100000"}, Case{"2 million", "2000000"},
                                         Case{"$2.5 million.", "2500000"}, Case{"$3k", "3000"},
                                         Case{"$1.2M", "1200000"}, Case{"5 thousand", "5000"},
                                         Case{"½ million", "500000"}, Case{"5m", "5"},
                                         Case{"3 millionths", "3"}, Case{"7e", "7"}));

INSTANTIATE_TEST_SUITE_P(
    last, NumberIsRead,
    testing::Values(Case{"16 - 3 = 13", "13"}, Case{"5-3", "3"}, Case{"5-10", "10"},
                    Case{"16 -3", "-3"}, Case{"3–5", "5"}, Case{"–5", "-5"}, Case{"1,2,3", "3"},
                    Case{"1 2345", "2345"}, Case{"1.5,2.5", "2.5"}, Case{"3, 5", "5"},
                    Case{"10:30", "30"}, Case{"3/4/2020", "2020"},
                    Case{"1. He has 18\n2. So done.", "18"},
                    Case{"18. Because he sold them.", "18"}, Case{"2) 18 apples", "18"},
                    Case{"1. He has 3.\n2. He has 4.", "4"}));

INSTANTIATE_TEST_SUITE_P(not_numbers, NumberIsRead,
                         testing::Values(Case{"18 as in A[2]", "18"}, Case{"18 (see B12)", "18"},
                                         Case{"18 of covid-19", "18"}, Case{"50 cm^2", "50"},
                                         Case{"50 m²", "50"}, Case{"18 in x_3", "18"},
                                         Case{"18 by v1.2.3", "18"},
                                         Case{"18 at 192.168.0.1", "18"},
                                         Case{"$<<13*2=26>>26", "26"}, Case{"18 <<9+9=18>>", "18"},
                                         Case{"18 = $<<9+9", "18"}, Case{"18 H2O", "18"},
                                         Case{"18 of 1.234.567.89", "18"}));

INSTANTIATE_TEST_SUITE_P(
    refused, NumberIsRead,
    testing::Values(Case{"eighteen", "refused: holds no number"},
                    Case{"B12", "refused: holds no number"},
                    Case{"3,5", "refused: \"3,5\" may be one number or two"},
                    Case{"1,234,56", "refused: \"1,234,56\" may be one number or two"},
                    Case{"12 345", "refused: \"12 345\" may be one number or two"},
                    Case{"1234,567", "refused: \"1234,567\" may be one number or two"},
                    Case{"5/0", "refused: \"5/0\" is no number"},
                    Case{"2^10", "refused: holds a power that is not worked out"},
                    Case{"(3+4)^2", "refused: holds a power that is not worked out"},
                    Case{"5\\sqrt{3}", "refused: holds a formula that is not worked out"},
                    Case{"5√3", "refused: holds a root that is not worked out"},
                    Case{"\\frac{\\sqrt{3}}{2}", "refused: holds a formula that is not worked out"},
                    Case{"1. First this.\n2. Then that.", "refused: holds no number"},
                    Case{"1e9999999999", "refused: \"1e9999999999\" is beyond reach"}));

TEST(Number, is_refused_where_a_suffix_multiplies_it) {
  for (const std::string text : {"5k", "5K", "1.5k.", "5M", "5B", "3bn", "3BN", "20mn", "-5k",
                                 "1/2k", "5k+", "**5k**", "$3-5k", "1,2,5k", "about 18, or 5k"}) {
    EXPECT_THAT(number(text), testing::EndsWith("is multiplied by its suffix")) << text;
  }
  EXPECT_EQ(number("5k, that is 5000"), "5000");
  for (const std::string text : {"5kg", "5 km", "5km", "5m", "5 m", "5 K", "5MB", "5Mbit", "5kWh",
                                 "5bnx", "5b", "5e", "5G"}) {
    EXPECT_EQ(number(text), "5") << text;
  }
}

TEST(Number, is_refused_in_another_base) {
  for (const std::string text : {"0x1F", "0XFF", "0x10", "0b101", "0o17", "18, so 0x1F"}) {
    EXPECT_THAT(number(text), testing::EndsWith("is written in another base")) << text;
  }
  EXPECT_EQ(number("0x1F = 31"), "31");
  EXPECT_EQ(number("0 x 5"), "5");
  EXPECT_EQ(number("0 boxes"), "0");
  EXPECT_EQ(number("0xylophones"), "0");
}

TEST(Number, of_arabic_digits_keeps_its_signs) {
  EXPECT_EQ(number("٣،٥"), "refused: \"3,5\" may be one number or two");
  EXPECT_EQ(number("٣٬٥"), "refused: \"3,5\" may be one number or two");
  EXPECT_EQ(number("٣، ٥"), "5");
  EXPECT_EQ(number("٣٫"), "3");
}

TEST(Number, stays_a_json_number_only_while_a_double_keeps_its_digits) {
  EXPECT_EQ(number("9007199254740992"), "9007199254740992");
  EXPECT_EQ(number("9007199254740993"), "\"9007199254740993\"");
  EXPECT_EQ(number("119.69999999999999"), "119.69999999999999");
  EXPECT_EQ(number("0.10000000000000001"), "\"0.10000000000000001\"");
  EXPECT_EQ(number("12345678901234567890123"), "\"12345678901234567890123\"");
  EXPECT_EQ(number("1e300"), "1e300");
  EXPECT_EQ(number("1e400"), "\"1e400\"");
  EXPECT_EQ(number("1e-400"), "\"1e-400\"");
  EXPECT_EQ(number("0.00000000000000000000000000000125"), "1.25e-30");
}

TEST(Number, of_a_million_bytes_is_found_in_one_pass) {
  const auto repeated = [](std::string_view piece) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    return text;
  };
  EXPECT_EQ(number(repeated("1 234 ") + "567 x 18"), "18");
  EXPECT_EQ(number(repeated("1,") + "18"), "18");
  EXPECT_EQ(number(repeated("<<") + "\n18"), "18");
  EXPECT_EQ(number(repeated("<<>>") + "18"), "18");
  EXPECT_EQ(number(repeated("\\frac{") + " 18"), "18");
  EXPECT_EQ(number(repeated("1. ") + "\n18"), "18");
  EXPECT_EQ(number(repeated("9")).size(), 1'000'002);
  EXPECT_EQ(number(repeated("-") + "18"), "18");
  EXPECT_EQ(number(repeated("1/") + "18"), "18");
}

}  // namespace
}  // namespace sheaf::answer
