#include "summary.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "figures.hpp"

namespace sheaf::cli {
namespace {

using Lines = std::vector<std::vector<std::string>>;

std::string title(const Task& task, const RunSummary& summary) {
  std::string model = task.model();
  if (summary.simulated) {
    model = task.model() == "simulated" ? "the simulated model" : model + " (simulated model)";
  }
  const auto grouping =
      task.grouping() == "sequential" ? "" : fmt::format(", grouping {}", task.grouping());
  return fmt::format("{}: {}, batch size {}{}\n", task.name(), model, task.batch_size(), grouping);
}

std::string rows_part(const RunSummary& summary) {
  Lines lines;
  const auto add = [&](std::string name, std::int64_t rows) {
    lines.push_back({std::move(name), grouped(rows), percent(rows, summary.rows)});
  };
  lines.push_back({"rows", grouped(summary.rows)});
  add("answered", summary.answered);
  if (summary.repaired > 0) add("  by a repair", summary.repaired);
  add("failed", summary.failed_rows);
  for (const auto& reason : summary.failed) add("  " + reason.reason, reason.rows);
  if (summary.reused > 0) add("reused, at no cost", summary.reused);
  if (summary.rejected_rows > 0) {
    lines.push_back({"rejected, unreadable", grouped(summary.rejected_rows)});
  }
  if (summary.gold_rows > 0) {
    lines.push_back({"right, of those with gold",
                     fmt::format("{} of {}", grouped(summary.correct), grouped(summary.gold_rows)),
                     percent(summary.correct, summary.gold_rows)});
  }
  return table(lines);
}

/// Whose prompts were shared. The reasons are those of the whole file.
std::string packing_part(const Requests& requests, const RequestsSummary& summary) {
  constexpr std::size_t most_reasons = 8;
  if (!summary.packed) return {};
  const auto rows = summary.run.rows;
  const auto alone = rows - *summary.packed;
  Lines lines{{"in shared prompts", grouped(*summary.packed), percent(*summary.packed, rows)},
              {"alone", grouped(alone), percent(alone, rows)}};
  if (rows != requests.count()) return "\n" + table(lines);
  auto left = alone;
  for (const auto& [reason, count] : requests.alone()) {
    if (lines.size() - 2 == most_reasons) break;
    lines.push_back({"  " + reason, grouped(count)});
    left -= count;
  }
  if (left > 0) lines.push_back({"  none left to share with, or in doubt", grouped(left)});
  return "\n" + table(lines);
}

/// What was used beside what was planned, and beside what one request per row would have used.
/// Where earlier calls paid for part of the rows, the ratio is taken from what all calls used
/// together.
class CostPart {
 public:
  explicit CostPart(const RunSummary& summary)
      : summary_(summary),
        has_plan_(summary.planned && !summary.stopped),
        has_earlier_(summary.total_requests > summary.requests) {}

  std::string text() {
    head();
    requests();
    tokens();
    cost();
    auto text = table(lines_);
    if (summary_.baseline) {
      text += "  * estimated, from the prompts' bytes and the answers seen";
      if (summary_.total_usage.reasoning_tokens > 0) {
        text += "; of reasoning each row takes its share of its batch's";
      }
      text += '\n';
    }
    if (has_plan_) text += plan_ranges();
    return text;
  }

 private:
  /// The cells of a line; a column that the table does not have is left out.
  struct Cells {
    std::string now = {};
    std::string planned = {};
    std::string all = {};
    std::string single = {};
    std::string saving = {};
  };

  void head() {
    std::vector<std::string> line{"", "this run"};
    if (has_plan_) line.emplace_back("planned");
    if (has_earlier_) line.emplace_back("all runs");
    if (summary_.baseline) line.insert(line.end(), {"one request per row", "saving"});
    lines_.push_back(std::move(line));
  }

  void line(std::string name, Cells cells) {
    std::vector<std::string> line{std::move(name), std::move(cells.now)};
    if (has_plan_) line.push_back(std::move(cells.planned));
    if (has_earlier_) line.push_back(std::move(cells.all));
    if (summary_.baseline) {
      line.insert(line.end(), {std::move(cells.single), std::move(cells.saving)});
    }
    lines_.push_back(std::move(line));
  }

  void part(std::string name, std::int64_t count) {
    line("  " + std::move(name), {.now = grouped(count)});
  }

  std::string planned(std::int64_t PlannedBill::* count) const {
    return has_plan_ ? grouped((*summary_.planned).*count) : "";
  }

  bool has_vectors() const { return summary_.total_vectors.requests > 0; }

  /// What of the line above was for vectors.
  void vectors_part(std::int64_t VectorsBill::* count) {
    if (!has_vectors()) return;
    line("  embeddings",
         {.now = grouped(summary_.vectors.*count), .all = grouped(summary_.total_vectors.*count)});
  }

  void token_part(std::string name, std::int64_t Usage::* count) {
    line("  " + std::move(name),
         {.now = grouped(summary_.usage.*count), .all = grouped(summary_.total_usage.*count)});
  }

  void requests() {
    Cells cells{.now = grouped(summary_.requests),
                .planned = planned(&PlannedBill::requests),
                .all = grouped(summary_.total_requests)};
    if (const auto& baseline = summary_.baseline) {
      cells.single = grouped(baseline->requests) + " ";
      cells.saving = saving(static_cast<double>(baseline->requests),
                            static_cast<double>(summary_.total_requests));
    }
    line("requests", std::move(cells));
    part("retries", summary_.retries);
    part("repairs", summary_.repairs);
    vectors_part(&VectorsBill::requests);
  }

