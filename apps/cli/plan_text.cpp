#include "plan_text.hpp"

#include <algorithm>
#include <chrono>
#include <ranges>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "console.hpp"
#include "figures.hpp"

namespace sheaf::cli {
namespace {

std::string way_name(const PlanWay& way) { return way.cached ? way.via + ", cached" : way.via; }

bool same(const PlanWay& a, const PlanWay& b) { return a.via == b.via && a.cached == b.cached; }

const PlanCost* cost_of(const PlanLine& line, const PlanWay& way) {
  const auto found = std::ranges::find_if(
      line.costs, [&way](const PlanCost& cost) { return same(cost.way, way); });
  return found == line.costs.end() ? nullptr : &*found;
}

std::string minutes_text(const std::optional<double>& minutes) {
  if (!minutes) return "-";
  return duration(std::chrono::milliseconds(static_cast<std::int64_t>(*minutes * 60'000)));
}

std::string forecast_table(const PlanReport& report, int batch_size) {
  std::vector<std::vector<std::string>> lines{
      {"batch size", "requests", "input tokens", "output tokens"}};
  for (const auto& way : report.ways) lines.front().push_back(way_name(way));
  if (report.ways.empty()) lines.front().emplace_back("cost");
  lines.front().insert(lines.front().end(), {"least time", "token saving"});
  for (const auto& line : report.lines) {
    auto& cells = lines.emplace_back();
    cells = {fmt::format("{}{}", line.batch_size, line.batch_size == batch_size ? " <" : ""),
             grouped(line.requests), grouped(line.input_tokens),
             grouped(static_cast<std::int64_t>(line.output_tokens.expected + 0.5))};
    for (const auto& way : report.ways) {
      const auto* cost = cost_of(line, way);
      cells.push_back(cost == nullptr ? "-" : dollars(cost->usd.expected));
    }
    if (report.ways.empty()) cells.emplace_back("-");
    cells.push_back(minutes_text(line.minutes));
    cells.push_back(fmt::format("{:.1f}x", line.token_saving));
  }
  return table(lines);
}

/// Low, expected and high of every way at the sizes that matter.
std::string range_table(const PlanReport& report, int batch_size) {
  if (report.ways.empty() || report.lines.empty()) return {};
  std::vector<int> sizes{1, batch_size};
  if (report.advice) sizes.push_back(report.advice->batch_size);
  std::ranges::sort(sizes);
  const auto [first, last] = std::ranges::unique(sizes);
  sizes.erase(first, last);
  std::vector<std::vector<std::string>> lines{
      {"cost at 90 %", "batch size", "low", "expected", "high"}};
  for (const auto& line : report.lines) {
    if (std::ranges::find(sizes, line.batch_size) == sizes.end()) continue;
    for (const auto& cost : line.costs) {
      lines.push_back({way_name(cost.way), std::to_string(line.batch_size), dollars(cost.usd.low),
                       dollars(cost.usd.expected), dollars(cost.usd.high)});
    }
  }
  return '\n' + table(lines);
}

std::string vectors_text(const PlanVectors& vectors) {
  return fmt::format("above batch size 1 with vectors of {} from {}: {}, {} input tokens, {}\n",
                     with_noun(vectors.texts, "text"), one_line(vectors.model),
                     with_noun(vectors.requests, "request"), grouped(vectors.input_tokens),
                     vectors.cost_usd ? dollars(*vectors.cost_usd) : "cost not known: no `price`");
}

std::string certainty(const PlanReport& report) {
  if (report.tokenizer.empty()) return "all figures are estimates";
  return fmt::format("input tokens are counted with {}, {} apart; the other figures are estimates",
                     one_line(report.tokenizer),
                     report.vectors ? "repairs and vectors" : "repairs");
}

/// Exclusions with one reason: their ways, and the sizes where it does not hold of all.
std::string left_out_text(const PlanReport& report) {
  std::string text;
  std::vector<std::string> told;
  for (const auto& one : report.left_out) {
    if (std::ranges::find(told, one.reason) != told.end()) continue;
    told.push_back(one.reason);
    std::vector<std::string> ways;
    std::vector<int> sizes;
    for (const auto& other : report.left_out) {
      if (other.reason != one.reason) continue;
      const auto name = way_name(other.way);
      if (std::ranges::find(ways, name) == ways.end()) ways.push_back(name);
      const auto size = other.batch_size;
      if (size && std::ranges::find(sizes, *size) == sizes.end()) sizes.push_back(*size);
    }
    const bool everywhere = sizes.empty() || sizes.size() == report.lines.size();
    text += fmt::format("left out: {}{}: {}\n", fmt::join(ways, "; "),
                        everywhere ? "" : fmt::format(" at {}", fmt::join(sizes, ", ")),
                        one_line(one.reason));
  }
  return text;
}

/// What keys cost: they make instruction and exemplars, samples and answers longer.
std::string keys_text(const PlanLine& plain, const PlanLine& keyed) {
  const auto size = [](const PlanLine& line) {
    return fmt::format(
        "{} tokens a request and {:.1f} a sample, and the format adds {:.1f} to an "
        "answer",
        grouped(line.shared_tokens), line.sample_tokens, line.envelope_tokens);
  };
  auto text = fmt::format("prompts: at batch size {} {}", plain.batch_size, size(plain));
  if (plain.batch_size != keyed.batch_size) {
    text += fmt::format("; at {} with keys {}", keyed.batch_size, size(keyed));
  }
  return text + '\n';
}

std::string basis_text(const PlanReport& report) {
  if (report.prices.empty()) {
    return fmt::format("no price of {} is known, so no cost is told; add `price:` to the task\n",
                       one_line(report.model));
  }
  auto text =
      fmt::format("prices: {}; lengths of answers: {}\n", one_line(report.prices), report.lengths) +
      keys_text(report.lines.front(), report.lines.back());
  if (!report.assumptions.empty()) {
    text += fmt::format("assumed: {}\n", fmt::join(report.assumptions, "; "));
  }
  return text;
}

std::string advice_text(const PlanReport& report) {
  std::string text;
  if (const auto& advice = report.advice) {
    text = advice->batch ? fmt::format("\nUse batch size {}, {}: {}.\n", advice->batch_size,
                                       way_name(advice->way), advice->reason)
                         : fmt::format("\nDo not batch; {}, one row a request: {}.\n",
                                       way_name(advice->way), advice->reason);
  }
  if (report.pilot) {
    text += fmt::format("For a bill known to 2 %: --pilot {} -o OUT buys so many answers first.\n",
                        *report.pilot);
  }
  return text;
}

std::string prompt_text(const Task& task, const PlanReport& report) {
  if (report.prompt.empty()) return {};
  std::string text = task.grouping() == "sequential"
                         ? "\nThe first prompt:\n\n"
                         : fmt::format(
                               "\nA prompt, of the first rows (the run's grouping is {}):"
                               "\n\n",
                               task.grouping());
  const auto end = report.prompt.ends_with('\n') ? report.prompt.size() - 1 : std::string::npos;
  for (const auto line : std::views::split(report.prompt.substr(0, end), '\n')) {
    text += one_line(std::string_view(line.begin(), line.end())) + '\n';
  }
  return text;
}

}  // namespace

std::string plan_text(const Task& task, const PlanReport& report) {
  auto text = fmt::format("{}: {}, {}, {} to ask", report.task,
                          task.is_simulated() ? "the simulated model" : one_line(report.model),
                          with_noun(report.rows, "row"), with_noun(report.samples, "sample"));
  if (report.bad_rows > 0) {
    text += fmt::format(", {} left out", with_noun(report.bad_rows, "bad row"));
  }
  text += "\n\n";
  if (report.lines.empty()) return text + "Nothing to ask.\n";
  text += fmt::format("{}  < the batch size in force; {}\n",
                      forecast_table(report, task.batch_size()), certainty(report));
  if (report.vectors) text += vectors_text(*report.vectors);
  text += range_table(report, task.batch_size());
  if (!report.ways.empty()) text += '\n';
  return text + left_out_text(report) + basis_text(report) + advice_text(report) +
         prompt_text(task, report);
}

}  // namespace sheaf::cli
