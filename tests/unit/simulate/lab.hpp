// What the tests of the simulated model share: a task, rows in memory, and a client made of the
// real prompt builder, provider, format and extractor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "answer/decoded_value.hpp"
#include "answer/extract.hpp"
#include "core/exchange.hpp"
#include "core/json.hpp"
#include "format/batch_format.hpp"
#include "prompt/prompt_builder.hpp"
#include "provider/provider.hpp"
#include "rows/row.hpp"
#include "simulate/model.hpp"
#include "task/task.hpp"

namespace sheaf::simulate {

class MemoryRows : public rows::RowSource {
 public:
  explicit MemoryRows(std::vector<std::string> lines) : lines_(std::move(lines)) {}
  Expected<std::optional<rows::RowOrBad>> next() override {
    if (at_ == lines_.size()) return std::optional<rows::RowOrBad>();
    const auto& line = lines_[at_++];
    const auto number = static_cast<std::int64_t>(at_);
    auto parsed = json::parse(line);
    if (!parsed) return rows::RowOrBad(rows::BadRow{number, number, 0, line, "bad"});
    return rows::RowOrBad(rows::Row{number, number, line, *std::move(parsed)});
  }
  const std::vector<std::string>& columns() const override { return columns_; }
  const std::string& name() const override { return name_; }

 private:
  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  std::vector<std::string> columns_;
  std::string name_ = "rows.jsonl";
};

inline task::Task parse_task(const std::string& yaml, const task::Overrides& overrides = {}) {
  auto task = task::parse(yaml, "task.yaml", {answer::check_pattern}, overrides);
  if (!task) throw std::runtime_error(task.error().message);
  return *std::move(task);
}

/// One reply as a client reads it. `values` holds nullopt for every doubt.
struct Reading {
  SimulatedReply raw;
  Exchange exchange;
  std::string text;  ///< Of a completion with the primed label before it.
  format::Decoded decoded;
  std::vector<std::optional<json::Value>> values;

  const Completion& completion() const { return std::get<Completion>(exchange.outcome); }
  const Fault& fault() const { return std::get<Fault>(exchange.outcome); }
  bool is_completion() const { return std::holds_alternative<Completion>(exchange.outcome); }
};

class Lab {
 public:
  Lab(task::Task what, std::vector<std::string> lines, SimulateOptions options = {})
      : task(std::move(what)),
        format(task::make_format(task)),
        builder(task, *format),
        provider(task.model),
        extractor(task.answer) {
    for (const auto& line : lines) {
      const auto parsed = json::parse(line);
      auto rendered = parsed ? task::render(task, *parsed)
                             : std::expected<task::RenderedRow, std::string>(std::unexpect, "bad");
      if (rendered) rows.push_back(*std::move(rendered));
    }
    MemoryRows source(std::move(lines));
    auto made = Model::create(task, source, options);
    if (!made) throw std::runtime_error(made.error().message);
    model = *std::move(made);
  }

  /// The request for these rows, by their places among the good ones.
  HttpRequest request(const std::vector<std::size_t>& batch,
                      std::optional<std::int64_t> cap = std::nullopt) {
    const auto size = static_cast<int>(batch.size());
    const auto prompt = builder.build(samples_of(batch), cap.value_or(builder.output_cap(size)));
    auto made = provider.request(prompt);
    made.url = "http://127.0.0.1:1/v1" + made.url;
    return made;
  }

  Reading ask(const std::vector<std::size_t>& batch,
              std::optional<std::int64_t> cap = std::nullopt) {
    return read(batch, model->answer(request(batch, cap), now));
  }

  Reading read(const std::vector<std::size_t>& batch, SimulatedReply raw) {
    Reading reading{.raw = std::move(raw), .exchange = {}, .text = {}, .decoded = {}, .values = {}};
    reading.exchange =
        provider.read(HttpResponse{reading.raw.status, reading.raw.headers, reading.raw.body}, 0);
    if (!reading.is_completion()) return reading;
    const auto samples = samples_of(batch);
    const auto keys = builder.keys(static_cast<int>(batch.size()));
    const bool primed = task.model.api == Api::completions;
    reading.text = (primed ? format->primed(keys) : "") + reading.completion().text;
    const bool cut = reading.completion().finish == FinishReason::length;
    reading.decoded =
        format->decode({.text = reading.text,
                        .end = cut ? format::ReplyEnd::cut_at_cap : format::ReplyEnd::complete,
                        .keys = keys,
                        .samples = samples});
    for (std::size_t i = 0; i < batch.size(); ++i) {
      reading.values.push_back(value(reading.decoded, i, rows[batch[i]].choices));
    }
    return reading;
  }

  std::optional<json::Value> value(const format::Decoded& decoded, std::size_t i,
                                   const std::vector<std::string>& choices) const {
    const auto& answer = decoded.answers[i];
    const bool sure = answer.status == format::KeyStatus::ok ||
                      answer.status == format::KeyStatus::duplicate_same;
    if (!sure) return std::nullopt;
    auto read = answer::read_decoded(extractor, decoded, i, choices);
    return read ? std::optional(std::move(read->value)) : std::nullopt;
  }

  std::vector<format::SampleText> samples_of(const std::vector<std::size_t>& batch) const {
    std::vector<format::SampleText> samples;
    for (const auto row : batch) samples.push_back(rows[row].sample);
    return samples;
  }

