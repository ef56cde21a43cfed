#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>

#include "core/json.hpp"
#include "core/text.hpp"
#include "policies/policy.hpp"

namespace sheaf::bench {
namespace {

using Batch = std::span<const std::size_t>;

constexpr int most_retries = 3;
constexpr int most_rounds = 5;

/// One answer of a reply as it is printed.
struct Item {
  std::size_t key = 0;
  std::string_view text;
};

/// What stands behind a label at the start of a line, up to the next one. The last answer of a
/// reply that was cut is left out, as in JSON it could not be read.
std::vector<Item> items_of(const Completion& completion, std::size_t asked) {
  const std::string_view reply = completion.text;
  std::vector<Item> items;
  if (asked == 1) items.push_back({1, reply});
  for (std::size_t line = 0; asked > 1 && line < reply.size();) {
    const auto end = std::min(reply.find('\n', line), reply.size());
    std::size_t key = 0;
    const auto text = reply.substr(line, end - line);
    const auto* last = text.data() + text.size();
    if (text.starts_with("A[")) {
      const auto read = std::from_chars(text.data() + 2, last, key);
      if (read.ec == std::errc{} && last - read.ptr >= 2 && read.ptr[0] == ']' &&
          read.ptr[1] == ':') {
        items.push_back({key, {read.ptr + 2, 0}});
      }
    }
    if (!items.empty()) {
      const auto* begin = items.back().text.data();
      items.back().text = {begin, static_cast<std::size_t>(last - begin)};
    }
    line = end + 1;
  }
  if (completion.finish == FinishReason::length && !items.empty()) items.pop_back();
  return items;
}

/// What one policy has in hand.
struct Desk {
  const Problem& problem;
  FaultyModel& model;
  Values values;

  Desk(const Problem& any, FaultyModel& asked) : problem(any), model(asked), values(any.rows()) {}

