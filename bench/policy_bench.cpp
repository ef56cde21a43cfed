// Ways to join answers to rows and to ask again, all against the same seeded stream of faults:
//   policy_bench [--rows N] [--seed N] [--check FILE]
// prints docs/policies.md's tables. Fails when the product gives a row another's answer, leaves one
// empty, or when another policy that does neither at any rate asks for fewer tokens; and with
// --check when FILE does not hold what it prints.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "policies/policy.hpp"

namespace {

using namespace sheaf::bench;

constexpr double rates[] = {0.005, 0.01, 0.03, 0.10};

struct Score {
  std::string_view name;
  std::int64_t misassigned = 0;  ///< Has another row's right answer.
  std::int64_t wrong = 0;        ///< Has a value that is nobody's.
  std::int64_t empty = 0;
  std::int64_t requests = 0;
  std::int64_t tokens = 0;
};

Score score(const Problem& problem, const Policy& policy, const Conditions& conditions) {
  FaultyModel model(problem, conditions);
  const auto values = policy.run(problem, model);
  Score score{.name = policy.name, .requests = model.requests(), .tokens = model.tokens()};
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!values[row]) {
      ++score.empty;
    } else if (const auto owner = problem.owner(*values[row]); !owner) {
      ++score.wrong;
    } else if (*owner != row) {
      ++score.misassigned;
    }
  }
  return score;
}

/// What a policy asks for beyond its own run without faults.
std::vector<Score> scores(const Problem& problem, Conditions conditions,
                          const std::vector<Score>& clean) {
  std::vector<Score> all;
  for (const auto& policy : policies) {
    auto one = score(problem, policy, conditions);
    one.requests -= clean[all.size()].requests;
    one.tokens -= clean[all.size()].tokens;
    all.push_back(one);
  }
  return all;
}

std::string table(double rate, const std::vector<Score>& all, const Score& clean) {
  auto out = fmt::format(
      "### {:g} % of replies\n\n"
      "| policy | misassigned | wrong | empty | extra requests | extra tokens | % |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
      rate * 100);
  for (const auto& one : all) {
    const bool bold = one.name == ours;
    const auto share = 100.0 * static_cast<double>(one.tokens) / static_cast<double>(clean.tokens);
    out += fmt::format("| {0}{1}{0} | {2} | {3} | {4} | {5} | {6} | {7:.2f} |\n", bold ? "**" : "",
                       one.name, one.misassigned, one.wrong, one.empty, one.requests, one.tokens,
                       share);
  }
  return out + "\n";
}

/// Adds one rate's scores to those of all rates.
void add(std::vector<Score>& totals, const std::vector<Score>& all) {
  if (totals.empty()) totals.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    totals[i].name = all[i].name;
    totals[i].misassigned += all[i].misassigned;
    totals[i].wrong += all[i].wrong;
    totals[i].empty += all[i].empty;
    totals[i].tokens += all[i].tokens;
  }
}

/// What does not hold of ours over all rates; empty: all does.
std::string broken_claim(const std::vector<Score>& totals) {
  const auto& own = totals.back();
  if (own.misassigned > 0) return "sheaf gave a row another's answer";
  if (own.wrong > 0) return "sheaf gave a row a value that is nobody's";
  if (own.empty > 0) return "sheaf left a row empty";
  for (const auto& one : totals) {
    const bool sound = one.misassigned == 0 && one.empty == 0;
    if (sound && one.tokens < own.tokens) {
      return fmt::format("'{}' neither loses nor misassigns, and asked for fewer tokens", one.name);
    }
  }
  return {};
}

int compare(std::size_t rows, std::uint64_t seed, const char* file) {
  const Problem problem(rows);
  std::vector<Score> clean;
  for (const auto& policy : policies) clean.push_back(score(problem, policy, {rows, 0, seed}));
  std::string out = fmt::format(
      "{} rows, {} in a prompt, seed {}: {} requests and {} tokens "
      "without faults.\n\n",
      rows, batch_size, seed, clean.back().requests, clean.back().tokens);
  std::vector<Score> totals;
  for (const auto rate : rates) {
    const auto all = scores(problem, {rows, rate, seed}, clean);
    out += table(rate, all, clean.back());
    add(totals, all);
  }
  const auto broken = broken_claim(totals);
  out.pop_back();
  std::fputs(out.c_str(), stdout);
  if (!broken.empty()) std::fprintf(stderr, "policy_bench: %s\n", broken.c_str());
  if (!broken.empty() || file == nullptr) return broken.empty() ? 0 : 1;
  std::ifstream in(file);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.find(out) != text.npos) return 0;
  std::fprintf(stderr, "policy_bench: %s does not hold these tables\n", file);
  return 1;
}

}  // namespace

int main(int count, char** words) try {
  std::size_t rows = 64'000;
  std::uint64_t seed = 1;
  const char* file = nullptr;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    if (name == "--rows") rows = std::strtoull(words[i + 1], nullptr, 10);
    if (name == "--seed") seed = std::strtoull(words[i + 1], nullptr, 10);
    if (name == "--check") file = words[i + 1];
  }
  return compare(rows, seed, file);
} catch (const std::exception& error) {
  std::fprintf(stderr, "policy_bench: %s\n", error.what());
  return 1;
}
