// Property: a number written in any of many ways reads back as the same value.
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "answer/decimal.hpp"
#include "answer/number.hpp"

namespace sheaf::answer {
namespace {

std::string grouped(const std::string& digits, const std::string& sign) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += sign;
    out += digits[i];
  }
  return out;
}

std::string full_width(const std::string& digits) {
  std::string out;
  for (const char digit : digits)
    out += "\xEF\xBC" + std::string(1, static_cast<char>('\x90' + (digit - '0')));
  return out;
}

struct Written {
  std::string text;
  Decimal value;
};

Written any_writing() {
  const auto digits = std::to_string(*rc::gen::inRange<std::int64_t>(0, 999'999'999'999));
  const auto decimals = *rc::gen::container<std::string>(rc::gen::inRange('0', char{'9' + 1}));
  const bool negative = *rc::gen::arbitrary<bool>();
  const std::string point = decimals.empty() ? "" : "." + decimals;
  const auto value = make_decimal(negative, digits + decimals, -std::ssize(decimals));
  const auto body = *rc::gen::element(
      digits + point, "0" + digits + point, grouped(digits, ",") + point,
      grouped(digits, "\u00A0") + point, grouped(digits, "'") + point, full_width(digits) + point,
      digits + point + "e0", digits + decimals + "e-" + std::to_string(decimals.size()));
  const std::string minus = *rc::gen::element<std::string>("-", "\u2212", "－");
  const std::string currency = *rc::gen::element<std::string>("", "$", "€", "£", "US$");
  const auto sign = negative ? minus : *rc::gen::element<std::string>("", "+");
  const auto amount = *rc::gen::element(sign + currency + body, currency + sign + body);
  const auto around = *rc::gen::element<std::string>("", "**", "*", "`", "_");
  const auto before = *rc::gen::element<std::string>("", "It is ", "There were 7, now ", "= ",
                                                     "答案是", "First A[2].\n", "<<1+2=3>>");
  const auto behind =
      *rc::gen::element<std::string>("", ".", " km", "%", " dollars.", "!", ".\n", " cm^2");
  return {before + around + amount + around + behind, value};
}

RC_GTEST_PROP(NumberProperty, reads_back_however_it_is_written, ()) {
  const auto written = any_writing();
  const auto read = last_number(written.text);
  RC_LOG() << written.text << '\n';
  RC_ASSERT(read.has_value());
  RC_ASSERT(to_text(*read) == to_text(written.value));
}

RC_GTEST_PROP(NumberProperty, has_one_text_that_reads_back, ()) {
  const auto digits = *rc::gen::container<std::string>(rc::gen::inRange('0', char{'9' + 1}));
  const auto exponent = *rc::gen::inRange<std::int64_t>(-400, 400);
  const auto value = make_decimal(*rc::gen::arbitrary<bool>(), digits, exponent);
  RC_ASSERT(parse_decimal(to_text(value)) == value);
}

RC_GTEST_PROP(NumberProperty, of_a_quotient_is_exact_where_it_ends, ()) {
  const auto numerator = *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000);
  const auto twos = *rc::gen::inRange(0, 18);
  const auto denominator = std::uint64_t{1} << twos;
  const auto value = quotient(0, numerator, denominator);
  const auto expected = static_cast<double>(numerator) / static_cast<double>(denominator);
  RC_ASSERT(std::stod(to_text(value)) == expected);
}

RC_GTEST_PROP(NumberProperty, any_bytes_end_in_a_value_or_a_reason, (const std::string& bytes)) {
  const auto read = last_number(bytes);
  const bool sound = read ? parse_decimal(to_text(*read)) == *read : !read.error().detail.empty();
  RC_ASSERT(sound);
}

}  // namespace
}  // namespace sheaf::answer