  void token_line(std::string name, std::int64_t Usage::* used, std::string plan,
                  std::int64_t Baseline::* single) {
    const auto all = summary_.total_usage.*used;
    Cells cells{
        .now = grouped(summary_.usage.*used), .planned = std::move(plan), .all = grouped(all)};
    if (const auto& baseline = summary_.baseline) {
      cells.single = grouped((*baseline).*single) + "*";
      cells.saving = saving(static_cast<double>((*baseline).*single), static_cast<double>(all));
    }
    line(std::move(name), std::move(cells));
  }

  void tokens() {
    token_line("input tokens", &Usage::input_tokens, planned(&PlannedBill::input_tokens),
               &Baseline::input_tokens);
    token_part("cached", &Usage::cached_input_tokens);
    if (summary_.total_usage.cache_write_tokens > 0) {
      token_part("cache write", &Usage::cache_write_tokens);
    }
    vectors_part(&VectorsBill::tokens);
    token_line("output tokens", &Usage::output_tokens,
               has_plan_ ? rounded(summary_.planned->output_tokens.expected) : "",
               &Baseline::output_tokens);
    token_part("reasoning", &Usage::reasoning_tokens);
  }

  void cost() {
    if (!summary_.cost_usd || !summary_.total_cost_usd) return;
    Cells cells{.now = dollars(*summary_.cost_usd), .all = dollars(*summary_.total_cost_usd)};
    if (has_plan_ && summary_.planned->cost_usd) {
      cells.planned = dollars(summary_.planned->cost_usd->expected);
    }
    if (summary_.baseline && summary_.baseline->cost_usd) {
      cells.single = dollars(*summary_.baseline->cost_usd) + "*";
      cells.saving = saving(*summary_.baseline->cost_usd, *summary_.total_cost_usd);
    }
    line("cost", std::move(cells));
    unpacked();
    if (!has_vectors()) return;
    line("  embeddings", {.now = dollars(summary_.vectors.cost_usd.value_or(0)),
                          .all = dollars(summary_.total_vectors.cost_usd.value_or(0))});
  }

  /// What one request per row would cost at best.
  void unpacked() {
    if (!summary_.baseline) return;
    const auto add = [&](std::string name, double usd) {
      line(std::move(name),
           {.single = dollars(usd) + "*", .saving = saving(usd, *summary_.total_cost_usd)});
    };
    const auto& baseline = *summary_.baseline;
    if (baseline.cached_cost_usd) add("  cached prefix", *baseline.cached_cost_usd);
    const auto& cheapest = baseline.cheapest;
    if (!cheapest || cheapest->via == "live") return;
    add(fmt::format("  cheapest: {}{}", cheapest->via, cheapest->cached ? ", cached" : ""),
        cheapest->cost_usd);
  }

  std::string plan_ranges() const {
    const auto& plan = *summary_.planned;
    auto text = fmt::format("  planned from {}{}; with 90 % {} to {} output tokens", plan.lengths,
                            plan.input_is_counted ? "" : ", input from bytes",
                            rounded(plan.output_tokens.low), rounded(plan.output_tokens.high));
    if (plan.cost_usd) {
      text += fmt::format(", {} to {}", dollars(plan.cost_usd->low), dollars(plan.cost_usd->high));
    }
    return text + '\n';
  }

  static std::string rounded(double tokens) { return grouped(std::llround(tokens)); }

  static std::string saving(double single, double used) {
    return single > 0 ? ratio(single, used) : "";
  }

  const RunSummary& summary_;
  bool has_plan_;
  bool has_earlier_;
  Lines lines_;
};

std::string speed(const RunSummary& summary) {
  if (summary.elapsed.count() == 0) return duration(summary.elapsed);
  const auto seconds = static_cast<double>(summary.elapsed.count()) / 1000;
  return fmt::format("{}, {:.1f} rows/s", duration(summary.elapsed),
                     static_cast<double>(summary.rows) / seconds);
}

std::string ending_part(const RunSummary& summary) {
  std::string text = fmt::format("  time        {}\n", speed(summary));
  text += fmt::format("  results     {}\n", summary.output);
  text += fmt::format("  checkpoint  {}\n", summary.checkpoint);
  if (summary.bulk_requests > 0) {
    text += fmt::format("  with the provider: {} in {}, counted at their worst case\n",
                        with_noun(summary.bulk_requests, "request"),
                        with_noun(summary.bulk_jobs, "bulk job"));
  }
  if (summary.stopped) {
    text += "  stopped before the end; the same command continues and buys no answer twice\n";
  }
  return text;
}

}  // namespace

std::string summary_table(const Requests& requests, const RequestsSummary& summary) {
  const auto& run = summary.run;
  return fmt::format("{}\n{}{}\n{}\n{}", title(requests.task(), run), rows_part(run),
                     packing_part(requests, summary), CostPart(run).text(), ending_part(run));
}

std::string summary_table(const Task& task, const RunSummary& summary) {
  return fmt::format("{}\n{}\n{}\n{}", title(task, summary), rows_part(summary),
                     CostPart(summary).text(), ending_part(summary));
}

}  // namespace sheaf::cli
