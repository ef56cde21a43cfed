// Ways to join the answers of a reply to rows and to ask again: the product's, and those that other
// tools document, written afresh. All of them see the same prompts, labels and replies; a reply's
// answers are taken apart and read alike. What differs is which row an answer goes to, and what is
// done about one that is not there. docs/policies.md says what each stands for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/faulty_model.hpp"

namespace sheaf::bench {

/// The value that each row was given; nullopt: none.
using Values = std::vector<std::optional<std::string>>;

struct Policy {
  std::string_view name;
  Values (*run)(const Problem& problem, FaultyModel& model);
};

/// The product's runner, in virtual time.
Values ask_by_doubt(const Problem& problem, FaultyModel& model);

Values pad_and_cut(const Problem& problem, FaultyModel& model);
Values singles_for_the_rest(const Problem& problem, FaultyModel& model);
Values null_for_the_rest(const Problem& problem, FaultyModel& model);
Values stop_at_a_wrong_count(const Problem& problem, FaultyModel& model);
Values whole_batch_again(const Problem& problem, FaultyModel& model);
Values the_rest_again(const Problem& problem, FaultyModel& model);
Values capture_in_line_order(const Problem& problem, FaultyModel& model);

inline constexpr std::string_view ours = "by key, only doubts again (sheaf)";

inline constexpr Policy policies[] = {
    {"by line, padded and cut (the paper's code)", capture_in_line_order},
    {"by position, padded and cut", pad_and_cut},
    {"by position, missing ones alone", singles_for_the_rest},
    {"by key, null for missing ones", null_for_the_rest},
    {"by key, stop at a wrong count", stop_at_a_wrong_count},
    {"by key, the whole batch again", whole_batch_again},
    {"by key, missing ones again", the_rest_again},
    {ours, ask_by_doubt},
};

}  // namespace sheaf::bench