  json::Value stats() {
    const auto parsed = json::parse(model->stats_json(now));
    if (!parsed) throw std::runtime_error("/stats: " + parsed.error().reason);
    return *parsed;
  }
  std::int64_t count(std::string_view path) {
    const auto all = stats();
    const auto* found = all.find_path(path);
    return found == nullptr ? -1 : found->integer().value_or(-1);
  }
  /// The answers meant for an id, as JSON values, in the order of asking.
  json::Array meant(const std::string& id) {
    const auto all = stats();
    const auto* sample = all.find("samples")->find(id);
    return sample == nullptr ? json::Array() : *sample->find("answers")->array();
  }

  task::Task task;
  std::unique_ptr<const format::BatchFormat> format;
  prompt::PromptBuilder builder;
  provider::OpenAi provider;
  answer::Extractor extractor;
  std::vector<task::RenderedRow> rows;
  std::unique_ptr<Model> model;
  Time now{0};
};

/// 0, 1, 2, ... `count` places.
inline std::vector<std::size_t> first_rows(std::size_t count) {
  std::vector<std::size_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = i;
  return rows;
}

/// The task families of the paper, and one with labels of its own. `more` is further YAML.
inline std::string number_yaml(const std::string& more = {}) {
  return "name: sums\ninstruction: Add up.\nsample: {Q: \"{{question}}\"}\n"
         "answer: {type: number, reasoning: chain-of-thought, max_tokens: 200}\n"
         "exemplars:\n"
         "  - {question: one and one, reasoning: Two of them., answer: 2}\n"
         "  - {question: two and two, reasoning: Four of them., answer: 4}\n"
         "  - {question: three and three, reasoning: Six of them., answer: 6}\n"
         "id: id\ngold: gold\nmodel: {name: simulated}\n" +
         more;
}

inline std::string letters_yaml(const std::string& more = {}) {
  return "name: places\ninstruction: Choose.\nsample: {Q: \"{{question}}\"}\n"
         "answer: {type: choice, choices: options, reasoning: chain-of-thought,"
         " marker: So the answer is, max_tokens: 200}\n"
         "exemplars:\n"
         "  - {question: \"Where is hay?\", options: [barn, sea], reasoning: On land., answer: a}\n"
         "  - {question: \"Where is salt?\", options: [sky, sea], reasoning: In water., answer: "
         "b}\n"
         "id: id\ngold: gold\nmodel: {name: simulated}\n" +
         more;
}

inline std::string pairs_yaml(const std::string& more = {}) {
  return "name: pairs\ninstruction: Does it follow?\n"
         "sample: {Premise: \"{{premise}}\", Hypothesis: \"{{hypothesis}}\"}\n"
         "answer: {label: Answer, type: boolean, max_tokens: 200}\n"
         "exemplars:\n"
         "  - {premise: It rains., hypothesis: It is wet., answer: yes}\n"
         "  - {premise: It snows., hypothesis: It is hot., answer: no}\n"
         "id: id\ngold: gold\nmodel: {name: simulated}\n" +
         more;
}

inline std::string queues_yaml(const std::string& more = {}) {
  return "name: queues\ninstruction: Sort.\nsample: {\"Customer message\": \"{{text}}\"}\n"
         "answer: {label: Queue, type: choice, choices: [billing, bug, how-to, account],"
         " max_tokens: 200}\n"
         "exemplars:\n"
         "  - {text: I was charged twice., answer: billing}\n"
         "  - {text: The page is blank., answer: bug}\n"
         "id: id\ngold: gold\nmodel: {name: simulated}\n" +
         more;
}

inline std::vector<std::string> number_rows(int count) {
  std::vector<std::string> rows;
  for (int i = 0; i < count; ++i) {
    const auto n = std::to_string(i);
    rows.push_back(R"({"id":"n)" + n + R"(","question":"What is )" + n + R"( and )" + n +
                   R"(?","gold":)" + std::to_string(2 * i) + "}");
  }
  return rows;
}

inline std::vector<std::string> letter_rows(int count) {
  std::vector<std::string> rows;
  for (int i = 0; i < count; ++i) {
    const auto n = std::to_string(i);
    rows.push_back(R"({"id":"l)" + n + R"(","question":"Where is thing )" + n +
                   R"(?","options":["mill )" + n + R"(","quay","forge"],"gold":")" + "abc"[i % 3] +
                   "\"}");
  }
  return rows;
}

inline std::vector<std::string> pair_rows(int count) {
  std::vector<std::string> rows;
  for (int i = 0; i < count; ++i) {
    const auto n = std::to_string(i);
    rows.push_back(R"({"id":"p)" + n + R"(","premise":"Item )" + n +
                   R"( is here.","hypothesis":"Item is near.","gold":)" +
                   (i % 3 == 0 ? "true" : "false") + "}");
  }
  return rows;
}

inline std::vector<std::string> queue_rows(int count) {
  const std::vector<std::string> queues{"billing", "bug", "how-to", "account"};
  std::vector<std::string> rows;
  for (int i = 0; i < count; ++i) {
    const auto n = std::to_string(i);
    rows.push_back(R"({"id":"q)" + n + R"(","text":"Message number )" + n + R"(","gold":")" +
                   queues[static_cast<std::size_t>(i) % 4] + "\"}");
  }
  return rows;
}

}  // namespace sheaf::simulate
