#include "answer/number.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "answer/digit_run.hpp"
#include "answer/number_text.hpp"
#include "answer/words.hpp"
#include "core/text.hpp"

namespace sheaf::answer {
namespace {

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_gap(char32_t c) { return c == U' ' || c == thin_space; }

struct Scale {
  std::u32string_view word;
  std::int64_t zeros;
};
constexpr std::array scale_words{
    Scale{U"hundred", 2}, Scale{U"thousand", 3}, Scale{U"lakh", 5},      Scale{U"million", 6},
    Scale{U"crore", 7},   Scale{U"billion", 9},  Scale{U"trillion", 12},
};
// Only behind an amount of money: elsewhere they are units.
constexpr std::array scale_letters{
    Scale{U"k", 3}, Scale{U"m", 6}, Scale{U"mn", 6}, Scale{U"b", 9}, Scale{U"bn", 9},
};
constexpr std::array<std::u32string_view, 14> currency_codes{U"usd", U"eur", U"gbp", U"inr", U"jpy",
                                                             U"chf", U"cad", U"aud", U"nzd", U"cny",
                                                             U"rmb", U"rs",  U"rm",  U"us"};

/// What was read at one place: a number, or why it is none.
struct Found {
  std::size_t begin = 0;
  std::size_t end = 0;
  Decimal value;
  bool whole = false;  ///< A bare integer, to which a fraction may be added.
  std::optional<std::string> refusal;
};

class NumberFinder {
 public:
  explicit NumberFinder(const std::u32string& text) : text_(text) {}

  std::expected<Decimal, Unreadable> last() {
    while (at_ < text_.size()) step();
    const auto& found = found_ || items_ != 1 ? found_ : item_;
    if (!found) return std::unexpected(Unreadable{"holds no number"});
    if (found->refusal) return std::unexpected(Unreadable{*found->refusal});
    return found->value;
  }

 private:
  char32_t at(std::size_t i) const { return i < text_.size() ? text_[i] : U'\0'; }
  char32_t before(std::size_t i) const { return i > 0 ? at(i - 1) : U'\0'; }
  bool is_letter(char32_t c) const { return joins_words(c) && !is_digit(c); }

  void step() {
    const auto c = text_[at_];
    if (is_digit(c)) {
      digits();
    } else if (c == formula_mark) {
      refuse(at_, at_ + 1, "holds a formula that is not worked out");
    } else if (c == U'√') {
      root();
    } else if (c == U'^') {
      power_of_word();
    } else {
      if (c == U'\n') line_start_ = true;
      if (c != U'\n' && !is_gap(c) && !is_bullet(c)) line_start_ = false;
      ++at_;
    }
  }

  static bool is_bullet(char32_t c) {
    return c == U'-' || c == U'*' || c == U'#' || c == U'>' || c == U'(' || c == U'•';
  }

  void refuse(std::size_t begin, std::size_t end, std::string why) {
    found_ = Found{begin, end, {}, false, std::move(why)};
    line_start_ = false;
    at_ = end;
  }

  std::string quoted(std::size_t begin, std::size_t end) const {
    std::string bytes;
    for (auto i = begin; i < std::min({end, begin + 40, text_.size()}); ++i)
      text::append_utf8(bytes, text_[i]);
    return '"' + text::display_safe(bytes) + '"';
  }

  void root() {
    const auto begin = at_++;
    while (is_gap(at(at_)) || at(at_) == U'(') ++at_;
    if (is_digit(at(at_))) {
      refuse(begin, read_digit_run(text_, at_).end, "holds a root that is not worked out");
    }
  }

  // "cm^2", "x^2": skipped. ")^2": refused.
  void power_of_word() {
    const auto begin = at_++;
    const bool of_word = is_letter(before(begin));
    if (at(at_) == U'{' || at(at_) == U'(') ++at_;
    if (at(at_) == U'-') ++at_;
    if (!is_digit(at(at_))) return;
    const auto end = read_digit_run(text_, at_).end;
    if (of_word) {
      at_ = end;
    } else {
      refuse(begin, end, "holds a power that is not worked out");
    }
  }

  void digits() {
    const auto run = read_digit_run(text_, at_);
    if (run.kind == RunKind::name || is_part_of_word(at_) || is_index(at_, run.end)) {
      at_ = run.end;
      line_start_ = false;
      return;
    }
    if (run.kind == RunKind::ambiguous) {
      refuse(at_, run.end, quoted(at_, run.end) + " may be one number or two");
      return;
    }
    auto found = run.kind == RunKind::list ? item_of_list(run) : number(run);
    if (!found.refusal) found.refusal = refusal_by_suffix(found);
    const bool numbers_an_item = line_start_ && found.whole && is_item_mark(found);
    line_start_ = false;
    at_ = found.end;
    if (numbers_an_item) {
      ++items_;
      item_ = std::move(found);
    } else {
      found_ = std::move(found);
    }
  }

