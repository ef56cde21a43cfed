// What a reader of a report has to know beside its figures.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "eval/report.hpp"

namespace sheaf::eval {
namespace {

using statistics::enough_batches;

class Notes {
 public:
  explicit Notes(ReportData& data) : data_(data) {}

  void add_all() {
    about_models();
    about_gold();
    about_extremes();
    about_batches();
    about_repeats();
    about_unfinished();
    about_smaller_prompts();
    about_prices();
    about_rows_without_result();
    about_unequal_rows();
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> form, Args&&... args) {
    data_.notes.push_back(fmt::format(form, std::forward<Args>(args)...));
  }

  void about_models() {
    const auto simulated = [](const Cell& cell) { return cell.simulated; };
    if (std::ranges::none_of(data_.cells, simulated)) return;
    data_.notes.insert(data_.notes.begin(),
                       "The model was simulated: its answers, tokens and times say nothing about "
                       "a real one.");
  }

  void about_gold() {
    const auto& set = data_.rows;
    if (set.unreadable_gold > 0) {
      add("{} of {} gold values cannot be read, and their rows count in no accuracy: {}",
          set.unreadable_gold, set.rows, fmt::join(set.gold_faults, "; "));
    }
    const auto without = set.rows - set.with_gold - set.unreadable_gold;
    if (set.rows == 0) {
      add("There is no row.");
    } else if (set.with_gold == 0 && set.unreadable_gold == 0) {
      add("No row has a gold value: nothing is said of accuracy. Name the column in the task as "
          "`gold`.");
    } else if (without > 0) {
      add("{} of {} rows have no gold value, and count in no accuracy.", without, set.rows);
    }
    if (set.with_gold == 1) add("One row has a gold value: that shows nothing.");
    for (const auto& name : set.absent_classes) add("No row has the gold value \"{}\".", name);
  }

  void about_extremes() {
    for (const auto& cell : data_.cells) {
      const auto& found = cell.measures.final_answers;
      if (!found || found->n < 2) continue;
      if (found->correct == found->n) add("{}: every answer is right.", cell.name);
      if (found->correct == 0) {
        add("{}: no answer is right. Look at how gold values and answers are written.", cell.name);
      }
    }
  }

  void about_batches() {
    std::set<int> few;
    for (const auto& cell : data_.cells) {
      const auto& found = cell.measures.final_answers;
      if (found && found->approximate) few.insert(cell.key.batch_size);
    }
    if (few.empty()) return;
    add("Fewer than {} batches at b = {}: the intervals there are approximate.", enough_batches,
        fmt::join(few, ", "));
  }

  void about_repeats() {
    if (data_.kind != "sweep") return;
    const auto repeated = [](const Variant& variant) { return variant.repeats > 1; };
    if (std::ranges::any_of(data_.variants, repeated)) return;
    add("With one repeat every row stands at one place of one batch: what a position does and what "
        "its rows are cannot be told apart. Use --repeat.");
  }

  void about_smaller_prompts() {
    for (const auto& cell : data_.cells) {
      const auto count = cell.measures.made_smaller;
      if (count == 0) continue;
      add("{}: for {} of {} rows a prompt of {} brought no reply (too long, or lost), and their "
          "first answer is that of a smaller one.",
          cell.name, count, cell.measures.rows, cell.key.batch_size);
    }
  }

  void about_rows_without_result() {
    for (const auto& cell : data_.cells) {
      if (cell.without_result == 0) continue;
      add("{}: {} rows with a gold value have no result, and count in no accuracy.", cell.name,
          cell.without_result);
    }
  }

  void about_prices() {
    std::set<std::string> models;
    bool priced = false;
    for (const auto& cell : data_.cells) {
      models.insert(cell.key.model);
      priced = priced || cell.is_priced;
    }
    if (models.size() > 1 && priced) {
      add("The task names one price for all models: their costs cannot be compared.");
    }
  }

  void about_unfinished() {
    for (const auto& cell : data_.cells) {
      if (!cell.stopped.empty())
        add("{} is not complete, and in no comparison: {}", cell.name, cell.stopped);
    }
  }

  void about_unequal_rows() {
    for (const auto& variant : data_.variants) {
      for (const auto& size : variant.sizes) {
        const auto& found = size.against_single;
        if (!found || found->only_in_one == 0) continue;
        add("b = {} and b = 1 do not have the same rows: {} stand in one of them alone, and are "
            "not compared.",
            size.batch_size, found->only_in_one);
      }
    }
  }

  ReportData& data_;
};

}  // namespace

std::string note_on_bad_rows(std::int64_t count) {
  return count == 1 ? "1 row cannot be read, and is in no figure."
                    : fmt::format("{} rows cannot be read, and are in no figure.", count);
}

void add_notes(ReportData& data) { Notes(data).add_all(); }

}  // namespace sheaf::eval
