#include "run/inspection.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/money.hpp"
#include "core/text.hpp"
#include "run/bulk_overview.hpp"
#include "run/ledger.hpp"
#include "run/ledger_table.hpp"
#include "run/stored_prices.hpp"
#include "store/retries.hpp"

namespace sheaf::run {
namespace {

using json::Array;
using json::Number;
using json::Object;
using json::Value;

constexpr std::size_t slowest_shown = 5;

struct Slow {
  std::int64_t latency_ms = 0;
  store::AttemptNo attempt = 0;
  std::size_t size = 0;
  int round = 0;
};

/// Everything one pass over the file collects.
struct Overview {
  store::TaskMark mark;
  store::Spending spending;
  std::int64_t answered = 0;
  std::int64_t failed = 0;
  std::int64_t open = 0;
  std::int64_t repaired = 0;
  std::map<std::string, std::int64_t> failures;
  std::int64_t attempts = 0;
  std::int64_t retries = 0;
  std::int64_t unfinished = 0;
  std::map<std::string, std::int64_t> faults;
  std::map<int, std::int64_t> rounds;
  std::vector<Slow> slowest;
  Ledger ledger;
  std::vector<WaitingJob> jobs;
  Value planned;  ///< What the last run that came to its end was to take, and took; null: unknown.
};

void count_attempt(Overview& overview, const store::Attempt& attempt) {
  ++overview.attempts;
  if (kind_of(attempt.start) == store::AttemptKind::completion) {
    ++overview.rounds[attempt.start.round];
  }
  if (!attempt.end) {
    ++overview.unfinished;
    return;
  }
  if (!attempt.end->fault_reason.empty()) ++overview.faults[attempt.end->fault_reason];
  overview.slowest.push_back(
      {attempt.end->latency_ms, attempt.number, attempt.start.samples.size(), attempt.start.round});
  std::ranges::sort(overview.slowest, std::greater{}, &Slow::latency_ms);
  if (overview.slowest.size() > slowest_shown) overview.slowest.pop_back();
}

Expected<Value> planned_in(store::Checkpoint& store) {
  const auto mark = store.completion_mark();
  if (!mark) return std::unexpected(mark.error());
  if (!*mark) return Value();
  const auto summary = json::parse((*mark)->summary);
  const auto* planned = summary ? summary->find("planned") : nullptr;
  return planned == nullptr ? Value() : *planned;
}

Expected<Overview> collect(store::Checkpoint& store) {
  Overview overview;
  auto mark = store.task_mark();
  if (!mark) return std::unexpected(mark.error());
  overview.mark = *mark;
  auto models = store.models();
  if (!models) return std::unexpected(models.error());
  overview.ledger = Ledger(read_prices(mark->prices), std::move(*models));
  auto spending = store.spending();
  if (!spending) return std::unexpected(spending.error());
  overview.spending = *spending;
  auto jobs = waiting_jobs(store);
  if (!jobs) return std::unexpected(jobs.error());
  overview.jobs = std::move(*jobs);
  for (store::SampleNo number = 1; number <= store.sample_count(); ++number) {
    auto record = store.read(number);
    if (!record) return std::unexpected(record.error());
    if (record->state == store::SampleState::open) ++overview.open;
    if (record->state == store::SampleState::failed) {
      ++overview.failed;
      ++overview.failures[record->reason];
    }
    if (record->state == store::SampleState::answered) {
      ++overview.answered;
      if (record->place.round > 1) ++overview.repaired;
    }
  }
  store::Retries retries;
  auto visited = store.for_each_attempt([&](const store::Attempt& attempt) {
    count_attempt(overview, attempt);
    const bool is_retry = retries.count(attempt);
    if (is_retry) ++overview.retries;
    overview.ledger.add(attempt, is_retry);
    return true;
  });
  if (!visited) return std::unexpected(visited.error());
  auto planned = planned_in(store);
  if (!planned) return std::unexpected(planned.error());
  overview.planned = std::move(*planned);
  return overview;
}

template <class Key>
std::string counts(const std::map<Key, std::int64_t>& map) {
  std::string text;
  for (const auto& [key, count] : map) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, count);
  }
  return text.empty() ? "none" : text;
}

template <class Key>
Object counts_json(const std::map<Key, std::int64_t>& map) {
  Object object;
  for (const auto& [key, count] : map) object.emplace_back(fmt::format("{}", key), count);
  return object;
}

Object usage_json(const Usage& usage) {
  return {{"input_tokens", usage.input_tokens},
          {"cached_input_tokens", usage.cached_input_tokens},
          {"output_tokens", usage.output_tokens},
          {"reasoning_tokens", usage.reasoning_tokens},
          {"cache_write_tokens", usage.cache_write_tokens}};
}

Value money_json(Money money) { return Number{to_decimal(money)}; }