  std::optional<std::string> refusal_by_suffix(const Found& found) const {
    const auto suffix = suffix_of(text_, found.begin, found.end);
    if (suffix == Suffix::none) return std::nullopt;
    return quoted(found.begin, found.end) + (suffix == Suffix::multiplies
                                                 ? " is multiplied by its suffix"
                                                 : " is written in another base");
  }

  // "B12", "covid-19", "snake_1"; not "USD5", "Rs.5".
  bool is_part_of_word(std::size_t begin) const {
    const auto prior = before(begin);
    if (prior == U'_' || prior == U'-') return is_letter(before(begin - 1));
    return is_letter(prior) && !ends_with_currency_code(begin);
  }

  bool ends_with_currency_code(std::size_t end) const {
    std::size_t begin = end;
    while (begin > 0 && end - begin < 5 && is_letter(text_[begin - 1])) --begin;
    std::u32string word = text_.substr(begin, end - begin);
    for (auto& c : word) c = c >= U'A' && c <= U'Z' ? c + 32 : c;
    return std::ranges::find(currency_codes, word) != currency_codes.end();
  }

  // "A[2]", "x[10]"; not "[18]".
  bool is_index(std::size_t begin, std::size_t end) const {
    return before(begin) == U'[' && at(end) == U']' && begin > 1 &&
           (is_letter(text_[begin - 2]) || is_digit(text_[begin - 2]));
  }

  bool is_item_mark(const Found& found) const {
    if (found.end - found.begin > 3) return false;
    if (at(found.end) != U'.' && at(found.end) != U')' && at(found.end) != U':') return false;
    auto next = found.end + 1;
    if (!is_gap(at(next))) return false;
    while (is_gap(at(next))) ++next;
    return next < text_.size() && text_[next] != U'\n';
  }

  Found item_of_list(const DigitRun& run) const {
    return {run.value_begin, run.end, run.value, run.whole, std::nullopt};
  }

  Found number(const DigitRun& run) const {
    Found found{at_, run.end, run.value, run.whole, std::nullopt};
    take_leading_point(found, run);
    const auto first = found.begin;
    if (!take_exponent(found) && !take_scientific(found)) {
      take_power(found);
      take_fraction(found);
    }
    if (!found.refusal) take_scale(found);
    found.value.negative = found.value.negative != is_negative(first);
    if (found.value.digits.empty()) found.value.negative = false;
    return found;
  }

  // ".5", but not "Rs.5" and not "...5".
  void take_leading_point(Found& found, const DigitRun& run) const {
    if (before(at_) != U'.' || !run.whole) return;
    const auto prior = before(at_ - 1);
    if (prior == U'.' || prior == U')' || prior == U']' || joins_words(prior)) return;
    found.value.exponent -= static_cast<std::int64_t>(run.end - at_);
    found.value = make_decimal(false, found.value.digits, found.value.exponent);
    found.begin = at_ - 1;
    found.whole = false;
  }

  // Up to nine digits at `i`, a sign before them allowed; moves `i` behind them.
  std::optional<std::int64_t> small_signed(std::size_t& i) const {
    auto next = i;
    const bool negative = at(next) == U'-';
    if (negative || at(next) == U'+') ++next;
    std::int64_t value = 0;
    const auto first = next;
    for (; is_digit(at(next)) && next - first < 10; ++next) {
      value = value * 10 + static_cast<std::int64_t>(at(next) - U'0');
    }
    if (next == first || next - first == 10) return std::nullopt;
    i = next;
    return negative ? -value : value;
  }

  bool take_exponent(Found& found) const {
    auto next = found.end;
    if (at(next) != U'e' && at(next) != U'E') return false;
    const auto exponent = small_signed(++next);
    if (!exponent && is_digit(at(next))) {
      found.refusal = quoted(found.begin, next + 10) + " is beyond reach";
      return true;
    }
    if (!exponent || joins_words(at(next))) return false;
    add_zeros(found, *exponent, next);
    return true;
  }

  void add_zeros(Found& found, std::int64_t zeros, std::size_t end) const {
    if (!found.value.digits.empty()) found.value.exponent += zeros;
    found.end = end;
    found.whole = false;
  }

  // "3 x 10^4", "3 × 10^{4}".
  bool take_scientific(Found& found) const {
    auto next = found.end;
    while (is_gap(at(next)) && next < found.end + 2) ++next;
    if (std::u32string_view(U"×xX*·⋅").find(at(next)) == std::u32string_view::npos) return false;
    ++next;
    for (const auto last = next + 2; is_gap(at(next)) && next < last;) ++next;
    if (text_.compare(next, 3, U"10^") != 0) return false;
    next += 3;
    const auto exponent = braced_exponent(next);
    if (!exponent) return false;
    add_zeros(found, *exponent, next);
    return true;
  }

  std::optional<std::int64_t> braced_exponent(std::size_t& next) const {
    const bool braced = at(next) == U'{' || at(next) == U'(';
    auto inside = next + (braced ? 1 : 0);
    const auto exponent = small_signed(inside);
    if (!exponent) return std::nullopt;
    next = inside + (braced ? 1 : 0);
    return exponent;
  }

