#include "answer/number_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/text.hpp"

namespace sheaf::answer {
namespace {

constexpr std::size_t longest_argument = 200;

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct FractionSign {
  char32_t sign;
  std::u32string_view text;
};
constexpr std::array fraction_signs{
    FractionSign{U'¼', U"1/4"}, FractionSign{U'½', U"1/2"}, FractionSign{U'¾', U"3/4"},
    FractionSign{U'⅐', U"1/7"}, FractionSign{U'⅑', U"1/9"}, FractionSign{U'⅒', U"1/10"},
    FractionSign{U'⅓', U"1/3"}, FractionSign{U'⅔', U"2/3"}, FractionSign{U'⅕', U"1/5"},
    FractionSign{U'⅖', U"2/5"}, FractionSign{U'⅗', U"3/5"}, FractionSign{U'⅘', U"4/5"},
    FractionSign{U'⅙', U"1/6"}, FractionSign{U'⅚', U"5/6"}, FractionSign{U'⅛', U"1/8"},
    FractionSign{U'⅜', U"3/8"}, FractionSign{U'⅝', U"5/8"}, FractionSign{U'⅞', U"7/8"},
};

std::optional<char32_t> superscript(char32_t c) {
  switch (c) {
    case U'¹':
      return U'1';
    case U'²':
      return U'2';
    case U'³':
      return U'3';
    case U'⁻':
      return U'-';
    default:
      break;
  }
  if (c == U'⁰' || (c >= U'⁴' && c <= U'⁹')) return U'0' + (c - U'⁰');
  return std::nullopt;
}

// The first code point of each run of ten digits that is not ASCII.
constexpr std::array<char32_t, 4> zeros{U'\u0660', U'\u06F0', U'\u0966', U'\uFF10'};

char32_t plain_digit(char32_t c) {
  for (const auto zero : zeros) {
    if (c >= zero && c < zero + 10) return U'0' + (c - zero);
  }
  return c;
}

char32_t plain_space(char32_t c) {
  if (c == U'\n' || c == U'\u2028' || c == U'\u2029') return U'\n';
  return c == U'\u00A0' || c == U'\u202F' || c == U'\u2009' ? thin_space : U' ';
}

// "{...}" at the front, its inside without the braces; nullopt when it is long or never closed.
std::optional<std::string_view> braced(std::string_view text) {
  if (!text.starts_with('{')) return std::nullopt;
  int depth = 0;
  for (std::size_t i = 0; i < std::min(text.size(), longest_argument); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return text.substr(1, i - 1);
  }
  return std::nullopt;
}

bool is_numeric(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.,-") == std::string_view::npos;
}

class Writer {
 public:
  explicit Writer(std::string_view text) : rest_(text) {}

  std::u32string run() {
    while (!rest_.empty()) {
      if (rest_.starts_with("<<")) {
        skip_note();
      } else if (rest_.front() == '\\') {
        command();
      } else if (rest_.starts_with("{,}")) {
        put(U',', 3);
      } else {
        code_point();
      }
    }
    return std::move(out_);
  }

 private:
  void put(char32_t c, std::size_t taken) {
    out_ += c;
    rest_.remove_prefix(taken);
  }

  // Looks no farther than it takes away, so that many notes cost no more than their length.
  void skip_note() {
    auto end = rest_.find_first_of(">\n", 2);
    while (end != std::string_view::npos && rest_[end] != '\n' &&
           !rest_.substr(end).starts_with(">>")) {
      end = rest_.find_first_of(">\n", end + 1);
    }
    const bool closed = end != std::string_view::npos && rest_[end] == '>';
    rest_.remove_prefix(closed ? end + 2 : std::min(end, rest_.size()));
  }

  void command() {
    std::size_t letters = 1;
    while (letters < rest_.size() && is_letter(rest_[letters])) ++letters;
    const auto name = rest_.substr(1, letters - 1);
    if (name.empty()) {
      escaped_sign();
      return;
    }
    rest_.remove_prefix(letters);
    if (name == "frac" || name == "dfrac" || name == "tfrac") {
      fraction();
    } else if (name == "sqrt") {
      out_ += formula_mark;
      skip_argument();
    } else {
      out_ += name == "times" || name == "cdot" ? U'×' : U' ';
    }
  }

  void escaped_sign() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return;
    if (rest_.front() == ',' || rest_.front() == ';' || rest_.front() == ':') {
      put(thin_space, 1);
    } else if (rest_.front() == '!') {
      rest_.remove_prefix(1);
    }
  }

  void fraction() {
    const auto above = braced(rest_);
    const auto below = above ? braced(rest_.substr(above->size() + 2)) : std::nullopt;
    if (!below || !is_numeric(*above) || !is_numeric(*below)) {
      out_ += formula_mark;
      skip_argument();
      skip_argument();
      return;
    }
    rest_.remove_prefix(above->size() + below->size() + 4);
    part_from_digit();
    out_.append(above->begin(), above->end());
    out_ += U'/';
    out_.append(below->begin(), below->end());
  }

  void skip_argument() {
    if (const auto inside = braced(rest_)) rest_.remove_prefix(inside->size() + 2);
  }

  void part_from_digit() {
    if (!out_.empty() && is_digit(out_.back())) out_ += U' ';
  }

  void code_point() {
    const auto [raw, length] = text::decode_front(rest_);
    rest_.remove_prefix(length);
    const auto* sign = std::find_if(fraction_signs.begin(), fraction_signs.end(),
                                    [&](const auto& known) { return known.sign == raw; });
    if (sign != fraction_signs.end()) {
      part_from_digit();
      out_ += sign->text;
    } else if (const auto raised = superscript(raw)) {
      if (!in_superscript_) out_ += U'^';
      out_ += *raised;
    } else {
      out_ += plain(raw);
    }
    in_superscript_ = superscript(raw).has_value();
    last_raw_ = raw;
  }

  char32_t plain(char32_t raw) const {
    const auto next = text::decode_front(rest_).value;
    if (text::is_space(raw)) return plain_space(raw);
    if (raw == U'\u2212' || raw == U'\uFE63') return U'-';
    if (raw == U'\u2013') return sign_can_stand() && is_digit(plain_digit(next)) ? U'-' : raw;
    if (raw == U'\u2044' || raw == U'\u2215') return U'/';
    if (raw == U'\u2019') return U'\'';
    if (raw == U'\u066B') return U'.';
    if (raw == U'\u066C' || raw == U'\u060C') return U',';
    if (raw == U'\uFF0C' && !(is_full_width_digit(last_raw_) && is_full_width_digit(next))) {
      return raw;
    }
    return plain_digit(text::narrow(raw));
  }

  bool sign_can_stand() const {
    return out_.empty() || out_.back() == U' ' || out_.back() == U'\n' || out_.back() == U'(';
  }

  static bool is_full_width_digit(char32_t c) { return c >= U'\uFF10' && c <= U'\uFF19'; }

  std::string_view rest_;
  std::u32string out_;
  char32_t last_raw_ = 0;
  bool in_superscript_ = false;
};

}  // namespace

std::u32string number_text(std::string_view text) { return Writer(text).run(); }

}  // namespace sheaf::answer
