#include "answer/digit_run.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "answer/number_text.hpp"
#include "answer/words.hpp"

namespace sheaf::answer {
namespace {

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_hex_digit(char32_t c) {
  return is_digit(c) || (c >= U'a' && c <= U'f') || (c >= U'A' && c <= U'F');
}

// No unit is written so; "m", "b" and "G" are units too.
constexpr std::array<std::u32string_view, 10> multiples{
    U"k", U"K", U"M", U"B", U"bn", U"Bn", U"BN", U"mn", U"Mn", U"MN",
};

struct Group {
  std::size_t begin = 0;
  std::string digits;
};

using Groups = std::span<const Group>;

bool starts_a_number(const Group& group) {
  return group.digits.size() <= 3 && group.digits.front() != '0';
}

bool has_size(const Group& group, std::size_t size) { return group.digits.size() == size; }

// 1-3 digits, then threes.
bool in_threes(Groups groups) {
  return starts_a_number(groups.front()) &&
         std::all_of(groups.begin() + 1, groups.end(),
                     [](const auto& g) { return has_size(g, 3); });
}

// 1-2 digits, twos, a three: lakh and crore.
bool in_twos(Groups groups) {
  return groups.size() >= 3 && starts_a_number(groups.front()) && !has_size(groups.front(), 3) &&
         has_size(groups.back(), 3) &&
         std::all_of(groups.begin() + 1, groups.end() - 1,
                     [](const auto& g) { return has_size(g, 2); });
}

bool is_all(std::u32string_view signs, char32_t sign) {
  return signs.find_first_not_of(sign) == std::u32string_view::npos;
}

bool is_grouped(Groups groups, std::u32string_view signs) {
  if (!is_all(signs, signs.front())) return false;
  return in_threes(groups) || (signs.front() == U',' && in_twos(groups));
}

// "12 345": a plain space groups, or parts two numbers.
bool is_doubtful(Groups groups, std::u32string_view signs) {
  return signs == U" " && groups[1].digits.front() != '0';
}

class Reader {
 public:
  Reader(const std::u32string& text, std::size_t begin) : text_(text), at_(begin) { collect(); }

  DigitRun run() const {
    const Groups all(groups_);
    const std::u32string_view signs(signs_);
    if (signs.empty()) return number(1);
    if (signs == U".") return number(1);
    if (is_grouped(all, signs)) {
      return is_doubtful(all, signs) ? of_kind(RunKind::ambiguous) : number(groups_.size());
    }
    if (signs == U",") {
      return groups_.front().digits == "0" ? number(1) : of_kind(RunKind::ambiguous);
    }
    const auto body = all.first(all.size() - 1);
    const auto body_signs = signs.substr(0, signs.size() - 1);
    if (has_decimal_sign() && is_grouped(body, body_signs)) {
      return is_doubtful(body, body_signs) ? of_kind(RunKind::ambiguous) : number(body.size());
    }
    return list();
  }

 private:
  void collect() {
    take_group();
    while (at_ + 1 < text_.size() && is_digit(text_[at_ + 1]) && joins(text_[at_])) {
      signs_ += text_[at_++];
      take_group();
    }
  }

  void take_group() {
    Group group{at_, {}};
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      group.digits += static_cast<char>(text_[at_]);
    }
    groups_.push_back(std::move(group));
  }

  bool joins(char32_t sign) const {
    if (sign == U'.' || sign == U',') return true;
    if (sign != U' ' && sign != thin_space && sign != U'\'' && sign != U'_') return false;
    return starts_a_number(groups_.front()) && (signs_.empty() || signs_.back() == sign) &&
           three_digits_follow();
  }

  bool three_digits_follow() const {
    const auto next = std::u32string_view(text_).substr(at_ + 1, 4);
    return next.size() >= 3 && std::all_of(next.begin(), next.begin() + 3, is_digit) &&
           (next.size() == 3 || !is_digit(next[3]));
  }

  bool has_decimal_sign() const {
    const auto last = signs_.back();
    if (last == U'.') return signs_.front() != U'.';
    return last == U',' && signs_.front() != U',' && signs_.front() != U'_';
  }

  DigitRun of_kind(RunKind kind) const { return {kind, at_, groups_.front().begin, {}, false}; }

  // The first `whole_groups` stand before the decimal point.
  DigitRun number(std::size_t whole_groups) const {
    std::string digits;
    for (const auto& group : groups_) digits += group.digits;
    const bool whole = whole_groups == groups_.size();
    const auto decimals = whole ? 0 : static_cast<std::int64_t>(groups_.back().digits.size());
    auto run = of_kind(RunKind::number);
    run.value = make_decimal(false, digits, -decimals);
    run.whole = whole;
    return run;
  }

  DigitRun list() const {
    auto run = of_kind(RunKind::list);
    const auto thousands = [](const Group& group) { return group.digits.size() == 3; };
    const bool commas = signs_.find_first_not_of(U',') == std::u32string::npos;
    if (commas && std::any_of(groups_.begin() + 1, groups_.end(), thousands)) {
      return of_kind(RunKind::ambiguous);
    }
    std::size_t first = 0;  // Of the item under way.
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const bool ends = i == signs_.size() || signs_[i] == U',';
      if (!ends) continue;
      const auto kind = item(first, i, run);
      if (kind != RunKind::number) return of_kind(kind);
      first = i + 1;
    }
    return run;
  }

  // One item between commas: an integer or a decimal.
  RunKind item(std::size_t first, std::size_t last, DigitRun& run) const {
    const auto& whole = groups_[first];
    if (last > first + 1 || (last > first && signs_[first] != U'.')) return RunKind::name;
    if (last == first && whole.digits.size() > 1 && whole.digits.front() == '0') {
      return RunKind::ambiguous;
    }
    const auto decimals = last > first ? groups_[last].digits : std::string();
    run.value_begin = whole.begin;
    run.value =
        make_decimal(false, whole.digits + decimals, -static_cast<std::int64_t>(decimals.size()));
    run.whole = decimals.empty();
    return RunKind::number;
  }

  const std::u32string& text_;
  std::size_t at_;
  std::vector<Group> groups_;
  std::u32string signs_;
};

}  // namespace

DigitRun read_digit_run(const std::u32string& text, std::size_t begin) {
  return Reader(text, begin).run();
}

Suffix suffix_of(const std::u32string& text, std::size_t begin, std::size_t end) {
  const auto sign_at = [&](std::size_t i) { return i < text.size() ? text[i] : U'\0'; };
  if (end == begin + 1 && sign_at(begin) == U'0') {
    const auto base = sign_at(end);
    const auto digit = sign_at(end + 1);
    const bool hex = (base == U'x' || base == U'X') && is_hex_digit(digit);
    const bool other = std::u32string_view(U"bBoO").find(base) != std::u32string_view::npos;
    if (hex || (base != U'\0' && other && is_digit(digit))) return Suffix::other_base;
  }
  const auto rest = std::u32string_view(text).substr(end);
  const bool multiplied = std::ranges::any_of(multiples, [&](auto multiple) {
    return rest.starts_with(multiple) && !joins_words(sign_at(end + multiple.size()));
  });
  return multiplied ? Suffix::multiplies : Suffix::none;
}

}  // namespace sheaf::answer
