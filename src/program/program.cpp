#include "program/program.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "core/text.hpp"

namespace sheaf::program {
namespace {

/// Lines of `name = arithmetic` on doubles, and on integers within 2^53; anything else is refused.
class Sums {
 public:
  explicit Sums(std::string_view line, const std::map<std::string, double, std::less<>>& names)
      : rest_(line), names_(names) {}
  std::optional<double> read() {
    auto value = sum();
    skip();
    return value && rest_.empty() ? value : std::nullopt;
  }

 private:
  void skip() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }
  bool take(char c) {
    skip();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<double> sum() {
    auto value = product();
    while (value) {
      const bool plus = take('+');
      if (!plus && !take('-')) break;
      const auto next = product();
      value = next ? std::optional(plus ? *value + *next : *value - *next) : std::nullopt;
    }
    return value;
  }
  std::optional<double> product() {
    auto value = atom();
    while (value && take('*')) {
      const auto next = atom();
      value = next ? std::optional(*value * *next) : std::nullopt;
    }
    return value;
  }
  std::optional<double> atom() {
    skip();
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    auto size = static_cast<std::size_t>(end - rest_.data());
    if (error == std::errc() &&
        rest_.substr(0, size).find_first_not_of("0123456789") == rest_.npos) {
      rest_.remove_prefix(size);
      return value;
    }
    size = std::min(rest_.find_first_of(" +*-"), rest_.size());
    const auto name = names_.find(rest_.substr(0, size));
    if (name == names_.end()) return std::nullopt;
    rest_.remove_prefix(size);
    return name->second;
  }

  std::string_view rest_;
  const std::map<std::string, double, std::less<>>& names_;
};

Failure unsupported(int line) {
  return {FailureKind::unsupported, line, "line " + std::to_string(line) + " is not supported"};
}

}  // namespace

std::expected<Result, Failure> run(std::string_view source, const Limits& limits) {
  std::map<std::string, double, std::less<>> names;
  int number = 0;
  if (source.size() > limits.source_bytes) return std::unexpected(unsupported(1));
  for (const auto line : text::lines(source)) {
    ++number;
    if (text::trim(line).empty() || line.starts_with('#')) continue;
    const auto equals = line.find('=');
    if (equals == line.npos) return std::unexpected(unsupported(number));
    const auto value = Sums(line.substr(equals + 1), names).read();
    if (!value || std::fabs(*value) > 0x1p53) return std::unexpected(unsupported(number));
    names[std::string(text::trim(line.substr(0, equals)))] = *value;
  }
  const auto found = names.find("ans");
  if (found == names.end()) {
    return std::unexpected(Failure{FailureKind::no_value, 0, "the program sets no ans"});
  }
  return Result{Kind::integer, std::to_string(static_cast<std::int64_t>(found->second))};
}

}  // namespace sheaf::program
