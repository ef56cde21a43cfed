#include "simulate/answer_writer.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "format/fences.hpp"
#include "simulate/voice.hpp"
#include "task/template.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::array<std::string_view, 10> thoughts{
    "Everything that matters stands in the text itself.",
    "Reading it slowly leaves little room for doubt.",
    "The details fit together well.",
    "A second look confirms the first impression.",
    "Nothing else in it points elsewhere.",
    "Each part was weighed by itself and then together with the rest.",
    "This is a simulated chain of thought, written without thinking.",
    "What could be misread was checked again.",
    "The wording is plain enough to decide.",
    "Put together, the pieces lead to a clear end.",
};

constexpr std::array<std::string_view, 4> refusals{
    "I'm sorry, but I can't help with that.",
    "Unable to comply.",
    "Unfortunately this cannot be answered.",
    "\u2026",
};

constexpr std::array<std::string_view, 3> prose_fronts{"That makes it ", "Hence: ", ""};

bool contains_folded(std::string_view text, std::string_view part) {
  return !part.empty() && text::fold_ascii(text).find(text::fold_ascii(part)) != text.npos;
}

/// One number of accuracy_by_size: that of the largest size not above `size`.
double base_accuracy(const SimulateOptions& options, int size) {
  auto above = options.accuracy_by_size.upper_bound(size);
  return above == options.accuracy_by_size.begin() ? options.accuracy : std::prev(above)->second;
}

}  // namespace

/// An answer before its nonce.
struct AnswerWriter::Said {
  std::string lead;
  std::string_view joint;
  std::string closing;
  bool marked = false;  ///< The marker announces the value.
  bool fenced = false;  ///< `closing` is a program, not yet in its fence.
  std::string meant;    ///< Set where the value is what can be read, whatever it is.
};

AnswerWriter::AnswerWriter(const task::Task& task, const SimulateOptions& options)
    : options_(options),
      draws_(options.seed),
      values_(task),
      marker_(task.answer.marker),
      reasons_(task.answer.reasoning == task::Reasoning::chain_of_thought),
      programs_(task.answer.reasoning == task::Reasoning::program) {
  if (options.voice.contains(',')) {
    for (const auto part : std::views::split(options.voice, ',')) {
      voices_.emplace_back(text::trim(std::string_view(part.begin(), part.end())));
    }
  }
  const auto harmless = [this](std::string_view sentence) {
    return values_.names_none(sentence, {}) && !contains_folded(sentence, marker_);
  };
  std::ranges::copy_if(thoughts, std::back_inserter(sentences_), harmless);
  prose_front_ = *std::ranges::find_if(
      prose_fronts, [&](std::string_view front) { return front.empty() || harmless(front); });
}

RowRecord AnswerWriter::prepare(const task::RenderedRow& row, std::string id,
                                const json::Value& fields) const {
  RowRecord record{.id = std::move(id), .value = {}, .voice = {}, .voice_reading = {}};
  record.choices = static_cast<std::uint8_t>(row.choices.size());
  if (row.gold) record.value = values_.read(*row.gold, row.choices);
  for (std::size_t i = 0; i < refusals.size(); ++i) {
    const bool safe = i + 1 == refusals.size() || values_.names_none(refusals[i], row.choices);
    if (safe) record.refusals |= static_cast<std::uint8_t>(1U << i);
  }
  if (!voices_.empty()) {
    record.voice = voices_of(row, record.value, fields);
    return record;
  }
  const auto* cell = options_.voice.empty() ? nullptr : fields.find_path(options_.voice);
  if (cell == nullptr) return record;
  record.voice = voice_text(task::cell_text(*cell));
  if (record.voice.empty()) return record;
  const auto parts = split_voice(record.voice);
  auto value = parts.value ? values_.read(*parts.value, row.choices) : std::string();
  if (value.empty()) record.voice_reading = values_.reading(record.voice, row.choices);
  record.value = std::move(value);
  return record;
}

WrittenAnswer AnswerWriter::write(const KnownSample& sample, const Asking& asking,
                                  Manner manner) const {
  if (manner == Manner::refusal) return refuse(sample, asking);
  if (voices_.empty() || sample.voice.empty()) {
    return write_one(sample, value_of(sample, asking), asking, manner);
  }
  const auto voice = choose_voice(unpack_voices(sample.voice), asking);
  KnownSample said = sample;
  said.voice = voice.text;
  said.voice_reading = voice.reading;
  return write_one(said, std::string(voice.value), asking, manner);
}