Object vectors_json(const store::Spending::Part& vectors) {
  return {{"requests", vectors.requests},
          {"tokens", vectors.tokens},
          {"cost_usd", money_json(vectors.cost)}};
}

std::string usage_text(const Usage& usage) {
  return fmt::format("input {} (cached {}, cache write {}), output {} (reasoning {})",
                     usage.input_tokens, usage.cached_input_tokens, usage.cache_write_tokens,
                     usage.output_tokens, usage.reasoning_tokens);
}

/// A number of a planned bill, as it stands there; "-" where there is none.
std::string figure(const Value& planned, std::string_view path) {
  const auto* found = planned.find_path(path);
  const auto value = found == nullptr ? std::nullopt : found->real();
  if (!value) return "-";
  return path.starts_with("cost") || path.ends_with("usd")
             ? to_display(Money{std::llround(*value * 1e12)})
             : fmt::format("{}", std::llround(*value));
}

std::string planned_text(const Value& planned) {
  const auto of = [&planned](std::string_view path) { return figure(planned, path); };
  auto text = fmt::format("{} requests, {} input tokens, {} output tokens ({} to {})",
                          of("requests"), of("input_tokens"), of("output_tokens.expected"),
                          of("output_tokens.low"), of("output_tokens.high"));
  const bool is_priced = planned.find_path("cost_usd.expected") != nullptr;
  if (is_priced) {
    text += fmt::format(", {} ({} to {})", of("cost_usd.expected"), of("cost_usd.low"),
                        of("cost_usd.high"));
  }
  text += fmt::format("; that run took {} requests, {} input tokens, {} output tokens",
                      of("took.requests"), of("took.input_tokens"), of("took.output_tokens"));
  return is_priced ? text + ", " + of("took.cost_usd") : text;
}

std::string as_text(const Overview& overview) {
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{:<10} {}\n", name, value);
  };
  line("task", text::display_safe(overview.mark.task_name));
  line("samples", fmt::format("{} answered ({} by a repair), {} failed, {} open", overview.answered,
                              overview.repaired, overview.failed, overview.open));
  line("failures", counts(overview.failures));
  line("requests",
       fmt::format("{} sent, {} of them retries, {} without an end; {} counted as spent",
                   overview.attempts, overview.retries, overview.unfinished,
                   overview.spending.requests));
  line("faults", counts(overview.faults));
  line("rounds", counts(overview.rounds));
  line("tokens", usage_text(overview.spending.usage));
  line("cost", to_display(overview.spending.cost));
  if (overview.planned.object() != nullptr) line("planned", planned_text(overview.planned));
  if (const auto& vectors = overview.spending.vectors; vectors.requests > 0) {
    line("embeddings", fmt::format("of these {} requests, {} tokens, {}", vectors.requests,
                                   vectors.tokens, to_display(vectors.cost)));
  }
  text += waiting_jobs_text(overview.jobs);
  text += ledger_text(overview.ledger, overview.spending);
  for (const auto& slow : overview.slowest) {
    if (slow.round == 0) {
      line("slow", fmt::format("request {}: {} ms, vectors", slow.attempt, slow.latency_ms));
      continue;
    }
    line("slow", fmt::format("request {}: {} ms, {} samples, round {}", slow.attempt,
                             slow.latency_ms, slow.size, slow.round));
  }
  return text;
}

std::string as_json(const Overview& overview) {
  Array slowest;
  for (const auto& slow : overview.slowest) {
    slowest.emplace_back(Object{{"request", slow.attempt},
                                {"latency_ms", slow.latency_ms},
                                {"size", static_cast<std::int64_t>(slow.size)},
                                {"round", slow.round}});
  }
  const Object object{{"task", overview.mark.task_name},
                      {"samples", Object{{"answered", overview.answered},
                                         {"repaired", overview.repaired},
                                         {"failed", overview.failed},
                                         {"open", overview.open}}},
                      {"failures", counts_json(overview.failures)},
                      {"requests", Object{{"sent", overview.attempts},
                                          {"retries", overview.retries},
                                          {"without_end", overview.unfinished},
                                          {"spent", overview.spending.requests}}},
                      {"faults", counts_json(overview.faults)},
                      {"rounds", counts_json(overview.rounds)},
                      {"usage", usage_json(overview.spending.usage)},
                      {"cost_usd", money_json(overview.spending.cost)},
                      {"ledger", ledger_json(overview.ledger, overview.spending)},
                      {"planned", overview.planned},
                      {"embeddings", vectors_json(overview.spending.vectors)},
                      {"bulk_jobs", waiting_jobs_json(overview.jobs)},
                      {"slowest", std::move(slowest)}};
  return json::dump(object) + "\n";
}

