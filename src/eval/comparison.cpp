#include "eval/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <unordered_map>

#include <fmt/format.h>

#include "statistics/significance.hpp"

namespace sheaf::eval {
namespace {

constexpr double level = 0.05;

std::int64_t add_pairs(const Cell& base, const Cell& other, std::int64_t repeat, Pass pass,
                       std::vector<statistics::Pair>& pairs) {
  std::unordered_map<std::int64_t, const CellAnswer*> others;
  for (const auto& answer : other.answers) others.emplace(answer.row, &answer);
  std::int64_t joined = 0;
  for (const auto& a : base.answers) {
    const auto found = others.find(a.row);
    if (found == others.end()) continue;
    ++joined;
    const auto& b = *found->second;
    pairs.push_back(
        {a.row, batch_in(a, repeat), batch_in(b, repeat), is_right(a, pass), is_right(b, pass)});
  }
  return std::ssize(base.answers) + std::ssize(other.answers) - 2 * joined;
}

}  // namespace

std::optional<Comparison> compare(std::span<const Cell* const> base,
                                  std::span<const Cell* const> other, Pass pass) {
  std::vector<statistics::Pair> pairs;
  Comparison found;
  bool alone = true;
  for (std::size_t i = 0; i < std::min(base.size(), other.size()); ++i) {
    const auto repeat = static_cast<std::int64_t>(i) + 1;
    found.only_in_one += add_pairs(*base[i], *other[i], repeat, pass, pairs);
    alone = alone && base[i]->key.batch_size == 1;
  }
  if (pairs.empty()) return std::nullopt;
  found.loss = statistics::paired_difference(pairs);
  found.p_mcnemar = statistics::exact_mcnemar(found.loss.only_a, found.loss.only_b);
  if (alone) found.p_permutation = statistics::flip_batches(pairs);
  found.p_holm = found.loss.p;
  return found;
}

void correct_for_many(std::span<Comparison*> all) {
  std::vector<double> values;
  for (const auto* one : all) values.push_back(one->loss.p);
  const auto corrected = statistics::holm(values);
  for (std::size_t i = 0; i < all.size(); ++i) all[i]->p_holm = corrected[i];
}

std::string sentence(const Comparison& comparison) {
  const auto& loss = comparison.loss;
  const auto points = fmt::format("{:.1f}", 100 * std::abs(loss.difference));
  const auto between =
      fmt::format("between {:+.1f} and {:+.1f} points", -100 * loss.high, -100 * loss.low);
  if (comparison.p_holm < level) {
    return fmt::format("{} points {} ({}).", points, loss.difference > 0 ? "lost" : "gained",
                       between);
  }
  if (loss.p < level) {
    return fmt::format(
        "{} points {} if this were the only comparison ({}); among all that were "
        "made it is not shown.",
        points, loss.difference > 0 ? "lost" : "gained", between);
  }
  return fmt::format("No difference shown, which does not show that there is none: {}.", between);
}

}  // namespace sheaf::eval