WrittenAnswer AnswerWriter::write_one(const KnownSample& sample, const std::string& value,
                                      const Asking& asking, Manner manner) const {
  if (manner == Manner::contrary) {
    auto other = values_.other(value, draws_.of(Purpose::conflict, asking), sample.choices);
    if (!other) return {};
    KnownSample voiceless = sample;
    voiceless.voice = {};
    voiceless.voice_reading = {};
    return finished(say(voiceless, asking, *other, false), *other, sample.id);
  }
  return finished(say(sample, asking, value, manner == Manner::prose), value, sample.id);
}

/// Each column that has a text, and whether what a client reads from it is the gold value.
std::string AnswerWriter::voices_of(const task::RenderedRow& row, const std::string& gold,
                                    const json::Value& fields) const {
  struct Own {
    std::string text;
    std::string value;
    std::string reading;
  };
  std::vector<Own> own;
  for (const auto& column : voices_) {
    const auto* cell = fields.find_path(column);
    Own one;
    if (cell != nullptr) one.text = voice_text(task::cell_text(*cell));
    if (one.text.empty()) continue;
    const auto parts = split_voice(one.text);
    if (parts.value) one.value = values_.read(*parts.value, row.choices);
    if (one.value.empty()) one.reading = values_.reading(one.text, row.choices);
    own.push_back(std::move(one));
  }
  const auto wanted = gold.empty() ? std::string("null") : values_.json(gold);
  std::vector<Voice> voices;
  for (const auto& one : own) {
    const auto read = one.value.empty() ? one.reading : values_.json(one.value);
    voices.push_back({!gold.empty() && read == wanted, one.text, one.value, one.reading});
  }
  return pack_voices(voices);
}

/// One that is right or wrong as the accuracy asks, where the row has such a one.
Voice AnswerWriter::choose_voice(const std::vector<Voice>& voices, const Asking& asking) const {
  const bool wants_right =
      draws_.of(Purpose::rightness, asking).uniform() < accuracy(asking.size, asking.position);
  std::vector<Voice> fitting;
  std::ranges::copy_if(voices, std::back_inserter(fitting),
                       [&](const Voice& voice) { return voice.is_right == wants_right; });
  if (fitting.empty()) fitting = voices;
  return fitting[draws_.of(Purpose::voice, asking).below(fitting.size())];
}

std::string AnswerWriter::nonce(std::string_view id) const {
  constexpr std::string_view letters = "bcdfghjklmnpqrst";
  auto bits = hash64(id, options_.seed);
  std::string word = "zq";
  for (int i = 0; i < 10; ++i, bits >>= 4) word.push_back(letters[bits & 15]);
  return word;
}

double AnswerWriter::accuracy(int size, int position) const {
  const double base = base_accuracy(options_, size);
  if (const auto* slope = std::get_if<double>(&options_.accuracy_by_position)) {
    return std::clamp(base + *slope * (position - 1), 0.0, 1.0);
  }
  const auto& factors = std::get<std::vector<double>>(options_.accuracy_by_position);
  if (factors.empty()) return base;
  const auto last = std::min(static_cast<std::size_t>(position), factors.size());
  return std::clamp(base * factors[last - 1], 0.0, 1.0);
}

std::string AnswerWriter::value_of(const KnownSample& sample, const Asking& asking) const {
  auto value = right_value(sample, asking);
  const double right = accuracy(asking.size, asking.position);
  if (draws_.of(Purpose::rightness, asking).uniform() < right) return value;
  return values_.other(value, draws_.of(Purpose::mistake, asking), sample.choices).value_or(value);
}

std::string AnswerWriter::right_value(const KnownSample& sample, const Asking& asking) const {
  if (!sample.value.empty()) return std::string(sample.value);
  return values_.any(draws_.of(Purpose::truth, asking.sample), sample.choices);
}