std::string_view name_of(store::SampleState state) {
  switch (state) {
    case store::SampleState::open:
      return "open";
    case store::SampleState::answered:
      return "answered";
    case store::SampleState::failed:
      break;
  }
  return "failed";
}

/// Keeps line breaks; everything else that could steer a terminal is escaped.
std::string block(const std::string& text) {
  std::string safe;
  for (const auto line : text::lines(text)) {
    safe += "  | " + text::display_safe(line, line.size() * 4 + 16) + "\n";
  }
  return safe;
}

Value attempt_json(const store::Attempt& attempt, std::size_t position) {
  Object object{{"request", attempt.number},
                {"attempt", attempt.start.attempt},
                {"round", attempt.start.round},
                {"size", static_cast<std::int64_t>(attempt.start.samples.size())},
                {"position", static_cast<std::int64_t>(position)},
                {"prompt_prefix", attempt.start.prompt_prefix},
                {"prompt", attempt.start.prompt_rest}};
  if (!attempt.end) return object;
  object.emplace_back("latency_ms", attempt.end->latency_ms);
  if (attempt.end->fault_reason.empty()) {
    object.emplace_back("reply", attempt.end->reply);
  } else {
    object.emplace_back("fault", Object{{"reason", attempt.end->fault_reason},
                                        {"detail", attempt.end->fault_detail}});
  }
  if (attempt.end->usage) {
    object.emplace_back("usage", usage_json(*attempt.end->usage));
    object.emplace_back("cost_usd", money_json(attempt.end->cost));
  }
  return object;
}

std::string attempt_text(const store::Attempt& attempt, std::size_t position, bool with_prefix) {
  auto text = fmt::format("request {}, attempt {}, round {}: position {} of {}\n", attempt.number,
                          attempt.start.attempt, attempt.start.round, position,
                          attempt.start.samples.size());
  text += with_prefix ? " prompt\n" + block(attempt.start.prompt_prefix)
                      : " prompt (the shared part as above)\n";
  text += block(attempt.start.prompt_rest);
  if (!attempt.end) return text + " no end is known: the run was cut off\n";
  if (!attempt.end->fault_reason.empty()) {
    return text + fmt::format(" fault {}: {}\n", attempt.end->fault_reason,
                              text::display_safe(attempt.end->fault_detail));
  }
  if (attempt.end->usage) {
    text += fmt::format(" tokens {}; cost {}\n", usage_text(*attempt.end->usage),
                        to_display(attempt.end->cost));
  }
  return text + fmt::format(" reply after {} ms\n", attempt.end->latency_ms) +
         block(attempt.end->reply);
}

}  // namespace

Expected<std::string> inspect_run(store::Checkpoint& store, Form form) {
  auto overview = collect(store);
  if (!overview) return std::unexpected(overview.error());
  return form == Form::json ? as_json(*overview) : as_text(*overview);
}

Expected<std::string> inspect_row(store::Checkpoint& store, const std::string& id, Form form) {
  auto number = store.find_row(id);
  if (!number) return std::unexpected(number.error());
  if (!*number) {
    return fail(ErrorCode::usage, fmt::format("no row of the last run has the id \"{}\"",
                                              text::display_safe(id, 80)));
  }
  auto record = store.read(**number);
  if (!record) return std::unexpected(record.error());
  Array attempts;
  std::string text = fmt::format("{} is {}", text::display_safe(id, 80), name_of(record->state));
  text += record->state == store::SampleState::failed
              ? fmt::format(": {} ({})\n", record->reason, text::display_safe(record->detail))
              : fmt::format(": {}\n", text::display_safe(record->value_json));
  text += fmt::format("its share: tokens {}; cost {}\n", usage_text(record->usage),
                      to_display(record->cost));
  std::string last_prefix;
  auto visited = store.for_each_attempt([&](const store::Attempt& attempt) {
    const auto& samples = attempt.start.samples;
    const auto found = std::ranges::find(samples, **number);
    if (found == samples.end()) return true;
    const auto position = static_cast<std::size_t>(found - samples.begin()) + 1;
    if (form == Form::json) {
      attempts.push_back(attempt_json(attempt, position));
    } else {
      text += attempt_text(attempt, position, attempt.start.prompt_prefix != last_prefix);
    }
    last_prefix = attempt.start.prompt_prefix;
    return true;
  });
  if (!visited) return std::unexpected(visited.error());
  if (form == Form::text) return text;
  Object object{{"id", id}, {"status", std::string(name_of(record->state))}};
  if (auto value = json::parse(record->value_json)) object.emplace_back("answer", *value);
  object.emplace_back("text", record->text);
  object.emplace_back("requests", record->requests);
  object.emplace_back("usage", usage_json(record->usage));
  object.emplace_back("cost_usd", money_json(record->cost));
  object.emplace_back("prompts", std::move(attempts));
  return json::dump(object) + "\n";
}

}  // namespace sheaf::run