  std::optional<std::string> read(std::string_view text) const {
    const auto value = problem.extractor().read(text, {});
    if (!value) return std::nullopt;
    return json::dump(*value);
  }
  bool note(std::size_t row, std::string_view text) {
    values[row] = read(text);
    return values[row].has_value();
  }
  void ask_alone(std::size_t row) {
    bool known = false;
    for (int i = 0; i <= most_retries && !known; ++i) {
      const auto completion = model.ask({&row, 1});
      for (const auto& item : items_of(completion, 1)) known = note(row, item.text);
    }
  }
};

/// Calls `each` with consecutive batches, until it returns false.
template <class Each>
void for_batches(const std::vector<std::size_t>& rows, Each each) {
  for (std::size_t first = 0; first < rows.size(); first += batch_size) {
    if (!each(Batch(rows).subspan(first, std::min(batch_size, rows.size() - first)))) return;
  }
}

std::vector<std::size_t> all_rows(const Problem& problem) {
  std::vector<std::size_t> rows(problem.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  return rows;
}

void pad_and_cut(Desk& desk, Batch batch) {
  const auto completion = desk.model.ask(batch);
  if (completion.finish == FinishReason::length) {
    if (batch.size() == 1) return;
    pad_and_cut(desk, batch.first(batch.size() / 2));
    pad_and_cut(desk, batch.subspan(batch.size() / 2));
    return;
  }
  const auto items = items_of(completion, batch.size());
  for (std::size_t i = 0; i < std::min(items.size(), batch.size()); ++i) {
    desk.note(batch[i], items[i].text);
  }
}

/// By key, the last one counts; whether every row has a value.
bool note_by_key(Desk& desk, Batch batch, const std::vector<Item>& items) {
  for (const auto row : batch) desk.values[row].reset();
  for (const auto& item : items) {
    if (item.key >= 1 && item.key <= batch.size()) desk.note(batch[item.key - 1], item.text);
  }
  return std::ranges::all_of(batch, [&](std::size_t row) { return desk.values[row].has_value(); });
}

/// The last number of a text, commas dropped.
std::optional<std::string> last_number(std::string text) {
  std::erase(text, ',');
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const auto end = std::ranges::find_if(text.rbegin(), text.rend(), is_digit).base();
  const auto begin = std::find_if_not(std::reverse_iterator(end), text.rend(), is_digit).base();
  if (begin == end) return std::nullopt;
  return std::string(begin, end);
}

}  // namespace

Values pad_and_cut(const Problem& problem, FaultyModel& model) {
  Desk desk(problem, model);
  for_batches(all_rows(problem), [&](Batch batch) {
    pad_and_cut(desk, batch);
    return true;
  });
  return desk.values;
}

Values singles_for_the_rest(const Problem& problem, FaultyModel& model) {
  Desk desk(problem, model);
  for_batches(all_rows(problem), [&](Batch batch) {
    const auto completion = model.ask(batch);
    const auto items = items_of(completion, batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (i >= items.size() || !desk.note(batch[i], items[i].text)) desk.ask_alone(batch[i]);
    }
    return true;
  });
  return desk.values;
}

Values null_for_the_rest(const Problem& problem, FaultyModel& model) {
  Desk desk(problem, model);
  for_batches(all_rows(problem), [&](Batch batch) {
    const auto completion = model.ask(batch);
    note_by_key(desk, batch, items_of(completion, batch.size()));
    return true;
  });
  return desk.values;
}

Values stop_at_a_wrong_count(const Problem& problem, FaultyModel& model) {
  Desk desk(problem, model);
  for_batches(all_rows(problem), [&](Batch batch) {
    const auto completion = model.ask(batch);
    const auto items = items_of(completion, batch.size());
    std::vector<std::size_t> keys;
    for (const auto& item : items) keys.push_back(item.key);
    std::ranges::sort(keys);
    bool exact = keys.size() == batch.size();
    for (std::size_t i = 0; exact && i < keys.size(); ++i) exact = keys[i] == i + 1;
    if (exact) note_by_key(desk, batch, items);
    return exact;
  });
  return desk.values;
}

Values whole_batch_again(const Problem& problem, FaultyModel& model) {
  Desk desk(problem, model);
  for_batches(all_rows(problem), [&](Batch batch) {
    for (int i = 0; i <= most_retries; ++i) {
      const auto completion = model.ask(batch);
      if (note_by_key(desk, batch, items_of(completion, batch.size()))) break;
    }
    return true;
  });
  return desk.values;
}

Values the_rest_again(const Problem& problem, FaultyModel& model) {
  Desk desk(problem, model);
  auto open = all_rows(problem);
  for (int round = 0; round <= most_rounds && !open.empty(); ++round) {
    for_batches(open, [&](Batch batch) {
      const auto completion = model.ask(batch);
      for (const auto& item : items_of(completion, batch.size())) {
        const bool known = item.key >= 1 && item.key <= batch.size();
        if (known && !desk.values[batch[item.key - 1]]) desk.note(batch[item.key - 1], item.text);
      }
      return true;
    });
    std::erase_if(open, [&](std::size_t row) { return desk.values[row].has_value(); });
  }
  return desk.values;
}

Values capture_in_line_order(const Problem& problem, FaultyModel& model) {
  constexpr std::string_view marker = "The answer is ";
  Desk desk(problem, model);
  for_batches(all_rows(problem), [&](Batch batch) {
    const auto completion = model.ask(batch);
    std::size_t next = 0;
    std::string_view left = completion.text;
    while (!left.empty() && next < batch.size()) {
      const auto end = std::min(left.find('\n'), left.size());
      const auto line = left.substr(0, end);
      left.remove_prefix(std::min(end + 1, left.size()));
      const auto at = line.rfind(marker);
      if (at == line.npos) continue;
      // What stands before one more character, meant as the full stop.
      std::string captured(line.substr(at + marker.size()));
      if (captured.empty()) continue;
      captured.pop_back();
      desk.values[batch[next++]] = last_number(captured);
    }
    return true;
  });
  return desk.values;
}

}  // namespace sheaf::bench
