#include "simulate/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <expected>

#include <fmt/format.h>

#include "core/text.hpp"
#include "simulate/fault_kinds.hpp"

namespace sheaf {
namespace {

using Done = std::expected<void, std::string>;
using Setter = Done (*)(SimulateOptions&, std::string_view);

template <class T>
std::optional<T> parse_whole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_real(std::string_view text) {
  const auto value = parse_whole<double>(text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::optional<double> parse_rate(std::string_view text) {
  const auto value = parse_real(text);
  if (!value || *value < 0 || *value > 1) return std::nullopt;
  return value;
}

Done wrong(std::string_view what) { return std::unexpected(std::string(what)); }

template <auto Member>
Done set_rate(SimulateOptions& options, std::string_view text) {
  const auto rate = parse_rate(text);
  if (!rate) return wrong("write a rate from 0 to 1");
  const double value = *rate;
  options.*Member = value;
  return {};
}

template <auto Member>
Done set_amount(SimulateOptions& options, std::string_view text) {
  constexpr double most = 1e9;
  const auto amount = parse_real(text);
  if (!amount || *amount < 0 || *amount > most) return wrong("write a number from 0 to 1e9");
  options.*Member = *amount;
  return {};
}

template <auto Member, std::int64_t Least>
Done set_count(SimulateOptions& options, std::string_view text) {
  constexpr std::int64_t most = 1'000'000'000'000;
  const auto count = parse_whole<std::int64_t>(text);
  if (!count || *count < Least || *count > most) {
    return std::unexpected(fmt::format("write a whole number from {}", Least));
  }
  const std::int64_t value = *count;
  options.*Member = value;
  return {};
}

template <auto Member>
Done set_flag(SimulateOptions& options, std::string_view text) {
  if (text != "true" && text != "false") return wrong("write true or false");
  options.*Member = text == "true";
  return {};
}

template <auto Member>
Done set_text(SimulateOptions& options, std::string_view text) {
  options.*Member = std::string(text);
  return {};
}

/// The words that one option may be, and how a list of them reads.
template <class T>
struct Choice {
  std::string_view name;
  T value;
};
constexpr std::array tokens_names{Choice{"bytes", SimulatedTokens::bytes},
                                  Choice{"o200k_base", SimulatedTokens::o200k_base},
                                  Choice{"cl100k_base", SimulatedTokens::cl100k_base}};
constexpr std::string_view tokens_form = "bytes, o200k_base or cl100k_base";
constexpr std::array dialect_names{Choice{"openai", SimulatedDialect::openai},
                                   Choice{"mistral", SimulatedDialect::mistral}};
constexpr std::string_view dialect_form = "openai or mistral";
constexpr std::array cache_names{Choice{"none", SimulatedCache::none},
                                 Choice{"openai_automatic", SimulatedCache::openai_automatic},
                                 Choice{"openai_breakpoints", SimulatedCache::openai_breakpoints},
                                 Choice{"anthropic", SimulatedCache::anthropic}};
constexpr std::string_view cache_form = "none, openai_automatic, openai_breakpoints or anthropic";

template <auto Member, const auto& Choices, const std::string_view& Form>
Done set_choice(SimulateOptions& options, std::string_view text) {
  std::vector<std::string> names;
  for (const auto& [name, value] : Choices) {
    if (name == text) {
      options.*Member = value;
      return {};
    }
    names.emplace_back(name);
  }
  const auto nearest = text::nearest(text, names);
  return std::unexpected(
      fmt::format("write {}{}", Form, nearest ? fmt::format("; did you mean {}?", *nearest) : ""));
}

Done set_seed(SimulateOptions& options, std::string_view text) {
  const auto seed = parse_whole<std::uint64_t>(text);
  if (!seed) return wrong("write a whole number from 0");
  options.seed = *seed;
  return {};
}

/// The parts between commas, trimmed; a last empty one is not counted.
std::vector<std::string_view> listed(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text::trim(text).empty()) {
    const auto comma = std::min(text.find(','), text.size());
    parts.push_back(text::trim(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

Done set_sizes(SimulateOptions& options, std::string_view text) {
  constexpr int most = 1000;
  std::map<int, double> rates;
  for (const auto part : listed(text)) {
    const auto colon = part.find(':');
    if (colon == part.npos) return wrong("write SIZE:RATE,SIZE:RATE such as 1:0.95,6:0.9");
    const auto size = parse_whole<int>(text::trim(part.substr(0, colon)));
    const auto rate = parse_rate(text::trim(part.substr(colon + 1)));
    if (!size || *size < 1 || *size > most) return wrong("write a batch size from 1 to 1000");
    if (!rate) return wrong("write a rate from 0 to 1 for each batch size");
    rates.insert_or_assign(*size, *rate);
  }
  options.accuracy_by_size = std::move(rates);
  return {};
}

Done set_positions(SimulateOptions& options, std::string_view text) {
  if (text.find(',') == text.npos) {
    const auto slope = parse_real(text);
    if (!slope || std::abs(*slope) > 1) {
      return wrong("write a number from -1 to 1, or a list of rates such as 1,0.98,0.95");
    }
    options.accuracy_by_position = *slope;
    return {};
  }
  std::vector<double> factors;
  for (const auto part : listed(text)) {
    const auto factor = parse_rate(part);
    if (!factor) return wrong("write rates from 0 to 1 such as 1,0.98,0.95");
    factors.push_back(*factor);
  }
  options.accuracy_by_position = std::move(factors);
  return {};
}

struct Entry {
  SimulateOption shown;
  Setter set;
};

using O = SimulateOptions;

constexpr std::array entries{
    Entry{{"seed", "whole number", "0", "Every draw is made from it"}, set_seed},
    Entry{{"accuracy", "rate", "1", "Share of answers that are right"}, set_rate<&O::accuracy>},
    Entry{{"accuracy_by_size", "SIZE:RATE,...", "",
           "Accuracy from a batch size on, in place of `accuracy`"},
          set_sizes},
    Entry{{"accuracy_by_position", "number, or RATE,RATE,...", "0",
           "Added to the accuracy for each position after the first; or a list it is multiplied by,"
           " position by position"},
          set_positions},
    Entry{{"voice", "column, or COLUMN,COLUMN,...", "",
           "Dotted path of the column whose text is said as the answer; of several columns, one as "
           "right as the accuracy asks"},
          set_text<&O::voice>},
    Entry{{"nonce", "true or false", "false", "Each answer carries a word made from its row's id"},
          set_flag<&O::nonce>},
    Entry{{"tokens", tokens_form, "bytes",
           "What tokens are counted by: a quarter of the bytes, or exactly by OpenAI's encoding of "
           "that name"},
          set_choice<&O::tokens, tokens_names, tokens_form>},
    Entry{{"dialect", dialect_form, "openai", "Whose chat completions it speaks"},
          set_choice<&O::dialect, dialect_names, dialect_form>},
    Entry{{"reasoning_model", "true or false", "false",
           "It refuses sampling, `stop`, and `max_tokens` in chat, as reasoning models do"},
          set_flag<&O::reasoning_model>},
    Entry{{"reasoning_tokens", "whole number", "0",
           "Tokens of reasoning that each reply is billed, inside its cap"},
          set_count<&O::reasoning_tokens, 0>},
    Entry{{"cache", cache_form, "",
           "By which rule prompts are cached; without it that of the wire format's provider"},
          set_choice<&O::cache, cache_names, cache_form>},
    Entry{{"cache_minimum", "whole number", "1024", "Tokens below which no prefix is cached"},
          set_count<&O::cache_minimum, 1>},
    Entry{{"cache_lifetime_s", "whole number", "",
           "Seconds that a prefix stays cached, from the start of the request that wrote or read "
           "it; without it as the rule or the request says"},
          set_count<&O::cache_lifetime_s, 1>},
    Entry{{"first_token_ms", "number", "0", "Milliseconds until a reply begins"},
          set_amount<&O::first_token_ms>},
    Entry{{"tokens_per_second", "number", "0", "Speed of writing; 0 is all at once"},
          set_amount<&O::tokens_per_second>},
    Entry{{"requests_per_minute", "whole number", "", "Requests that any minute may hold"},
          set_count<&O::requests_per_minute, 1>},
    Entry{{"tokens_per_minute", "whole number", "", "Tokens that any minute may hold"},
          set_count<&O::tokens_per_minute, 1>},
    Entry{{"concurrency", "whole number", "", "Requests in flight; one more gets a 429"},
          set_count<&O::concurrency, 1>},
    Entry{{"context_tokens", "whole number", "", "Prompt and cap together; more gets a 400"},
          set_count<&O::context_tokens, 1>},
    Entry{{"max_output_tokens", "whole number", "", "Cap a request may ask for; more gets a 400"},
          set_count<&O::max_output_tokens, 1>},
    Entry{{"key", "text", "", "The key to ask for; others get a 401"}, set_text<&O::key>},
    Entry{
        {"content_faults", "rate", "0",
         "Rate of each content fault below, but `mislabel` and `block`, that has none of its own"},
        set_rate<&O::content_faults>},
    Entry{{"drop", "rate", "", "One answer is left out"}, set_rate<&O::drop>},
    Entry{{"swap", "rate", "", "Two answers change places, each with its key"}, set_rate<&O::swap>},
    Entry{{"duplicate", "rate", "", "One answer is printed twice"}, set_rate<&O::duplicate>},
    Entry{{"conflict", "rate", "", "One key is printed twice with different answers"},
          set_rate<&O::conflict>},
    Entry{{"renumber", "rate", "",
           "Keys from 0, all keys one too high, or one answer under another's key"},
          set_rate<&O::renumber>},
    Entry{{"preamble", "rate", "", "Words, a thought or a code fence before the answers"},
          set_rate<&O::preamble>},
    Entry{{"echo", "rate", "", "The questions are repeated before the answers"},
          set_rate<&O::echo>},
    Entry{{"multi_line", "rate", "", "Answers are broken over lines"}, set_rate<&O::multi_line>},
    Entry{{"cut", "rate", "", "Cut at a random byte with finish reason `length`"},
          set_rate<&O::cut>},
    Entry{{"refuse", "rate", "", "One answer says that it cannot answer, and names no value"},
          set_rate<&O::refuse>},
    Entry{{"prose", "rate", "", "Values are stated without the marker sentence"},
          set_rate<&O::prose>},
    Entry{{"mislabel", "rate", "0",
           "Two keys exchanged, or a sample skipped and the rest renumbered without a gap:"
           " no decoder can see it"},
          set_rate<&O::mislabel>},
    Entry{{"block", "rate", "0", "The provider's filter lets no answer out"}, set_rate<&O::block>},
    Entry{{"transport_faults", "rate", "0",
           "Rate of each transport fault below that has none of its own"},
          set_rate<&O::transport_faults>},
    Entry{{"http_429", "rate", "", "429 with `Retry-After`"}, set_rate<&O::http_429>},
    Entry{{"http_500", "rate", "", "500"}, set_rate<&O::http_500>},
    Entry{{"http_503", "rate", "", "503"}, set_rate<&O::http_503>},
    Entry{{"stall", "rate", "", "Half of the reply, silence for `stall_ms`, then the end"},
          set_rate<&O::stall>},
    Entry{{"reset", "rate", "", "Half of the reply, then a reset connection"}, set_rate<&O::reset>},
    Entry{{"html", "rate", "", "An HTML page, with status 200 or 502"}, set_rate<&O::html>},
    Entry{{"half_json", "rate", "", "A complete response whose JSON breaks off"},
          set_rate<&O::half_json>},
    Entry{{"stall_ms", "whole number", "2000", "How long a stall lasts"},
          set_count<&O::stall_ms, 0>},
    Entry{{"bulk_delay_ms", "whole number", "0", "From a bulk job's creation until it has ended"},
          set_count<&O::bulk_delay_ms, 0>},
    Entry{{"bulk_errors", "rate", "0", "Requests of a bulk job that fail with a server error"},
          set_rate<&O::bulk_errors>},
    Entry{{"bulk_expired", "rate", "0", "Requests of a bulk job that are not answered in time"},
          set_rate<&O::bulk_expired>},
    Entry{{"bulk_accept_then_drop", "rate", "0",
           "Bulk jobs that are accepted although the connection breaks before that is told"},
          set_rate<&O::bulk_accept_then_drop>},
    Entry{{"sample_stats", "true or false", "true",
           "`/stats` lists what was answered to each sample; needs memory for each answer"},
          set_flag<&O::sample_stats>},
};

constexpr auto shown_entries = [] {
  std::array<SimulateOption, entries.size()> shown;
  std::ranges::transform(entries, shown.begin(), &Entry::shown);
  return shown;
}();

const Entry* find_entry(std::string_view name) {
  std::string known(name);
  std::ranges::replace(known, '-', '_');
  const auto* found =
      std::ranges::find(entries, known, [](const Entry& e) { return e.shown.name; });
  return found == entries.end() ? nullptr : found;
}

std::unexpected<Error> unknown(std::string_view name) {
  std::vector<std::string> names;
  names.reserve(entries.size());
  for (const Entry& entry : entries) names.emplace_back(entry.shown.name);
  const auto nearest = text::nearest(name, names);
  return fail(ErrorCode::usage,
              fmt::format("the simulated model has no option '{}'{}", text::display_safe(name, 60),
                          nearest ? fmt::format("; did you mean {}?", *nearest)
                                  : "; docs/simulated-model.md lists them"));
}

Expected<void> check_sum(double sum, std::string_view what) {
  constexpr double most = 1 + 1e-9;
  if (sum <= most) return {};
  return fail(ErrorCode::usage,
              fmt::format("the simulated model's {} faults add up to {:.4g}; lower their rates to "
                          "at most 1 together, since one at most befalls a reply",
                          what, sum));
}

}  // namespace

std::span<const SimulateOption> simulate_options() { return shown_entries; }

Expected<void> set_simulate_option(SimulateOptions& options, std::string_view name,
                                   std::string_view text) {
  const Entry* entry = find_entry(name);
  if (entry == nullptr) return unknown(name);
  const auto done = entry->set(options, text::trim(text));
  if (done) return {};
  return fail(ErrorCode::usage,
              fmt::format("the simulated model's option {}: '{}' will not do; {}",
                          entry->shown.name, text::display_safe(text, 60), done.error()));
}

Expected<void> check_simulate_options(const SimulateOptions& options) {
  const auto sum = [&](const auto& kinds) {
    double all = 0;
    for (const auto& kind : kinds) all += simulate::rate(options, kind.fault);
    return all;
  };
  auto checked = check_sum(sum(simulate::content_faults), "content");
  if (checked) checked = check_sum(sum(simulate::wire_faults), "transport");
  if (checked) checked = check_sum(options.bulk_errors + options.bulk_expired, "bulk");
  return checked;
}

namespace simulate {
namespace {

std::optional<std::string> scalar_text(const json::Value& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* number = value.number()) return number->digits;
  if (const auto* flag = value.boolean()) return *flag ? "true" : "false";
  return std::nullopt;
}

/// A map as "1:0.95,6:0.9,", a list as "1,0.98,"; nullopt for what has no such form.
std::optional<std::string> option_text(const json::Value& value) {
  std::string out;
  if (const auto* map = value.object()) {
    for (const auto& [key, inner] : *map) {
      const auto text = scalar_text(inner);
      if (!text) return std::nullopt;
      out += fmt::format("{}:{},", key, *text);
    }
    return out;
  }
  const auto* list = value.array();
  if (list == nullptr) return scalar_text(value);
  for (const auto& inner : *list) {
    const auto text = scalar_text(inner);
    if (!text) return std::nullopt;
    out += fmt::format("{},", *text);
  }
  return out;
}

}  // namespace

Expected<SimulateOptions> read_options(const json::Object& section) {
  SimulateOptions options;
  for (const auto& [name, value] : section) {
    if (find_entry(name) == nullptr) return unknown(name);
    if (value.is_null()) continue;
    const auto text = option_text(value);
    if (!text) {
      return fail(ErrorCode::usage,
                  fmt::format("the simulated model's option {}: write one value", name));
    }
    const auto set = set_simulate_option(options, name, *text);
    if (!set) return std::unexpected(set.error());
  }
  const auto checked = check_simulate_options(options);
  if (!checked) return std::unexpected(checked.error());
  return options;
}

}  // namespace simulate
}  // namespace sheaf