AnswerWriter::Said AnswerWriter::say(const KnownSample& sample, const Asking& asking,
                                     const std::string& value, bool prose) const {
  if (!sample.voice_reading.empty()) {
    return {.lead = {},
            .joint = {},
            .closing = std::string(sample.voice),
            .marked = true,
            .fenced = false,
            .meant = std::string(sample.voice_reading)};
  }
  const bool fenced = programs_ && !prose;
  if (!sample.voice.empty()) {
    return {.lead = std::string(split_voice(sample.voice).body),
            .joint = "\n",
            .closing = fenced  ? program(asking, value)
                       : prose ? fmt::format("{} {}", voice_label, values_.printed(value))
                               : marker_sentence(value),
            .marked = !prose,
            .fenced = fenced,
            .meant = {}};
  }
  Said said{.lead = reasons_ ? reasoning(asking) : std::string(),
            .joint = " ",
            .closing = values_.printed(value),
            .marked = reasons_ && !prose,
            .fenced = fenced,
            .meant = {}};
  if (fenced) said.closing = program(asking, value);
  if (said.marked) said.closing = marker_sentence(value);
  if (prose) said.closing = fmt::format("{}{}.", prose_front_, values_.printed(value));
  return said;
}

WrittenAnswer AnswerWriter::refuse(const KnownSample& sample, const Asking& asking) const {
  auto drawn = draws_.of(Purpose::refusal, asking).below(refusals.size());
  while ((sample.refusals >> drawn & 1) == 0) drawn = (drawn + 1) % refusals.size();
  const std::string words(refusals[drawn]);
  const bool is_text = values_.type() == task::AnswerType::text;
  return {words, words, is_text ? values_.reading(words, {}) : "null"};
}

WrittenAnswer AnswerWriter::finished(Said said, const std::string& value,
                                     std::string_view id) const {
  const bool is_text = values_.type() == task::AnswerType::text;
  const auto text_of = [](const Said& parts) {
    return parts.lead.empty() ? parts.closing
                              : fmt::format("{}{}{}", parts.lead, parts.joint, parts.closing);
  };
  const auto meant = said.meant.empty() ? values_.json(value) : said.meant;
  if (said.fenced) {
    if (options_.nonce) said.closing.insert(0, "# " + nonce(id) + "\n");
    said.closing = format::fenced(said.closing);
  } else if (options_.nonce) {
    const auto word = nonce(id);
    const auto safe = [&](const std::string& text) {
      return said.marked || is_text || values_.lettered() || values_.reading(text, {}) == meant;
    };
    const auto text = text_of(said);
    if (safe(word + " " + text)) {
      std::string& front = said.lead.empty() ? said.closing : said.lead;
      front.insert(0, word + " ");
    } else if (safe(text + " " + word)) {
      said.closing += " " + word;
    }
  }
  auto text = text_of(said);
  const bool is_run = said.fenced && !values_.lettered();
  const auto read = is_text || is_run ? values_.reading(text, {}) : meant;
  return {std::move(text), std::move(said.closing), read};
}

std::string AnswerWriter::reasoning(const Asking& asking) const {
  constexpr std::uint64_t least = 2;
  auto random = draws_.of(Purpose::wording, {asking.sample.high, asking.sample.low,
                                             static_cast<std::uint64_t>(asking.time)});
  if (sentences_.empty()) return {};
  std::string out;
  const auto count = least + random.below(3);
  for (auto first = random.below(sentences_.size()), i = std::uint64_t{0}; i < count; ++i) {
    if (!out.empty()) out.push_back(' ');
    out += sentences_[(first + i) % sentences_.size()];
  }
  return out;
}

/// A sum where the value is a small integer, else the value itself.
std::string AnswerWriter::program(const Asking& asking, std::string_view value) const {
  auto random = draws_.of(Purpose::wording, asking);
  const auto whole = values_.small_integer(value);
  if (!whole) return fmt::format("ans = {}", values_.literal(value));
  const auto first = static_cast<std::int64_t>(random.below(50));
  const auto sum = fmt::format("first = {}\nsecond = {}\n", first, *whole - first);
  if (random.below(2) == 0) return sum + "ans = first + second";
  return "def solution():\n    " +
         fmt::format("first = {}\n    second = {}\n", first, *whole - first) +
         "    return first + second";
}

std::string AnswerWriter::marker_sentence(std::string_view value) const {
  const bool is_text = values_.type() == task::AnswerType::text;
  return fmt::format("{} {}{}", marker_, values_.printed(value), is_text ? "" : ".");
}

}  // namespace sheaf::simulate
