// RTE, MNLI, SST-5, StrategyQA: texts and one of a few words.
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"
#include "dataset/sets.hpp"

namespace sheaf::dataset {
namespace {

/// How a set writes a label, and the answer that it means.
struct Label {
  std::string_view written;
  std::string_view answer;
};

constexpr std::array<Label, 6> rte_labels{{{"entailment", "true"},
                                           {"not_entailment", "false"},
                                           {"true", "true"},
                                           {"false", "false"},
                                           {"0", "true"},
                                           {"1", "false"}}};
constexpr std::array<Label, 8> mnli_labels{{{"entailment", "true"},
                                            {"neutral", "neutral"},
                                            {"contradiction", "false"},
                                            {"true", "true"},
                                            {"false", "false"},
                                            {"0", "true"},
                                            {"1", "neutral"},
                                            {"2", "false"}}};
constexpr std::array<Label, 10> tones{{{"very negative", "very negative"},
                                       {"negative", "negative"},
                                       {"neutral", "neutral"},
                                       {"positive", "positive"},
                                       {"very positive", "very positive"},
                                       {"0", "very negative"},
                                       {"1", "negative"},
                                       {"2", "neutral"},
                                       {"3", "positive"},
                                       {"4", "very positive"}}};
constexpr std::array<Label, 4> yes_or_no{
    {{"yes", "yes"}, {"no", "no"}, {"true", "yes"}, {"false", "no"}}};

Told<std::string> meaning(const json::Value& value, std::span<const Label> labels) {
  std::string written;
  if (const auto* text = value.string()) written = text::fold_ascii(text::trim(*text));
  if (const auto* number = value.number()) written = number->digits;
  if (const auto* boolean = value.boolean()) written = *boolean ? "true" : "false";
  if (written.empty() || written == "-" || written == "-1") {
    return std::unexpected(fmt::format("no answer: the label is {}", shown_value(value)));
  }
  for (const auto& label : labels) {
    if (label.written == written) return std::string(label.answer);
  }
  std::vector<std::string_view> known;
  for (const auto& label : labels) known.push_back(label.written);
  return std::unexpected(
      fmt::format("the label {} is none of {}", shown_value(value), fmt::join(known, ", ")));
}

Told<std::string> labelled(const json::Value& row, Names names, std::span<const Label> labels) {
  const auto* value = find_any(row, names);
  if (value == nullptr) return std::unexpected(lacks(row, "answer", names));
  return meaning(*value, labels);
}

Told<json::Object> pair(const json::Value& row, std::string id, std::span<const Label> labels) {
  auto premise = text_of(row, "premise", {"premise", "sentence1"});
  if (!premise) return std::unexpected(std::move(premise.error()));
  auto hypothesis = text_of(row, "hypothesis", {"hypothesis", "sentence2"});
  if (!hypothesis) return std::unexpected(std::move(hypothesis.error()));
  auto answer = labelled(row, {"answer", "gold_label", "label"}, labels);
  if (!answer) return std::unexpected(std::move(answer.error()));
  return json::Object{{"id", std::move(id)},
                      {"premise", std::move(*premise)},
                      {"hypothesis", std::move(*hypothesis)},
                      {"answer", std::move(*answer)}};
}

/// The name with the score 1 of {"Yes": 1, "No": 0}.
Told<std::string> scored(const json::Value& scores) {
  if (scores.object() == nullptr) {
    return std::unexpected(fmt::format("target_scores is no object: {}", shown_value(scores)));
  }
  std::string best;
  for (const auto& [name, score] : *scores.object()) {
    if (score.real() != 1.0) continue;
    if (!best.empty()) return std::unexpected("two answers have the score 1");
    best = name;
  }
  if (best.empty()) return std::unexpected("no answer has the score 1");
  return meaning(best, yes_or_no);
}

/// "Yes. Because ..." in its two parts.
struct Target {
  Told<std::string> answer;
  std::string rationale;
};

Target split_target(const std::string& target) {
  const auto end = std::min(target.find_first_of(".,: "), target.size());
  const auto rest = text::trim(std::string_view(target).substr(end));
  const auto begin = std::min(rest.find_first_not_of(".,: "), rest.size());
  return {meaning(target.substr(0, end), yes_or_no), std::string(rest.substr(begin))};
}

/// Facts as one text: a text, or a list of them.
std::optional<std::string> facts_of(const json::Value& row) {
  if (auto text = text_if_any(row, {"rationale", "facts"})) return text;
  const auto* facts = find_any(row, {"facts"});
  if (facts == nullptr || facts->array() == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& fact : *facts->array()) {
    if (fact.string() != nullptr) texts.emplace_back(text::trim(*fact.string()));
  }
  if (texts.empty()) return std::nullopt;
  return fmt::format("{}", fmt::join(texts, " "));
}

}  // namespace

Told<json::Object> convert_rte(const json::Value& row, std::int64_t index) {
  return pair(row, id_of(row, "rte", index), rte_labels);
}

Told<json::Object> convert_mnli(const json::Value& row, std::int64_t index) {
  return pair(row, id_of(row, "mnli", index), mnli_labels);
}

Told<json::Object> convert_sst5(const json::Value& row, std::int64_t index) {
  auto sentence = text_of(row, "sentence", {"sentence", "text"});
  if (!sentence) return std::unexpected(std::move(sentence.error()));
  auto answer = labelled(row, {"answer", "label", "label_text"}, tones);
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (const auto* word = find_any(row, {"label_text"})) {
    const auto same = meaning(*word, tones);
    if (!same) return std::unexpected(same.error());
    if (*same != *answer) {
      return std::unexpected(fmt::format("label says {} and label_text {}", *answer, *same));
    }
  }
  return json::Object{{"id", id_of(row, "sst5", index)},
                      {"sentence", std::move(*sentence)},
                      {"answer", std::move(*answer)}};
}

Told<json::Object> convert_strategyqa(const json::Value& row, std::int64_t index) {
  auto asked = text_of(row, "question", {"question", "input"});
  if (!asked) return std::unexpected(std::move(asked.error()));
  const Names answer_names{"answer", "target_scores", "target"};
  const auto* value = find_any(row, answer_names);
  if (value == nullptr) return std::unexpected(lacks(row, "answer", answer_names));
  auto rationale = facts_of(row);
  const auto* scores = row.find("target_scores");
  const auto target = text_if_any(row, {"target"});
  Told<std::string> answer = std::unexpected(std::string());
  if (row.find("answer") != nullptr) {
    answer = meaning(*value, yes_or_no);
  } else {
    const auto parts = target ? std::optional(split_target(*target)) : std::nullopt;
    if (parts && parts->answer && !parts->rationale.empty()) rationale = parts->rationale;
    answer = scores != nullptr ? scored(*scores) : parts->answer;
  }
  if (!answer) return std::unexpected(std::move(answer.error()));
  json::Object out{{"id", id_of(row, "strategyqa", index)},
                   {"question", std::move(*asked)},
                   {"answer", std::move(*answer)}};
  if (rationale) out.emplace_back("rationale", std::move(*rationale));
  return out;
}

}  // namespace sheaf::dataset