  // "10^6"; any other power is refused.
  void take_power(Found& found) const {
    if (at(found.end) != U'^') return;
    auto next = found.end + 1;
    const auto exponent = braced_exponent(next);
    if (exponent && found.value == make_decimal(false, "10", 0)) {
      add_zeros(found, *exponent - 1, next);
      return;
    }
    found.end = exponent ? next : found.end + 1;
    found.refusal = "holds a power that is not worked out";
  }

  void take_fraction(Found& found) const {
    if (found.refusal || before(found.begin) == U'/') return;
    auto next = found.end;
    if (at(next) == U' ' && at(next + 1) == U'/') ++next;
    if (at(next) != U'/') return;
    if (at(++next) == U' ') ++next;
    if (!is_digit(at(next))) return;
    const auto below = read_digit_run(text_, next);
    if (below.kind == RunKind::number) divide(found, below);
  }

  void divide(Found& found, const DigitRun& below) const {
    const auto shift = std::min({std::int64_t{0}, found.value.exponent, below.value.exponent});
    auto upper = found.value;
    auto lower = below.value;
    upper.exponent -= shift;
    lower.exponent -= shift;
    const auto numerator = small_integer(upper);
    const auto denominator = small_integer(lower);
    const auto begin = std::exchange(found.end, below.end);
    if (!numerator || !denominator || *denominator == 0) {
      found.refusal = quoted(found.begin, begin < below.end ? below.end : begin) + " is no number";
      return;
    }
    const bool proper = found.whole && below.whole && *numerator < *denominator;
    const auto whole = proper ? whole_before(found.begin) : std::nullopt;
    found.value = quotient(whole.value_or(0), *numerator, *denominator);
    if (whole) found.value.negative = found_->value.negative;
    found.whole = false;
  }

  // The 3 of "3 1/2" and "3 and 1/2".
  std::optional<std::uint64_t> whole_before(std::size_t begin) const {
    if (!found_ || !found_->whole || found_->refusal) return std::nullopt;
    const auto between = std::u32string_view(text_).substr(found_->end, begin - found_->end);
    const bool touches = between == U" " || between == U"\u00A0" || between == U" and ";
    if (!touches) return std::nullopt;
    auto magnitude = found_->value;
    magnitude.negative = false;
    return small_integer(magnitude);
  }

  void take_scale(Found& found) const {
    auto begin = found.end;
    if (is_gap(at(begin)) || at(begin) == U'-') ++begin;
    auto end = begin;
    std::u32string word;
    for (; end - begin < 10 && is_letter(at(end)); ++end) {
      word += at(end) >= U'A' && at(end) <= U'Z' ? at(end) + 32 : at(end);
    }
    if (word.size() > 1 && word.back() == U's') word.pop_back();
    const auto named = [&](const Scale& scale) { return scale.word == word; };
    const auto* scale = std::ranges::find_if(scale_words, named);
    if (scale != scale_words.end()) {
      add_zeros(found, scale->zeros, end);
    } else if (begin == found.end && is_money(found.begin)) {
      const auto* letter = std::ranges::find_if(scale_letters, named);
      if (letter != scale_letters.end()) add_zeros(found, letter->zeros, end);
    }
  }

  bool is_money(std::size_t begin) const { return before_currency(begin) != begin; }

  // Where the currency before a number begins, or `begin` without one.
  std::size_t before_currency(std::size_t begin) const {
    const auto sign = begin > 1 && is_gap(before(begin)) ? begin - 1 : begin;
    auto word = begin;
    if (is_currency(before(sign))) {
      word = sign - 1;
      while (sign - word < 3 && is_letter(before(word))) --word;
      return word;
    }
    if (before(word) == U'.' && word > 1) --word;
    if (!is_letter(before(word)) || !ends_with_currency_code(word)) return begin;
    while (is_letter(before(word))) --word;
    return word;
  }

  // A '-' that touches the number or its currency, and nothing that it could subtract from.
  bool is_negative(std::size_t begin) const {
    for (const auto place : {begin, before_currency(begin)}) {
      if (before(place) != U'-') continue;
      const auto prior = before(place - 1);
      const bool subtracts = is_digit(prior) || is_letter(prior) || prior == U')' ||
                             prior == U']' || prior == U'}' || prior == U'%' || prior == U'-';
      if (!subtracts) return true;
    }
    return false;
  }

  const std::u32string& text_;
  std::size_t at_ = 0;
  bool line_start_ = true;
  std::optional<Found> found_;  ///< The last number.
  std::optional<Found> item_;   ///< The last number of a list item.
  int items_ = 0;
};

}  // namespace

std::expected<Decimal, Unreadable> last_number(std::string_view text) {
  const auto plain = number_text(text);
  return NumberFinder(plain).last();
}

}  // namespace sheaf::answer
